"""Quarantined rows are mended by a declared rule, and land as their file would land them."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare.sources import Source
from scorecard.ledger import open_ledger, quality_of
from scorecard.observe.mend_quarantine import mend_quarantine
from scorecard.observe.receipt import Receipt
from tests.observe.desk import TOWN, Desk, make_source

CHANNELS = ["Phone", "Web"]
COLUMNS = {
    "id": s.text(required=True),
    "opened_at": s.timestamp("Open Date"),
    "channel": s.text(values=CHANNELS),
}
MENDS = [s.replace("channel", {"Phnoe": "Phone"}, reason="A slip of the old form.")]
STRICT = make_source(COLUMNS)
MENDED = make_source(COLUMNS, mends=MENDS)
FILE = "id,Open Date,channel\n1,2026-01-01,Phone\n2,2026-01-02,Phnoe\n3,2026-01-03,Fax\n"
JANUARY, MARCH = datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
STATE = "id, opened_at, channel, _moment"


def mend(desk: Desk) -> list[Receipt]:
    return mend_quarantine(TOWN, desk.source, desk.workspace, desk.ledger)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return desk.under(STRICT)


def test_a_mended_row_lands_as_of_its_file_and_the_others_stay(desk: Desk) -> None:
    first = desk.land_text(FILE)
    assert first.rows_quarantined == 2
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.rows_read, receipt.rows_new, receipt.rows_quarantined) == (2, 1, 1)
    assert receipt.file_sha256 == first.file_sha256
    assert "1 landed, 1 stay there" in str(receipt)
    assert desk.rows("id, channel") == [("1", "Phone"), ("2", "Phone")]
    [left] = desk.bad()
    assert (left.line, left.code, left.imported_at) == (4, "value-not-allowed", first.imported_at)
    last = desk.batches()[-1]
    assert (last.rows_read, last.rows_new, last.rows_quarantined) == (2, 1, 1)
    [kept] = quality_of(desk.ledger, [last.id])[last.id]
    assert (kept.code, kept.count, kept.of) == ("mended-rows", 1, 2)


def test_mending_again_does_nothing(desk: Desk) -> None:
    desk.land_text(FILE)
    mend(desk.under(MENDED))
    before = desk.rows("*"), len(desk.bad()), len(desk.batches())
    assert mend(desk.under(MENDED)) == []
    assert (desk.rows("*"), len(desk.bad()), len(desk.batches())) == before


def test_without_a_mend_nothing_leaves_quarantine(desk: Desk) -> None:
    desk.land_text(FILE)
    assert mend(desk) == []
    assert len(desk.bad()) == 2


def test_importing_the_file_again_mends_it_too_and_counts(desk: Desk) -> None:
    desk.land_text(FILE)
    receipt = desk.under(MENDED).land_text(FILE)
    assert (receipt.rows_new, receipt.rows_quarantined) == (1, 1)
    counts = {(one.code, one.column): (one.count, one.of) for one in receipt.quality}
    assert counts["mended", "channel"] == (1, 3)
    assert counts["value-not-allowed", "channel"] == (1, 3)


def test_a_file_of_which_nothing_was_landed_can_be_mended(desk: Desk) -> None:
    bad = "id,Open Date,channel\n2,2026-01-02T00:00:00Z,Phnoe\n"
    with pytest.raises(Exception, match="nothing-landed"):
        desk.land_text(bad)
    [receipt] = mend(desk.under(MENDED))
    assert receipt.moment == datetime(2026, 1, 2, tzinfo=UTC)
    assert desk.rows("id, channel") == [("2", "Phone")]
    assert desk.bad() == []


def test_a_later_row_is_not_overwritten_by_a_mended_earlier_one(desk: Desk) -> None:
    desk.land_text(FILE, as_of=JANUARY)
    desk.land_text("id,Open Date,channel\n2,2026-01-02,Web\n", "b.csv", as_of=MARCH)
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.rows_unchanged, receipt.rows_older) == (1, 1)
    assert desk.rows("id, channel") == [("1", "Phone"), ("2", "Web")]
    assert [row.line for row in desk.bad()] == [4]


def test_the_moment_is_the_one_that_was_given(desk: Desk) -> None:
    desk.land_text(FILE, as_of=JANUARY)
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.moment, receipt.moment_given) == (JANUARY, True)


def test_of_two_rows_of_one_file_the_landed_one_is_kept(desk: Desk) -> None:
    text = "id,Open Date,channel\n1,2026-01-01,Web\n1,2026-01-01,Phnoe\n2,2026-01-01,Phnoe\n"
    desk.land_text(text)
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.rows_new, receipt.rows_quarantined) == (1, 1)
    assert desk.rows("id, channel") == [("1", "Web"), ("2", "Phone")]
    assert [row.line for row in desk.bad()] == [3]


def test_a_row_landed_by_a_killed_mending_leaves_quarantine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.land_text(FILE)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("scorecard.observe.mend_quarantine.release", killed)
        with pytest.raises(KeyboardInterrupt):
            mend(desk.under(MENDED))
    assert (len(desk.rows()), len(desk.bad())) == (2, 2)
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.rows_new, receipt.rows_unchanged, receipt.rows_quarantined) == (0, 1, 1)
    assert (len(desk.rows()), len(desk.bad())) == (2, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.json",
            '[{"id": "1", "Open Date": "2026-01-01", "channel": "Web"},\n'
            '{"id": "2", "Open Date":\n"2026-01-01", "channel": "Phnoe"}, {"id": "3",'
            ' "Open Date": "2026-01-01", "channel": "Phnoe"}]',
        ),
        (
            "a.jsonl",
            '{"id": "1", "Open Date": "2026-01-01", "channel": "Web"}\n'
            '{"id": "2", "Open Date": "2026-01-01", "channel": "Phnoe"}\n'
            '{"id": "3", "channel": "Phnoe", "Open Date": "2026-01-01"}\n',
        ),
    ],
)
def test_rows_of_json_are_mended_too(desk: Desk, name: str, content: str) -> None:
    assert desk.land_text(content, name).rows_quarantined == 2
    [receipt] = mend(desk.under(MENDED))
    assert (receipt.rows_new, receipt.rows_quarantined) == (2, 0)
    assert desk.rows("id, channel") == [("1", "Web"), ("2", "Phone"), ("3", "Phone")]


def test_a_row_that_could_not_be_taken_apart_stays(desk: Desk) -> None:
    desk.land_text("id,Open Date,channel\n1,2026-01-01,Web\n2,2026-01-01,Phnoe,more\n")
    assert mend(desk.under(MENDED)) == []
    assert [row.code for row in desk.bad()] == ["fields-count"]


def test_a_value_kept_cut_short_is_not_landed(desk: Desk) -> None:
    columns = COLUMNS | {"note": s.text()}
    strict, mended = make_source(columns), make_source(columns, mends=MENDS)
    long = "x" * 10_001
    text = f"id,Open Date,channel,note\n1,2026-01-01,Web,a\n2,2026-01-01,Phnoe,{long}\n"
    desk.under(strict).land_text(text)
    assert mend(desk.under(mended)) == []
    desk.under(mended).land_text(text)
    assert desk.rows("length(note)") == [(1,), (10_001,)]


def rows_of(source: Source, folder: Path, steps: list[str], files: dict[str, str]) -> list[object]:
    """What is landed after the files, and then the steps, were taken in order."""
    folder.mkdir()
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        desk = Desk(folder, ledger, STRICT)
        for name, text in files.items():
            desk.land_text(text, name)
        desk = changed(desk, source=source)
        for step in steps:
            if step == "mend":
                mend(desk)
            else:
                desk.land_text(files[step], step)
        return [desk.rows(STATE), sorted((r.file_name, r.line, r.code) for r in desk.bad())]


ROW = st.tuples(
    st.sampled_from("123"), st.integers(1, 9), st.sampled_from(["Phone", "Web", "Phnoe", "Fax"])
)


@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_mending_and_then_importing_is_importing_alone(
    tmp_path_factory: pytest.TempPathFactory, examples: int
) -> None:
    """And so it is with mending afterwards, or between the files, or twice."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(a=st.lists(ROW, max_size=4), b=st.lists(ROW, max_size=4))
    def same(a: list[tuple[str, int, str]], b: list[tuple[str, int, str]]) -> None:
        files = {
            name: "id,Open Date,channel\n9,2026-01-01,Web\n"
            + "".join(f"{id},2026-01-0{day},{channel}\n" for id, day, channel in rows)
            for name, rows in (("a.csv", a), ("b.csv", b))
        }
        folder = tmp_path_factory.mktemp("states")
        alone = rows_of(MENDED, folder / "alone", ["a.csv", "b.csv"], files)
        for number, steps in enumerate(
            (
                ["mend", "a.csv", "b.csv"],
                ["a.csv", "mend", "b.csv"],
                ["mend", "b.csv", "mend", "a.csv"],
            )
        ):
            assert rows_of(MENDED, folder / str(number), steps, files) == alone

    same()
