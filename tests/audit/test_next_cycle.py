"""The follow-up of a cycle: its scope at the values of now, its result as the baseline."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.next_cycle import next_opening
from scorecard.audit.proposed import decide_on, propose
from scorecard.audit.written import write
from scorecard.errors import AuditError
from scorecard.ledger import events
from tests.audit.reaudited import Reaudited, reaudited, template

ID = "closed-on-time"
FEBRUARY = date(2026, 2, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bay"))


@pytest.fixture
def town(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    found = reaudited(made, tmp_path, date(2026, 3, 10), monkeypatch)
    found.audited(FEBRUARY, departments=("libraries", "parks"))
    return found


def test_the_tightened_value_and_the_re_audit_begin_the_next_cycle(town: Reaudited) -> None:
    with town.desk("ada") as desk:
        propose(desk, "one", standard=ID, department="libraries", value=90, ground="kept")
    with town.desk("dora") as desk:
        decide_on(desk, "one", 1, "accepted", "shown")
        write(desk, "one", 1)
    town.record("dora", "cycle-signed")
    town.record("ada", "cycle-closed")
    with town.desk("dora") as desk:
        before = desk.cycle("one")
        opening, left_out = next_opening(desk, before, close_due=date(2026, 9, 30))
        now = desk.open("two", opening)
    assert left_out == ()
    assert before.comparison is not None
    assert opening.baseline == before.comparison.body.figures
    assert {one.period for one in opening.baseline} == {FEBRUARY}
    held = {one.department: (one.expected, one.since) for one in opening.scope.requirements}
    assert held == {
        "libraries": (90, date(2026, 4, 1)),
        "parks": (75, date(2024, 7, 1)),
    }
    assert opening.scope.departments == ("libraries", "parks")
    assert (opening.title, opening.after) == ("Follow-up: Requests in time", "one")
    assert (opening.method, opening.auditors) == (before.opened.body.method, ("ada",))
    assert (now.id, now.state, now.opened.body) == ("two", "planned", opening)
    with town.desk("dora") as desk:
        assert next_opening(desk, before, title="Again").opening.title == "Again"


def test_while_the_cycle_is_open_its_follow_up_is_not_opened(town: Reaudited) -> None:
    with town.desk("dora") as desk:
        opening = next_opening(desk, desk.cycle("one")).opening
        with pytest.raises(AuditError) as error:
            desk.open("two", opening)
    assert error.value.code == "scope-taken"


def test_what_is_no_more_is_left_out_and_said(town: Reaudited) -> None:
    organisation = town.standards / "organisation.toml"
    text = organisation.read_text("utf-8")
    merged = text.replace('id = "parks"\n', 'id = "greens"\naliases = ["parks"]\n')
    assert merged != text
    organisation.write_text(merged, "utf-8")
    standards = town.file.read_text("utf-8").replace('"parks"', '"greens"')
    town.file.write_text(standards, "utf-8")
    with town.desk("dora") as desk:
        opening, left_out = next_opening(desk, desk.cycle("one"))
        assert opening.scope.departments == ("libraries", "greens")
        # What was measured of the old department is no figure of the one that took over.
        assert [one.department for one in opening.baseline] == ["libraries"]
        assert left_out == (
            f"The re-audit's figure of '{ID}' in parks is no baseline: the standard is not "
            "reported there any more.",
        )
    metrics = town.standards / "metrics.py"
    was = metrics.read_text("utf-8")
    metrics.write_text(was.replace("r.closed_at <= r.due_at,", "r.closed_at < r.due_at,"), "utf-8")
    with town.desk("dora") as desk:
        opening, left_out = next_opening(desk, desk.cycle("one"))
    assert opening.baseline == ()
    assert left_out[0] == (
        f"The metric of '{ID}' is defined otherwise since: no baseline for libraries."
    )
    metrics.write_text(was, "utf-8")
    town.file.write_text(standards.replace(f'"{ID}"', '"closed"'), "utf-8")
    with town.desk("dora") as desk, pytest.raises(AuditError) as error:
        next_opening(desk, desk.cycle("one"))
    assert error.value.code == "scope-unknown"


def test_a_figure_of_other_records_is_no_baseline(town: Reaudited) -> None:
    """It could be compared with nothing, and no signature could find it in the ledger."""
    text = town.file.read_text("utf-8")
    head = f'id = "{ID}"\n'
    assert head in text
    narrowed = text.replace(head, head + 'where = { topic = "Pothole" }\n')
    town.file.write_text(narrowed, "utf-8")
    with town.desk("dora") as desk:
        opening, left_out = next_opening(desk, desk.cycle("one"))
    assert opening.baseline == ()
    assert left_out[0] == (
        f"The standard '{ID}' is about other records since: no baseline for libraries."
    )


def test_a_follow_up_is_not_due_on_a_day_that_is_over(town: Reaudited) -> None:
    with town.desk("dora") as desk, pytest.raises(AuditError) as error:
        next_opening(desk, desk.cycle("one"), close_due=date(2026, 3, 9))
    assert error.value.code == "due-before-opening"


def test_without_a_re_audit_there_is_no_next_baseline(town: Reaudited) -> None:
    town.record("dora", "cycle-signed")
    town.record("dora", "cycle-reopened", reason="It came back.")
    with town.desk("dora") as desk, pytest.raises(AuditError) as error:
        next_opening(desk, desk.cycle("one"))
    assert error.value.code == "reaudit-missing"


def test_an_opening_of_before_there_were_follow_ups_can_be_read(town: Reaudited) -> None:
    with town.desk("dora") as desk:
        first = events(desk.ledger, "bay-town", "audit/one")[0]
    data = json.loads(json.dumps(first.body))
    assert data.pop("after") == ""
    body = body_of("cycle-opened", data)
    assert isinstance(body, CycleOpened)
    assert body.after == ""
