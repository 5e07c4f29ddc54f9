import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from scorecard.csv_cell import csv_cell
from scorecard.report.export import COLUMNS, to_csv, to_json
from tests.report.rows_builder import row

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_those_of_the_json() -> None:
    made = row(12.4)
    assert tuple(made.as_json()) == COLUMNS
    assert read(to_csv([made]))[0].keys() == made.as_json().keys()
    assert to_csv([]).strip().split(",") == list(COLUMNS)


def test_unknown_is_empty_in_csv_and_null_in_json_and_never_zero() -> None:
    empty = row(None)
    assert read(to_csv([empty]))[0]["actual"] == ""
    assert json.loads(to_json([empty]))[0]["actual"] is None


def test_negative_numbers_stay_numbers() -> None:
    assert read(to_csv([row(12.5)]))[0]["service_gap"] == "-9.5"
    assert csv_cell("-1e-05") == "-1e-05"


def test_a_title_that_would_run_as_a_formula_is_defused() -> None:
    found = read(to_csv([row(1.0, title='=HYPERLINK("http://x","y")', owner="@SUM(1)")]))[0]
    assert found["title"] == '\'=HYPERLINK("http://x","y")'
    assert found["owner"] == "'@SUM(1)"


def test_a_synthetic_organisations_files_say_so_in_every_row() -> None:
    rows = [row(1.0), row(2.0, standard="lights")]
    assert [r["synthetic"] for r in read(to_csv(rows, synthetic=True))] == ["true", "true"]
    assert [r["synthetic"] for r in json.loads(to_json(rows, synthetic=True))] == [True, True]
    assert "synthetic" not in read(to_csv(rows))[0]


@given(st.text())
def test_no_text_leaves_as_a_formula_and_none_is_lost(text: str) -> None:
    cell = csv_cell(text)
    assert cell.removeprefix("'") == text.removeprefix("'") or cell == text
    if cell.startswith(_FORMULA):
        float(cell)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back(number: float) -> None:
    assert float(csv_cell(number)) == number
