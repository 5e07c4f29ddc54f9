"""The demo is built once, is completed where it was cut short, and is left alone when finished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard import demo
from scorecard.audit import Desk, State
from scorecard.audit.examined import examined
from scorecard.audit.export_check import check_export
from scorecard.cli import main
from scorecard.demo import FILES, build_demo
from scorecard.demo_audits import (
    EARLIEST,
    closed,
    fieldwork,
    overdue,
    play_audits,
    stage,
    steps,
)
from scorecard.demo_audits.stage import weekday
from scorecard.ledger import Event, append, events, session
from scorecard.ledger.batches import batches
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.ledger.session import machine_clock, open_ledger
from scorecard.ledger.tables import ImportBatch
from scorecard.report.audit_reminders import falling_due
from scorecard.report.opened import Opened, open_scorecard
from scorecard.workspace import Workspace
from tests.conftest import BuiltDemo


class Killed(BaseException):
    """Stands for whatever ends the process."""


def imported(workspace: Workspace) -> list[ImportBatch]:
    with open_ledger(workspace.ledger) as ledger:
        return batches(ledger, "harbor-city")


def figures(workspace: Workspace) -> list[MeasurementRow]:
    with open_ledger(workspace.ledger) as ledger:
        return current(ledger, "harbor-city")


def played(workspace: Workspace) -> list[Event]:
    with open_ledger(workspace.ledger) as ledger:
        return events(ledger, "harbor-city")


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("this was not to be done again")


@pytest.fixture(scope="module")
def summary(built_demo: BuiltDemo, repository: Path) -> str:
    """What was said of the demo."""
    assert built_demo.standards == repository / "standards" / "harbor_city"
    return built_demo.summary


@pytest.fixture(scope="module")
def workspace(built_demo: BuiltDemo) -> Workspace:
    return built_demo.workspace


@pytest.fixture(scope="module")
def city(built_demo: BuiltDemo) -> Iterator[Opened]:
    with open_scorecard(built_demo.standards, built_demo.workspace) as opened:
        yield opened


def test_the_five_files_are_imported_with_the_moments_they_show(
    summary: str, workspace: Workspace
) -> None:
    held = [(batch.file_name, batch.source, batch.moment) for batch in imported(workspace)]
    assert held == [tuple(file) for file in FILES]


def test_it_says_what_was_done_and_that_nothing_of_it_is_real(
    summary: str, workspace: Workspace
) -> None:
    assert "synthetic" in summary.splitlines()[0]
    for batch in imported(workspace):
        assert f"{batch.rows_read:,}" in summary
    assert f"Measured: {len(figures(workspace)):,} figures new" in summary


def test_it_tells_how_far_it_is(built_demo: BuiltDemo) -> None:
    assert len({doing for doing, _ in built_demo.told}) > 5
    assert all(0 <= fraction <= 1 for _, fraction in built_demo.told)


def test_the_generated_files_are_removed(summary: str, workspace: Workspace) -> None:
    assert list(workspace.root.rglob("*.csv")) == []


def test_a_second_build_imports_nothing_and_changes_nothing(
    summary: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(workspace)
    monkeypatch.setattr(demo, "_generator", refuse)
    monkeypatch.setattr(demo, "import_file", refuse)
    monkeypatch.setattr("scorecard.demo_audits.stage.Desk.record_all", refuse)
    chain = played(workspace)
    _, text = build_demo(workspace)
    assert "nothing was imported" in text
    assert "nothing was played" in text
    assert played(workspace) == chain
    assert "0 figures new, 0 changed" in text
    assert len(imported(workspace)) == len(FILES)
    assert figures(workspace) == before


def test_a_build_that_was_cut_short_is_completed(
    summary: str, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Workspace(tmp_path)
    real = demo.import_file

    def some(*given: Any, **named: Any) -> Any:
        if len(imported(other)) == 2:
            raise Killed
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(demo, "import_file", some)
        with pytest.raises(Killed):
            build_demo(other)
    assert len(imported(other)) == 2
    assert list(tmp_path.rglob("*.csv")) == []

    with monkeypatch.context() as patch:
        patch.setattr(demo, "measure", _kill)
        with pytest.raises(Killed):
            build_demo(other)
    assert len(imported(other)) == len(FILES)
    assert figures(other) == []

    with monkeypatch.context() as patch:
        patch.setattr(demo, "import_file", refuse)
        patch.setattr("scorecard.demo_audits.fieldwork.examine", _kill)
        # Every sample is off here, as one in twenty is by chance; the play goes on all the same.
        patch.setattr(stage, "_chance", lambda text, _: text.endswith("seen"))
        with pytest.raises(Killed):
            build_demo(other)
    assert figures(other) == figures(workspace)
    begun = played(other)
    assert [one.kind for one in begun[-2:]] == ["fieldwork-started", "sample-drawn"]
    assert [one.subject for one in begun if one.body.get("origin") == "sample-disagreement"] == [
        f"audit/{closed.ID}",
        f"audit/{overdue.ID}",
    ]
    assert "cycle-closed" in [one.kind for one in begun]

    # Days later it goes on by its own calendar, in which nothing is later than the first day.
    now = machine_clock()
    with monkeypatch.context() as patch:
        patch.setattr(session, "machine_clock", lambda: now + timedelta(days=5))
        build_demo(other)
    assert played(other)[: len(begun)] == begun
    rest = played(other)[len(begun) :]
    assert {one.kind for one in rest} == {"result-recorded"}
    assert all(one.at < now for one in rest)


def _kill(*_: Any, **__: Any) -> Any:
    raise Killed


def test_a_workspace_beside_a_shared_ledger_gets_its_own_records(
    summary: str, workspace: Workspace, tmp_path: Path
) -> None:
    beside = Workspace(tmp_path, workspace.ledger)
    before = figures(workspace)
    build_demo(beside)
    assert beside.landed("harbor-city", "calls").is_dir()
    assert figures(workspace) == before


# --- The audits ---


def test_one_audit_is_closed_one_in_fieldwork_and_one_overdue(city: Opened) -> None:
    at = Desk(city.declarations, city.workspace, city.ledger, "")
    cycles = {one.id: one for one in at.cycles()}
    late = {
        one.id
        for one in cycles.values()
        if any(told.overdue for told in falling_due(city.declarations, one, at.today))
    }
    states = {id: one.state for id, one in cycles.items()}
    assert states == {
        closed.ID: State.CLOSED,
        overdue.ID: State.ACTIONS,
        fieldwork.ID: State.FIELDWORK,
    }
    assert late == {overdue.ID}
    assert all(not one.faults and not one.clock_went_back for one in cycles.values())

    done = cycles[closed.ID]
    assert done.signature
    assert done.signature.by == "helen-ward"
    assert done.comparison
    outcomes = {one.standard: one.outcome for one in done.comparison.body.comparisons}
    assert outcomes["kept-by-due"] == "improved"
    assert {one.raised.body.origin for one in done.findings.values()} >= {"audit", "complaint"}
    assert examined(done, 1)[0].agreement
    assert [one.decided.body.decision for one in done.proposals.values() if one.decided] == [
        "declined"
    ]

    (action,) = cycles[overdue.ID].actions.values()
    assert (action.plan.owner, action.done) == ("marta-silva", None)
    assert action.plan.due < at.today
    assert any(one.grade == "major" for one in cycles[overdue.ID].open_findings)

    half = cycles[fieldwork.ID]
    drawn, found = len(half.cases(1)), len({key for _, key, _ in half.results})
    assert 0.4 < found / drawn < 0.6
    due = half.opened.body.fieldwork_due
    assert due
    assert timedelta(days=14) < due - at.today < timedelta(days=28)


def test_every_audit_says_that_it_is_a_play(city: Opened, summary: str) -> None:
    assert "made-up people" in summary
    for one in Desk(city.declarations, city.workspace, city.ledger, "").cycles():
        assert one.opened.body.title.endswith("(played)")
        assert "synthetic people in a synthetic city" in one.opened.body.method


def test_the_audits_leave_the_declarations_as_they_are(city: Opened) -> None:
    assert not [one for one in played(city.workspace) if one.kind == "standard-written"]


def test_the_demo_verifies_and_its_closed_audit_passes_the_independent_check(
    built_demo: BuiltDemo, tmp_path: Path
) -> None:
    options = [
        "--standards",
        str(built_demo.standards),
        "--workspace",
        str(built_demo.workspace.root),
    ]
    verified = CliRunner().invoke(main, [*options, "verify"])
    assert verified.exit_code == 0, verified.output
    assert "Nothing was altered." in verified.output

    file = tmp_path / "audit.zip"
    exported = CliRunner().invoke(main, [*options, "audit", "export", closed.ID, str(file)])
    assert exported.exit_code == 0, exported.output
    assert check_export(file) == []


def test_nothing_is_played_where_the_time_of_the_chain_would_fall(
    built_demo: BuiltDemo, tmp_path: Path
) -> None:
    with open_scorecard(built_demo.standards, Workspace(tmp_path)) as opened:
        append(opened.ledger, "elsewhere", "one", "made", "ada", {}, expected_version=0)
        (told,) = play_audits(opened)
        assert "not played" in told
        assert events(opened.ledger, "harbor-city") == []


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_on_whatever_day_it_is_seen_each_step_has_its_own_moment_on_a_working_day(
    day: date,
) -> None:
    moments = [one.at for one in steps(day)]
    assert all(one < other for one, other in pairwise(moments))
    assert all(one.weekday() < 5 for one in moments)
    assert moments[-1].date() < max(day, EARLIEST)
    for module in (closed, overdue, fieldwork):
        # In the order in which they are written, which is that of the work.
        own = [one.at for one in module.steps(weekday(max(day, EARLIEST)))]
        assert own == sorted(own)
