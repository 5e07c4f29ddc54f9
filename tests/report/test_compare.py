"""A comparison: who differs beyond chance, in one true sentence, with everybody in the table."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest

from scorecard.declare.load import Declarations
from scorecard.judge.funnel import funnel
from scorecard.judge.funnel_result import Standing
from scorecard.judge.shrinkage import shrink
from scorecard.report.compare import SEVERAL
from scorecard.report.compare_text import to_csv, to_json, written
from tests.report.compare_town import JULY, JUNE, declared, one, page, shares, year_to

ALIKE = [(80 + i % 3, 100) for i in range(12)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    return declared(tmp_path_factory.mktemp("town"))


# --- The sentence, in each of its forms ---


def test_departments_that_differ_no_more_than_chance_are_not_to_be_ranked(
    town: Declarations,
) -> None:
    found = page(town, shares(ALIKE))
    assert found.sentence == (
        "In July 2026, 12 departments are compared on “on-time”: they differ no more than chance "
        "makes them, so do not rank them."
    )
    assert found.learn == found.help == ()
    assert "scatter no more than chance" in found.scatter


def test_those_beyond_the_widest_limits_are_named_with_their_evidence(town: Declarations) -> None:
    found = page(town, shares([(500, 500), (250, 500), *[(400, 500)] * 10]))
    assert found.sentence.startswith(
        "In July 2026, 12 departments are compared on “on-time”: D1 (100.0 % of 500) is a practice "
        "to learn from; D2 (50.0 % of 500) is a unit to help"
    )
    assert [line.name for line in found.learn] == ["D1"]
    assert [line.name for line in found.help] == ["D2"]
    assert found.learn[0].evidence.startswith("100.0 % of 500; 99.8 % of this size lie between")


def test_where_all_differ_and_nobody_stands_apart_it_is_said_so(town: Declarations) -> None:
    spread = [(650 + 200 * (i % 2), 1000) for i in range(12)]
    found = page(town, shares(spread))
    assert "they differ by more than chance, and none stands apart" in found.sentence
    assert "times as much as chance alone gives" in found.scatter
    assert found.held.chance is not None
    assert found.held.funnel is not None
    assert (found.held.chance.lower >= found.held.funnel.curve.lower - 1e-12).all()


def test_the_warning_band_is_no_verdict(town: Declarations) -> None:
    found = page(town, shares([(435, 500), *[(410, 500)] * 11]))
    assert "none stands apart from chance; D1 (87.0 % of 500) lies in the warning band" in (
        found.sentence
    )
    assert "chance alone puts 1 of 20" in found.sentence


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        ([(0, 0)] * 12, "no department has data"),
        ([(8, 10), *[(0, 0)] * 11], "only D1 has data"),
        ([(3, 4)] * 12, "every department has too few records"),
    ],
)
def test_what_cannot_be_compared_is_said_and_not_judged(
    town: Declarations, sums: list[tuple[int, int]], told: str
) -> None:
    found = page(town, shares(sums))
    assert told in found.sentence
    assert found.learn == found.help == ()
    assert len(found.lines) == 12


def test_percentiles_stand_beside_one_another_without_a_rank(town: Declarations) -> None:
    rows = [
        one(f"d{i}", 2 + i, 1, standard="days", scale=1, unit="days", better="lower", n=40)
        for i in (1, 2, 3)
    ]
    found = page(town, rows, "days", last=12)
    assert found.sentence.endswith("and not held against chance: do not rank them.")
    assert "no sum of its records" in found.why
    assert all(line.rank is None and line.estimate is None for line in found.lines)
    assert [line.name for line in found.lines] == ["D1", "D2", "D3"]
    assert "do not add up over periods" in found.notes[0]
    assert found.lasts == (1,)


def test_a_standard_of_one_department_that_nothing_divides_has_nothing_to_compare(
    town: Declarations,
) -> None:
    found = page(town, [one("d1", 8, 10, standard="own")], "own")
    assert "there is nothing to compare" in found.sentence
    assert found.bys == found.changes == ()


def test_before_anything_is_measured_it_says_so(town: Declarations) -> None:
    assert page(town, []).sentence.startswith("Nothing has been measured yet")


def test_a_synthetic_organisation_is_called_so_in_every_form(tmp_path: Path) -> None:
    town = declared(tmp_path, synthetic=True)
    for rows in ([], shares(ALIKE), shares([(0, 0)] * 12)):
        assert page(town, rows).sentence.startswith("Synthetic data: ")


# --- Figures ---


def test_twelve_periods_are_sums_divided_once_and_no_average_of_averages(
    town: Declarations,
) -> None:
    months = year_to(JULY)
    sums = {
        month: [(10 + i, 20 + 7 * i + 5 * k) for i in range(12)] for k, month in enumerate(months)
    }
    rows = [each for month in months for each in shares(sums[month], month)]
    found = page(town, rows, last=12)
    assert found.span is not None
    assert found.span.words == "August 2025 to July 2026"
    for line in found.lines:
        place = int(line.name[1:]) - 1
        above = sum(sums[month][place][0] for month in months)
        below = sum(sums[month][place][1] for month in months)
        assert (line.row.numerator, line.row.n) == (above, below)
        assert line.row.actual == pytest.approx(100 * above / below)


def test_the_figures_are_those_of_the_judge_in_percent(town: Declarations) -> None:
    sums = [(410, 500), (30, 40), (95, 100), (300, 450)]
    found = page(town, shares(sums))
    above, below = zip(*sums, strict=True)
    names = ["D1", "D2", "D3", "D4"]
    judged = {each.name: each for each in funnel(above, below, names=names, min_n=5).units}
    drawn = {each.name: each for each in shrink(above, below, names=names).units}
    for line in found.lines:
        assert line.standing is judged[line.name].standing
        shrunk = drawn[line.name].shrunk
        assert shrunk is not None
        assert line.estimate == pytest.approx(100 * shrunk)
        assert line.low is not None
        assert line.high is not None
        assert line.low <= 100 * shrunk <= line.high


def test_the_best_estimate_is_first_and_those_without_data_stay_in_last(
    town: Declarations,
) -> None:
    found = page(town, shares([(1, 1), (0, 0), (480, 500), (400, 500), (410, 500)]))
    assert [line.name for line in found.lines] == ["D3", "D1", "D5", "D4", "D2"]
    assert found.lines[-1].standing is Standing.NO_DATA
    assert found.lines[-1].now == "–"


def test_no_rank_goes_without_its_interval(town: Declarations) -> None:
    found = page(town, shares(ALIKE))
    for each in json.loads(to_json(found))["units"]:
        assert each["rank_low"] <= each["rank"] <= each["rank_high"]
    text = written(found, "table")
    assert "rank 6, between 1 and 12 of 12" in text or "between 1 and 12 of 12" in text


def test_status_is_against_the_own_expected_value_and_standing_against_the_whole(
    town: Declarations,
) -> None:
    rows = shares([(400, 500), (405, 500), (398, 500)])
    rows[0] = one("d1", 400, 500, expected=95.0)
    found = page(town, [one(None, 1203, 1500, expected=80.0), *rows])
    own = next(line for line in found.lines if line.name == "D1")
    assert (own.style.word, own.standing) == ("missed", Standing.WITHIN)
    assert found.target == 80.0


def test_means_need_the_spread_that_was_kept_with_them(town: Declarations) -> None:
    values = [[3, 4, 5, 4, 4, 3] * 10, [4, 4, 3, 5, 3, 4] * 10, [1, 2, 1, 1, 2, 2] * 10]

    def rows(kept: bool) -> list[object]:
        return [
            one(
                f"d{i}",
                sum(each),
                len(each),
                standard="score",
                scale=1,
                unit="number",
                squares=sum(v * v for v in each) if kept else None,
            )
            for i, each in enumerate(values, start=1)
        ]

    known = page(town, rows(True), "score")  # type: ignore[arg-type]
    assert known.held.funnel is not None
    assert known.held.funnel.centre == pytest.approx(sum(map(sum, values)) / 180)
    assert known.lines[-1].name == "D3"
    unknown = page(town, rows(False), "score")  # type: ignore[arg-type]
    assert unknown.held.funnel is None
    assert "scorecard measure --all" in unknown.why


def test_a_rate_is_shown_in_its_own_unit(town: Declarations) -> None:
    rows = [
        one(f"d{i}", late, 400, standard="late-per-hundred", unit="number", better="lower")
        for i, late in enumerate((40, 44, 38, 41), start=1)
    ]
    found = page(town, rows, "late-per-hundred")
    assert found.held.funnel is not None
    assert found.held.funnel.centre is not None
    assert found.held.scale * found.held.funnel.centre == pytest.approx(100 * 163 / 1600)
    assert "no more than chance" in found.sentence


def test_a_share_above_the_whole_is_refused_in_words(town: Declarations) -> None:
    found = page(town, shares([(12, 10), (8, 10), (7, 10)]))
    assert found.held.funnel is None
    assert "numerator above its denominator" in found.why


# --- By a dimension ---


def test_channels_of_the_whole_are_added_up_over_departments(town: Declarations) -> None:
    parts = [
        one("d1", 30, 40, channel="Phone"),
        one("d2", 50, 60, channel="Phone", expected=90.0),
        one("d1", 10, 40, channel="Web"),
    ]
    rows = [one(None, 90, 140), *shares([(40, 80), (50, 60)])]
    found = page(town, rows, by="channel", parts=parts)
    assert found.within is None
    sums = {line.name: (line.row.numerator, line.row.n) for line in found.lines}
    assert sums == {"Phone": (80, 100), "Web": (10, 40)}
    words = {line.name: line.style.word for line in found.lines}
    assert words == {"Phone": SEVERAL, "Web": "missed"}


def test_channels_within_a_department_are_its_own(town: Declarations) -> None:
    parts = [one("d1", 30, 40, channel="Phone"), one("d2", 50, 60, channel="Phone")]
    found = page(town, shares([(40, 80)]), by="channel", department="d1", parts=parts)
    assert (found.within, found.lines[0].row.n) == ("d1", 40)
    assert "within D1," in found.sentence


def test_persons_are_never_compared(town: Declarations) -> None:
    parts = [one("d1", 30, 40, channel=name) for name in ("Ann", "Bob")]
    found = page(town, shares(ALIKE), by="person", parts=parts)
    assert "channel" in found.bys
    assert "person" not in found.bys
    assert found.by == "department"
    assert "Persons are not compared. Below it is compared by department." in found.notes
    assert "Ann" not in to_json(found) + to_csv(found)


def test_a_dimension_that_is_not_measured_is_said_and_another_taken(town: Declarations) -> None:
    found = page(town, shares(ALIKE), by="weather")
    assert found.by == "department"
    assert "not measured by weather" in found.notes[0]


# --- What the reader must know, and what goes out ---


def test_an_unfinished_period_is_named(town: Declarations) -> None:
    found = page(town, shares(ALIKE, complete=False), period=JULY)
    assert "Not complete yet, so figures may still change: July 2026." in found.notes


def test_fewer_periods_than_asked_for_are_said(town: Declarations) -> None:
    rows = [*shares(ALIKE, JUNE), *shares(ALIKE)]
    found = page(town, rows, last=12)
    assert "two months are compared and not 12" in found.notes[0]
    assert found.span is not None
    assert found.span.periods[0].start == date(2026, 6, 1)


def test_what_goes_out_is_unknown_where_it_is_and_runs_in_no_spreadsheet(
    town: Declarations,
) -> None:
    parts = [one("d1", 30, 40, channel="=1+1"), one("d1", 0, 0, channel="Web")]
    found = page(town, shares([(40, 80)]), by="channel", department="d1", parts=parts)
    lines = to_csv(found).splitlines()
    assert any("'=1+1" in line for line in lines)
    unknown = json.loads(to_json(found))["units"][-1]
    assert unknown["actual"] is None
    assert unknown["rank"] is None


def test_sixty_one_departments_are_compared_in_a_third_of_a_second(tmp_path: Path) -> None:
    town = declared(tmp_path, 61)
    months = [*year_to(date(2025, 7, 1)), *year_to(JULY)]
    rows = [
        each
        for k, month in enumerate(months)
        for each in shares([(300 + i + k, 500 + 3 * i) for i in range(61)], month)
    ]
    page(town, rows, last=12)
    start = time.process_time()
    page(town, rows, last=12)
    assert time.process_time() - start < 0.3
