"""A department's open findings by age; none open is not the same as no audit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scorecard.audit.events import ActionDone, FindingReopened
from scorecard.declare.organisation import Organisation
from scorecard.report.audit_open_findings import concerns, department_audits
from tests.audit.room import OPENING, TODAY, TOWN, Room, action, finding, requirement, room_at
from tests.report.audited import planned, renamed, town

DAY = timedelta(days=1)
PARKS_ONLY = OPENING.scope.model_copy(update={"requirements": (requirement("parks"),)})


def test_no_audit_no_findings_yet_and_no_open_findings_are_three_sentences() -> None:
    elsewhere = planned(scope=PARKS_ONLY)
    none = department_audits(town(), [elsewhere], "streets", TODAY)
    assert (none.cycles, none.findings) == (0, ())
    assert none.sentence == "No audit yet: no audit cycle has had Streets in its scope."
    early = department_audits(town(), [elsewhere], "parks", TODAY)
    assert early.sentence == "No findings yet: 1 audit cycle has not come so far."
    closed = department_audits(town(), [room_at("closed").cycle], "streets", TODAY)
    assert (closed.cycles, closed.findings) == (1, ())
    assert closed.sentence == "No open findings in 1 audit cycle."
    # The findings are those of Streets; Parks was in the scope.
    assert department_audits(town(), [room_at("actions").cycle], "parks", TODAY).sentence == (
        "No open findings in 1 audit cycle."
    )


def test_the_oldest_stands_first_with_the_next_action_that_is_left() -> None:
    later = renamed(room_at("actions"), "later", "Parks again", seq=100)
    room = room_at("actions")
    room.do(action(1, "sue").model_copy(update={"due": TODAY + 3 * DAY}), "lea")
    today = TODAY + 2 * DAY
    found = department_audits(town(), [later, room.cycle], "streets", today)
    assert [(one.cycle, one.number) for one in found.findings] == [
        *(("later", n) for n in (1, 3, 4)),
        *(("one", n) for n in (1, 3, 4)),
    ]
    first, bare, done = found.findings[3:]
    assert (first.days, first.since, first.grade, first.title) == (
        2,
        TODAY,
        "minor",
        "Calls are answered",
    )
    # Sam's is due before Sue's, and is not done.
    assert (first.owner, first.due, first.overdue, first.next) == (
        "Sam",
        TODAY,
        True,
        "A second line",
    )
    assert (bare.owner, bare.due, bare.next) == ("", None, "No action is planned yet.")
    assert (done.owner, done.due, done.overdue) == ("", None, False)
    assert done.next == "Its action is done; Ada, Amy and Dirk may settle it."
    assert found.sentence == (
        "6 findings open in 2 audit cycles, the oldest since 2 March 2026, 2 days. The next action "
        "of 2 findings is overdue."
    )
    room.do(ActionDone(action=1, on=TODAY), "sam")
    one = department_audits(town(), [room.cycle], "streets", today).findings[0]
    assert (one.owner, one.due, one.overdue) == ("Sue", TODAY + 3 * DAY, False)


def test_a_reopened_finding_is_as_old_as_its_reopening() -> None:
    room = room_at("actions")
    room.do(FindingReopened(finding=2, reason="It came back"), "ada")
    *others, again = department_audits(town(), [room.cycle], "streets", TODAY + 5 * DAY).findings
    reopened = {one.number: one for one in (*others, again)}[2]
    last = room.cycle.findings[2].reopenings[-1].at
    assert reopened.since == last.astimezone(TOWN.zone).date()


@pytest.mark.parametrize("whose", ["streets", "parks"])
def test_a_finding_about_everybody_is_every_departments_in_scope(whose: str) -> None:
    room = room_at("fieldwork")
    everybody = finding(department="streets").model_copy(update={"department": None})
    room.write(everybody.model_copy(update={"finding": 5}), "ada")
    found = department_audits(town(), [room.cycle], whose, TODAY).findings
    assert ("Town", 5) in [(one.department_name, one.number) for one in found]


def test_a_merged_departments_cycle_concerns_the_one_it_is_in_now() -> None:
    room = Room()
    scope = OPENING.scope.model_copy(update={"requirements": (requirement("lanes"),)})
    room.write(OPENING.model_copy(update={"scope": scope}), "dora")
    streets, parks = TOWN.departments
    departments = [streets.model_copy(update={"aliases": ["lanes"]}), parks]
    merged = Organisation(
        id="town", name="Town", time_zone="America/New_York", departments=departments
    )
    assert concerns(merged, room.cycle, "streets")
    assert not concerns(merged, room.cycle, "parks")
    assert not concerns(TOWN, room.cycle, "streets")
