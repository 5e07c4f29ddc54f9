"""What an explanation says of the change between two states of one figure."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from scorecard.errors import ScorecardError
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.changes import Changes
from scorecard.report.changes_text import explained_since
from scorecard.report.opened import open_scorecard
from scorecard.report.show import explained_changes
from scorecard.workspace import Workspace
from tests.small_town import RECORDS, write_town

# Of January: 3 is mended to a closure in time, 5 was closed in February, and 12 comes late.
LATER = """\
id,opened_at,due_at,closed_at,department,topic
3,2026-01-02T10:00:00-05:00,2026-01-05T10:00:00-05:00,2026-01-04T10:00:00-05:00,works,Light
5,2026-01-03T10:00:00-05:00,2026-01-06T10:00:00-05:00,2026-02-20T10:00:00-05:00,Parks,Tree
9,2026-03-02T10:00:00-05:00,2026-03-20T10:00:00-05:00,2026-03-19T10:00:00-04:00,Works,Light
12,2026-01-05T10:00:00-05:00,2026-01-08T10:00:00-05:00,2026-01-12T10:00:00-05:00,Works,Light
"""


class Town:
    """The small town with two states: `first` and now."""

    def __init__(self, folder: Path) -> None:
        self.standards, self._records = write_town(folder)
        self.workspace = Workspace(folder / "workspace")
        self.first = self.take(RECORDS, "2026-03-05")
        self.take(LATER, "2026-04-01")

    def take(self, records: str | None, as_of: str) -> datetime:
        """Import and measure; when the figures became known."""
        with open_scorecard(self.standards, self.workspace) as opened:
            if records is not None:
                self._records.write_text(records, encoding="utf-8")
                import_file(
                    opened.declarations.organisation,
                    opened.source("requests"),
                    self._records,
                    self.workspace,
                    opened.ledger,
                    as_of=opened.moment(as_of),
                )
            return measure(opened.declarations, self.workspace, opened.ledger).known_at

    def changes(
        self,
        standard: str = "closed-on-time",
        period: str | None = "2026-01",
        *,
        department: str | None = None,
        since: str | None = None,
        as_of: str | None = None,
        sample: int = 10,
    ) -> Changes:
        with open_scorecard(self.standards, self.workspace) as opened:
            moment = since or self.first.isoformat()
            return explained_changes(opened, standard, department, period, moment, as_of, sample)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("two_states"))


@pytest.fixture
def own(tmp_path: Path) -> Town:
    return Town(tmp_path)


def kinds(found: Changes) -> list[tuple[str, str, int, float, float | None]]:
    assert found.between is not None
    return [(c.kind, c.reason, c.rows, c.n, c.numerator) for c in found.between.changes]


def test_both_figures_stand_beside_each_other_and_the_rows_explain_the_difference(
    town: Town,
) -> None:
    found = town.changes()
    figures = [(s.row.numerator, s.row.n) for s in (found.before, found.after)]
    assert figures == [(4, 6), (5, 6)]
    assert found.difference == pytest.approx(100 / 6)
    assert kinds(found) == [
        ("entered", "not landed", 1, 1, 0),
        ("left", "another period", 1, -1, 0),
        ("now_kept", "values", 1, 0, 1),
    ]
    assert found.between is not None
    assert (found.between.same, found.between.n_before, found.between.n_after) == (4, 6, 6)


def test_each_row_shows_the_columns_the_metric_reads_before_and_after(town: Town) -> None:
    found = town.changes(department="parks")
    assert found.between is not None
    [row] = found.between.rows
    assert (row.kind, row.reason, row.key) == ("left", "another period", {"id": "5"})
    assert row.before is not None
    assert row.after is not None
    assert row.before["closed_at"] != row.after["closed_at"]
    assert row.before["due_at"] == row.after["due_at"]


def test_a_standard_for_one_department_and_topic_compares_its_rows_alone(town: Town) -> None:
    found = town.changes("potholes")
    assert kinds(found) == []
    assert found.between is not None
    assert (found.between.same, found.difference) == (2, 0)


def test_rows_that_fell_due_in_between_are_told_apart(town: Town) -> None:
    found = town.changes("kept-by-due", "2026-03")
    assert kinds(found) == [("entered", "knowledge of time", 1, 1, 1)]
    assert found.before.row.actual is None
    assert found.difference is None


def test_between_one_state_and_itself_nothing_has_changed(town: Town) -> None:
    found = town.changes(as_of=town.first.isoformat())
    assert kinds(found) == []
    assert "Nothing was measured in between" in explained_since(found, "text")


def test_the_text_adds_up_before_the_readers_eyes(town: Town) -> None:
    text = explained_since(town.changes(), "text")
    for part in (
        "66.7 %",
        "83.3 %",
        "+16.7 percentage points",
        "1 entered the figure",
        "not known before (n +1, numerator +0)",
        "in another period now, by closed_at (n -1, numerator +0)",
        "4 as before",
        "n: 6 + 0 = 6",
        "(not landed)",
    ):
        assert part in text


def test_the_json_says_the_same(town: Town) -> None:
    told = json.loads(explained_since(town.changes(sample=1), "json"))
    assert (told["before"]["n"], told["after"]["n"]) == (6, 6)
    assert (told["rows_entered"], told["rows_left"], told["rows_same"]) == (1, 1, 4)
    assert [len(told[state]["files"]) for state in ("before", "after")] == [1, 2]
    assert sum(change["n"] for change in told["changes"]) == 0
    assert len(told["rows"]) == 1


def test_where_the_definition_changed_only_the_figures_are_compared(own: Town) -> None:
    metrics = own.standards / "metrics.py"
    text = metrics.read_text(encoding="utf-8")
    metrics.write_text(
        text.replace("share(r.closed_at <= r.due_at,", "share(r.closed_at < r.due_at,"), "utf-8"
    )
    own.take(None, "2026-04-01")
    found = own.changes()
    assert found.between is None
    assert found.difference is None
    assert found.before.fingerprint != found.after.fingerprint
    assert (found.before.row.numerator, found.after.row.numerator) == (4, 4)
    assert "definition of the metric has changed" in explained_since(found, "text")
    assert json.loads(explained_since(found, "json"))["same_definition"] is False


def test_where_a_department_was_renamed_it_says_that_the_recorded_n_differs(own: Town) -> None:
    organisation = own.standards / "organisation.toml"
    text = organisation.read_text(encoding="utf-8")
    organisation.write_text(text.replace('aliases = ["DPW"]', ""), "utf-8")
    own.take(None, "2026-04-01")
    found = own.changes(department="works")
    assert found.reckoned_otherwise == [found.before]
    assert "by the declarations of today" in explained_since(found, "text")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"since": "2020-01-01"}, "state-unknown"),
        ({"since": "2020-01-02", "as_of": "2020-01-01"}, "states-reversed"),
        ({"period": "2031-01"}, "figure-unknown"),
        ({"since": "soon"}, "moment-unreadable"),
        ({"standard": "closed-on-tme"}, "standard-unknown"),
    ],
)
def test_what_cannot_be_compared_is_refused(town: Town, options: dict[str, str], code: str) -> None:
    with pytest.raises(ScorecardError) as refused:
        town.changes(**options)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_metric_that_was_not_measured_then_has_no_earlier_state(own: Town) -> None:
    standards = own.standards / "town.toml"
    metrics = own.standards / "metrics.py"
    for file in (standards, metrics):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("closed_on_time", "closed_by_then"), "utf-8")
    own.take(None, "2026-04-01")
    with pytest.raises(ScorecardError) as refused:
        own.changes()
    assert refused.value.code == "state-unknown"


def test_landed_records_that_are_gone_are_refused(own: Town) -> None:
    elsewhere = Workspace(own.workspace.root / "elsewhere", own.workspace.ledger)
    own.workspace = elsewhere
    with pytest.raises(ScorecardError) as refused:
        own.changes()
    assert refused.value.code == "landed-missing"
