"""The list of audit cycles, and the sentence above it in each of its forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scorecard.audit import Cycle
from scorecard.audit.events import ActionDone, ReauditScheduled
from scorecard.declare.organisation import Organisation
from scorecard.report.audits import audit_list
from tests.audit.room import TODAY, action, finding, result, room_at
from tests.report.audited import planned, renamed, town

LATER = TODAY + timedelta(days=10)


def sentence(*cycles: Cycle, today: date = TODAY) -> str:
    return audit_list(town(), cycles, today).sentence


def test_without_a_cycle_the_sentence_says_so() -> None:
    assert sentence() == "No audit cycle has been opened yet."


def test_of_one_cycle_it_says_where_it_is_and_who_acts() -> None:
    assert sentence(planned()) == (
        "One audit cycle is open: Calls, planned. Next to act: Ada, Amy and Dirk; no day is set."
    )
    assert sentence(planned(fieldwork_due=date(2026, 3, 9))) == (
        "One audit cycle is open: Calls, planned. Next to act: Ada, Amy and Dirk, by 9 March 2026. "
        "Calls: the end of fieldwork is due on 9 March 2026."
    )
    assert sentence(renamed(room_at("closed"), "old", "Holes"), planned(seq=90)) == (
        "One audit cycle is open: Calls, planned; one is closed. "
        "Next to act: Ada, Amy and Dirk; no day is set."
    )


def test_of_several_it_says_which_are_overdue_and_which_wait_for_a_signature() -> None:
    late = renamed(room_at("actions"), "late", "Late calls", 200)
    unsigned = renamed(room_at("re-audit"), "unsigned", "Holes", 100)
    done = renamed(room_at("closed"), "done", "Trees")
    assert sentence(done, unsigned, late, today=TODAY) == (
        "Two of 3 audit cycles are open. Holes waits for a signature. Next to act: Dora. "
        "Holes waits for a signature since 2 March 2026: Dora may sign."
    )
    tomorrow = TODAY + timedelta(days=1)
    assert sentence(unsigned, late, planned(seq=300), today=tomorrow) == (
        "Three audit cycles are open. Holes and Late calls are overdue. Holes waits for a "
        "signature. Next to act: Sam. Holes: action 1 of Sam (A second line) was due on "
        "2 March 2026, 1 day ago."
    )


def test_where_all_are_closed_it_says_so_and_when_the_next_re_audit_is() -> None:
    room = room_at("closed")
    assert sentence(renamed(room, "one", "Calls")) == (
        "The one audit cycle, Calls, is closed. No further re-audit is scheduled."
    )
    room.do(ReauditScheduled(on=LATER), "amy")
    first, second = renamed(room, "one", "Calls"), renamed(room_at("closed"), "two", "Holes", 90)
    assert sentence(second, renamed(room, "one", "Calls", 200)) == (
        "All two audit cycles are closed. Next to act: Ada, Amy and Dirk, by 12 March 2026. "
        "Calls: the next re-audit is due on 12 March 2026."
    )
    # The second was opened over the same scope since: the re-audit of the first is under way.
    assert sentence(first, second) == (
        "All two audit cycles are closed. No further re-audit is scheduled."
    )


def test_a_line_counts_what_is_open_done_and_met() -> None:
    room = room_at("fieldwork")
    room.do(result("k2").model_copy(update={"outcome": "met"}), "ada")
    room.do(result("k3").model_copy(update={"outcome": "not-applicable"}), "ada")
    room.do(finding("major"), "ada")
    (line,) = audit_list(town(), [room.cycle], TODAY).lines
    assert (line.criteria_met, line.criteria_examined) == (1, 2)
    assert line.findings_open == {"major": 1, "minor": 4, "observation": 0}
    assert (line.state, line.pdca, line.dmaic) == ("fieldwork", "plan", "measure")
    assert (line.departments, line.standards) == (("Streets", "Parks"), ("Calls are answered",))
    assert (line.baseline, line.auditors) == ("February 2026", ("Ada", "Amy", "Dirk"))
    assert (line.next_day, line.signed_by, line.overdue) == (None, "", ())

    room = room_at("actions")
    (line,) = audit_list(town(), [room.cycle], LATER).lines
    assert (line.actions_done, line.actions_open, line.actions_overdue) == (1, 1, 1)
    assert line.findings_closed == {"major": 0, "minor": 1, "observation": 0}
    assert line.overdue == (
        "Calls: action 1 of Sam (A second line) was due on 2 March 2026, 10 days ago.",
    )
    room.do(ActionDone(action=1, on=TODAY), "sam")
    (line,) = audit_list(town(), [room.cycle], LATER).lines
    assert (line.actions_done, line.actions_open, line.overdue) == (2, 0, ())


def test_a_line_has_no_baseline_period_where_nothing_was_measured() -> None:
    (line,) = audit_list(town(), [planned(baseline=())], TODAY).lines
    assert line.baseline == ""


def test_unknown_people_and_departments_are_shown_as_they_are_and_said_to_be_unknown() -> None:
    room = room_at("actions")
    room.write(action(1, owner="zoe").model_copy(update={"action": 9}), "lea")
    declared = town()
    people = [one for one in declared.organisation.people if one.id != "ada"]
    fewer = {"people": people, "departments": declared.organisation.departments[:1]}
    gone = Organisation.model_validate({**declared.organisation.model_dump(), **fewer})
    declared = replace(declared, organisation=gone)
    (line,) = audit_list(declared, [room.cycle], LATER).lines
    assert line.auditors[0] == "ada (unknown person)"
    assert line.departments == ("Streets", "parks (unknown department)")
    assert any("action 9 of zoe (unknown person)" in one for one in line.overdue)


def test_the_list_says_that_the_organisation_is_made_up() -> None:
    assert audit_list(town(synthetic=True), [], TODAY).synthetic
