"""What is landed depends on what the files say, and on nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare.organisation import Organisation
from scorecard.declare.sources import ColumnContract
from scorecard.errors import ImportRefused, ScorecardError
from scorecard.ledger import Ledger, open_ledger
from scorecard.observe import landing
from scorecard.observe.receipt import NothingLanded, Receipt
from tests.observe.desk import COLUMNS, TOWN, Desk, make_source

MONDAY, TUESDAY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)


def counts(receipt: Receipt) -> tuple[int, int, int, int, int]:
    return (
        receipt.rows_new,
        receipt.rows_changed,
        receipt.rows_unchanged,
        receipt.rows_older,
        receipt.rows_quarantined,
    )


def text(*rows: str) -> str:
    return "\n".join(["id,Open Date,closed_at", *rows, ""])


def test_a_receipt_counts_what_became_of_each_row(desk: Desk) -> None:
    first = desk.land_text(text("1,2026-01-01,", "2,2026-01-01,", "3,2026-01-01,"))
    assert counts(first) == (3, 0, 0, 0, 0)
    second = desk.land_text(
        text("1,2026-01-01,", "2,2026-01-01,2026-01-05", "4,2026-01-06,", "4,,")
    )
    assert counts(second) == (1, 1, 1, 0, 1)
    assert second.moment == datetime(2026, 1, 6, 5, tzinfo=UTC)
    older = desk.land_text(text("1,2026-01-01,", "2,2026-01-01,", "3,2026-01-01,"), "again.csv")
    assert counts(older) == (0, 0, 3, 2, 0)
    assert older.landed_version == second.landed_version
    assert desk.rows("id, closed_at::date::varchar") == [
        ("1", None),
        ("2", "2026-01-05"),
        ("3", None),
        ("4", None),
    ]
    found = desk.landed()
    assert found is not None
    assert (found.rows, found.moment) == (4, second.moment)
    assert [batch.rows_read for batch in desk.batches()] == [3, 4, 3]
    assert "2 of them older" in str(older)


def test_an_unchanged_row_moves_on(desk: Desk) -> None:
    desk.land_text(text("1,2026-01-01,"), as_of=MONDAY)
    assert counts(desk.land_text(text("1,2026-01-01,"), as_of=TUESDAY)) == (0, 0, 1, 0, 0)
    assert desk.rows("_moment") == [(TUESDAY,)]
    # Now a file of Monday can no longer change the row.
    late = desk.land_text(text("1,2026-01-01,2026-01-02"), as_of=MONDAY + timedelta(hours=1))
    assert counts(late) == (0, 0, 1, 1, 0)


def test_rows_of_one_moment_that_disagree_are_told_of(desk: Desk) -> None:
    one, two = text("1,2026-01-01,2026-01-02", "2,2026-01-01,"), text("1,2026-01-01,2026-01-03")
    desk.land_text(one, as_of=MONDAY)
    receipt = desk.land_text(two, as_of=MONDAY)
    note = "1 rows disagree with rows landed at the same moment; give --as-of"
    assert note in receipt.notes
    taken = desk.rows("id, closed_at")
    assert counts(desk.land_text(one, as_of=MONDAY))[3:] == (0, 0)
    assert desk.rows("id, closed_at") == taken


def test_a_key_twice_in_a_file_keeps_the_first_row(desk: Desk) -> None:
    receipt = desk.land_text(
        text("1,2026-01-01,", "2,2026-01-01,", "1,2026-01-01 ,", "1,2026-01-01,2026-01-02")
    )
    assert counts(receipt) == (2, 0, 0, 0, 2)
    assert [(row.line, row.code, row.key) for row in desk.bad()] == [
        (4, "row-duplicate", "1"),
        (5, "key-duplicate", "1"),
    ]
    assert "Line 2 " in desk.bad()[1].reason
    assert json.loads(desk.bad()[1].row)["id"] == "1"
    # A row that was not landed does not say which moment it is.
    assert receipt.moment == datetime(2026, 1, 1, 5, tzinfo=UTC)


def test_keys_of_several_columns_are_compared_column_by_column(desk: Desk) -> None:
    desk = desk.under(make_source({"a": s.text(), "b": s.text()}, key=("a", "b")))
    receipt = desk.land_text("a,b\nx,yz\nxy,z\nx,yz\n", as_of=MONDAY)
    assert counts(receipt) == (2, 0, 0, 0, 1)


CELL = st.sampled_from(["", "2026-01-01", "2026-01-02T12:00:00Z"])
ROW = st.tuples(st.sampled_from("abcd"), CELL, CELL, st.sampled_from(["", "DPW", "zoo"]))
FILE = st.tuples(st.sampled_from([None, MONDAY, TUESDAY]), st.lists(ROW, min_size=1, max_size=5))


def landed_in_order(
    folder: Path, ledger: Ledger, files: list[tuple[datetime | None, str]]
) -> list[tuple[object, ...]]:
    desk = Desk(folder, ledger, make_source())
    for moment, content in files:
        with suppress(ImportRefused):  # `moment-unknown`, where no row has a time
            desk.land_text(content, as_of=moment)
    return desk.rows()


@settings(max_examples=5)
@given(data=st.data(), files=st.lists(FILE, min_size=2, max_size=4))
def test_neither_order_nor_repetition_of_files_matters(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    files: list[tuple[datetime | None, list[tuple[str, ...]]]],
) -> None:
    folder = tmp_path_factory.mktemp("order")
    heading = "id,Open Date,closed_at,Dept"
    written = [
        (moment, "\n".join([heading, *(",".join(row) for row in rows), ""]))
        for moment, rows in files
    ]
    other = data.draw(st.permutations(written + data.draw(st.lists(st.sampled_from(written)))))
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        (folder / "one").mkdir()
        (folder / "two").mkdir()
        assert landed_in_order(folder / "one", ledger, written) == landed_in_order(
            folder / "two", ledger, other
        )


@pytest.mark.parametrize(
    ("columns", "line", "moment"),
    [
        ({"t": s.timestamp()}, "1,2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ({"t": s.date()}, "1,2026-01-01", datetime(2026, 1, 2, 5, tzinfo=UTC)),
        ({"t": s.date()}, "1,2026-03-08", datetime(2026, 3, 9, 4, tzinfo=UTC)),
        ({"t": s.fiscal_year()}, "1,2023-24", datetime(2024, 4, 1, 4, tzinfo=UTC)),
    ],
)
def test_the_moment_is_the_end_of_the_latest_event_time(
    desk: Desk, columns: dict[str, ColumnContract], line: str, moment: datetime
) -> None:
    desk = desk.under(make_source({"id": s.text(), **columns}))
    receipt = desk.land_text(f"id,t\n{line}\n2,\n")
    assert (receipt.moment, receipt.moment_given) == (moment, False)
    found = desk.landed()
    assert found is not None
    assert found.moment == moment


def test_planned_times_and_rows_in_quarantine_do_not_tell_the_moment(desk: Desk) -> None:
    receipt = desk.land_text("id,Open Date,due_at\n1,2026-01-01,2027-01-01\n,2026-05-01,\n")
    assert receipt.moment == datetime(2026, 1, 1, 5, tzinfo=UTC)


def test_without_a_time_the_moment_must_be_given(desk: Desk) -> None:
    with pytest.raises(ImportRefused, match="moment-unknown"):
        desk.land_text(text("1,,"))
    assert desk.landed() is None
    assert desk.bad() == []
    receipt = desk.land_text(text("1,,"), as_of=MONDAY)
    assert (receipt.moment, receipt.moment_given) == (MONDAY, True)


def test_a_time_ahead_of_the_clock_is_noted(desk: Desk) -> None:
    receipt = desk.land_text(text("1,2999-01-01,"))
    assert any("ahead of the clock" in note for note in receipt.notes)


def test_where_no_row_is_good_nothing_is_landed_and_quarantine_says_why(desk: Desk) -> None:
    with pytest.raises(NothingLanded, match="nothing-landed") as caught:
        desk.land_text(text("1,bad,", ",2026-01-01,"))
    assert desk.landed() is None
    assert desk.batches() == []
    assert [row.line for row in desk.bad()] == [2, 3]
    assert (caught.value.receipt.rows_read, caught.value.receipt.rows_quarantined) == (2, 2)
    assert "line 2: Open Date: 'bad'" in (caught.value.hint or "")


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    content = text("1,2026-01-01,", "2,bad,")
    receipt = desk.land_text(content, dry_run=True)
    assert counts(receipt) == (1, 0, 0, 0, 1)
    assert (desk.landed(), desk.bad(), desk.batches()) == (None, [], [])
    assert "would be imported" in str(receipt)
    assert counts(desk.land_text(content)) == counts(receipt)
    assert counts(desk.land_text(content, dry_run=True)) == (0, 0, 1, 0, 1)
    with pytest.raises(NothingLanded):
        desk.land_text(text("x,bad,"), dry_run=True)
    assert [row.key for row in desk.bad()] == ["2"]


def test_the_same_file_again_is_not_read_into_rows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text("1,2026-01-01,", "2,bad,")
    first = desk.land_text(content)
    monkeypatch.setattr("scorecard.observe.importing.Stage", None)
    again = desk.land_text(content)
    assert counts(again) == (0, 0, 1, 0, 1)
    assert (again.moment, again.file_sha256) == (first.moment, first.file_sha256)
    assert again.landed_version == first.landed_version
    assert again.notes == first.notes
    assert len(desk.batches()) == 2


def test_a_contract_put_right_reads_the_same_file_anew(desk: Desk) -> None:
    columns = {"id": s.text(), "t": s.timestamp(zone="utc"), "n": s.integer(optional=True)}
    content = "id,t,n\n1,2026-01-01 12:00:00,-99\n2,2026-01-01 10:00:00,x\n"
    desk.under(make_source(columns)).land_text(content)
    assert desk.rows("id, t, n") == [("1", datetime(2026, 1, 1, 12, tzinfo=UTC), -99)]
    mended = {
        "id": s.text(),
        "t": s.timestamp(),
        "n": s.integer(optional=True, blank=["-99", "x"]),
    }
    receipt = desk.under(make_source(mended)).land_text(content)
    assert counts(receipt) == (1, 1, 0, 0, 0)
    assert desk.rows("id, t, n") == [
        ("1", datetime(2026, 1, 1, 17, tzinfo=UTC), None),
        ("2", datetime(2026, 1, 1, 15, tzinfo=UTC), None),
    ]
    assert desk.bad() == []
    # And back: also where the moment becomes an earlier one.
    desk.under(make_source(columns)).land_text(content)
    assert desk.rows("id, t, n")[0] == ("1", datetime(2026, 1, 1, 12, tzinfo=UTC), -99)
    assert [row.key for row in desk.bad()] == ["2"]


def test_the_table_follows_a_contract_with_other_columns(desk: Desk) -> None:
    two = make_source({"id": s.text(), "t": s.date(), "old": s.text()})
    desk.under(two).land_text("id,t,old\n1,2026-01-01,x\n2,2026-01-01,y\n")
    three = make_source({"id": s.text(), "t": s.date(), "new": s.integer()})
    desk.under(three).land_text("id,t,new\n2,2026-01-02,5\n")
    assert desk.rows("id, t, new, _department") == [
        ("1", date(2026, 1, 1), None, "unassigned"),
        ("2", date(2026, 1, 2), 5, "unassigned"),
    ]
    found = desk.landed()
    assert found is not None
    assert desk.columns() == ["id", "t", "new", "_department", "_moment", "_batch"]
    assert (found.rows, found.moment) == (2, datetime(2026, 1, 3, 5, tzinfo=UTC))


def test_a_contract_that_cannot_be_followed_is_refused(desk: Desk) -> None:
    desk.under(make_source({"id": s.text(), "n": s.text()})).land_text("id,n\n1,2\n", as_of=MONDAY)
    for columns, key in (
        ({"id": s.text(), "n": s.integer()}, "id"),
        ({"id": s.text(), "n": s.text()}, ("id", "n")),
    ):
        with pytest.raises(ImportRefused, match="landed-differs"):
            desk.under(make_source(columns, key=key)).land_text("id,n\n1,2\n", as_of=TUESDAY)
    assert desk.rows("id, n") == [("1", "2")]


def test_newly_declared_departments_reach_rows_landed_before(desk: Desk) -> None:
    desk.land_text("id,Open Date,Dept\n1,2026-01-01,Zoo\n2,2026-01-02,DPW\n")
    more = TOWN.model_dump(exclude_defaults=True)
    more["departments"].append({"id": "zoo", "name": "Zoo"})
    declared = replace(desk, organisation=Organisation.model_validate(more))
    receipt = declared.land_text("id,Open Date,Dept\n1,2026-01-01,Zoo\n", "older.csv")
    assert counts(receipt) == (0, 0, 1, 1, 0)
    assert desk.rows("id, _department") == [("1", "zoo"), ("2", "works")]


def test_a_department_may_be_a_number(desk: Desk) -> None:
    more = TOWN.model_dump(exclude_defaults=True)
    more["departments"].append({"id": "zoo", "name": "Zoo", "aliases": ["17"]})
    source = make_source({"id": s.text(), "department": s.integer()})
    own = replace(desk, organisation=Organisation.model_validate(more), source=source)
    receipt = own.land_text("id,department\n1,017\n2,18\n3,\n", as_of=MONDAY)
    assert own.rows("_department") == [("unassigned",), ("unassigned",), ("zoo",)]
    assert receipt.notes == ("departments that are not declared: '18' (1)",)


def test_many_small_files_are_put_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_MANY", 5)
    for number in range(8):
        desk.land_text(text(f"{number},2026-01-01,"), as_of=MONDAY + timedelta(hours=number))
    found = desk.landed()
    assert found is not None
    assert (found.rows, found.moment) == (8, MONDAY + timedelta(hours=7))
    assert len(found.files) < 5
    assert [i for (i,) in desk.rows("id")] == [str(number) for number in range(8)]


def test_earlier_versions_stay_readable(desk: Desk) -> None:
    from scorecard.observe.landed import landed

    first = desk.land_text(text("1,2026-01-01,"))
    desk.land_text(text("1,2026-01-01,2026-01-02", "2,2026-01-02,"))
    before = landed(desk.workspace, TOWN.id, "requests", version=first.landed_version)
    assert before is not None
    assert (before.version, before.rows, before.moment) == (0, 1, first.moment)
    assert all(Path(file).is_file() for file in before.files)
    assert landed(desk.workspace, TOWN.id, "nothing") is None


def test_columns_may_have_any_names(desk: Desk) -> None:
    names = ["at", "file", "key", "place", "verdict", "order", "select_", "row", "h", "spelling"]
    columns = {name: s.text(optional=True) for name in names} | {"department": s.text()}
    desk = desk.under(make_source(columns, key=("at", "file")))
    heading = ",".join(columns)
    for moment, end in ((MONDAY, "DPW"), (TUESDAY, "parks"), (TUESDAY, "zoo")):
        desk.land_text(f"{heading}\n{','.join(names)},{end}\n", as_of=moment)
    assert len(desk.rows()) == 1


def test_landed_rows_are_given_as_python_values(desk: Desk) -> None:
    from scorecard.observe.landed import landed_rows

    assert landed_rows(desk.workspace, TOWN.id, "requests", ["id"]) is None
    desk.land_text("id,Open Date,Dept\n2,2026-01-01,\n1,,DPW\n")
    rows = landed_rows(desk.workspace, TOWN.id, "requests", ["id", "department", "away"])
    assert rows == [
        {"id": "1", "department": "DPW", "away": None},
        {"id": "2", "department": None, "away": None},
    ]


def test_a_percent_sign_in_the_path_of_the_workspace_is_refused(desk: Desk) -> None:
    folder = desk.folder / "100%"
    folder.mkdir()
    with pytest.raises(ScorecardError, match="workspace-path"):
        replace(desk, folder=folder).land_text(text("1,2026-01-01,"))


def test_a_workspace_may_lie_anywhere(desk: Desk) -> None:
    folder = desk.folder / "my city's records (2026) ü"
    folder.mkdir()
    own = replace(desk, folder=folder)
    own.land_text(text("1,2026-01-01,", "2,bad,"))
    own.land_text(text("1,2026-01-01,2026-01-02", "2,bad,"))
    assert (len(own.rows()), len(own.bad())) == (1, 2)
    assert own.columns() == [*COLUMNS, "_department", "_moment", "_batch"]


def test_the_moment_given_for_a_file_takes_the_place_of_a_mistyped_one(desk: Desk) -> None:
    header = "id,Open Date,closed_at,Dept\n"
    wrong = desk.write("f1.csv", header + "1,2026-01-05T10:00Z,2062-02-02T10:00Z,DPW\n")
    right = desk.write("f2.csv", header + "1,2026-01-05T10:00Z,2026-02-02T10:00Z,DPW\n")
    assert "ahead of the clock" in desk.land(wrong).notes[-1]
    assert desk.land(right).rows_older == 1
    as_of = datetime(2026, 2, 1, tzinfo=UTC)
    assert desk.land(wrong, as_of=as_of).rows_older == 0
    assert desk.land(right).rows_changed == 1
    found = desk.landed()
    assert found is not None
    assert found.moment == datetime(2026, 2, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("first", [0, 1])
def test_two_files_that_disagree_at_one_moment_land_the_same_row_in_either_order(
    desk: Desk, first: int
) -> None:
    files = [text("1,2026-01-01,2026-01-02"), text("1,2026-01-01,2026-01-03")]
    desk.land_text(files[first], name="first.csv", as_of=MONDAY)
    receipt = desk.land_text(files[1 - first], name="second.csv", as_of=MONDAY)
    assert "1 rows disagree with rows landed at the same moment; give --as-of" in receipt.notes
    # Chosen by content alone: whichever came first, it is the same one.
    assert desk.rows("id, closed_at") == [("1", datetime(2026, 1, 2, 5, tzinfo=UTC))]
    assert [batch.notes for batch in desk.batches()][-1] == list(receipt.notes)


STRICT_ROWS = [
    ("1,2026-13-01,", "opened_at", "date-impossible"),
    (",2026-01-01,", "id", "value-missing"),
    ("1,2026-01-01", None, "fields-count"),
    ("1,2026-01-01,2025-01-01", None, "closed-first"),
    ("ok,2026-01-01,", None, "row-duplicate"),
]


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(("bad", "column", "code"), STRICT_ROWS)
def test_a_strict_contract_refuses_the_file_for_one_bad_row(
    desk: Desk, bad: str, column: str | None, code: str, dry_run: bool
) -> None:
    rule = s.rule("closed-first", lambda r: r.closed_at >= r.opened_at, "closed too soon")
    strict = desk.under(make_source(rules=[rule], strict=True))
    with pytest.raises(ImportRefused) as caught:
        strict.land_text(text("ok,2026-01-01,", bad, "2,2026-01-02,", "3,soon,"), dry_run=dry_run)
    error = caught.value
    assert (error.code, error.line) == ("row-refused", 3)
    assert error.message.startswith("2 of 4 rows break the contract, which is strict.")
    assert "on line 3" in error.message
    assert f"({code})" in error.message
    assert (f"column '{column}'" in error.message) == (column is not None)
    assert (desk.landed(), desk.bad(), desk.batches()) == (None, [], [])
    assert not list((desk.workspace.root / "stage").iterdir())


def test_a_strict_contract_lands_a_file_without_fault(desk: Desk) -> None:
    strict = desk.under(make_source(strict=True))
    assert counts(strict.land_text(text("1,2026-01-01,"))) == (1, 0, 0, 0, 0)
    assert strict.source.fingerprint != desk.source.fingerprint
    assert "strict" not in desk.source.definition


def test_a_contract_made_strict_reads_the_same_file_anew(desk: Desk) -> None:
    content = text("1,2026-01-01,", "2,soon,")
    desk.land_text(content)
    landed, bad, batches = desk.rows(), desk.bad(), len(desk.batches())
    with pytest.raises(ImportRefused, match="1 of 2 rows breaks the contract"):
        desk.under(make_source(strict=True)).land_text(content)
    assert (desk.rows(), desk.bad(), len(desk.batches())) == (landed, bad, batches)
