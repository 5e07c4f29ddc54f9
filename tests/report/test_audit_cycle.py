"""One cycle from top to bottom."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest

from scorecard.audit import decide
from scorecard.audit.body import Effect
from scorecard.audit.events import (
    ActionPlanned,
    CauseRecorded,
    ControlRecorded,
    CycleSigned,
    EffectRecorded,
    InputRecorded,
    ReauditRecorded,
    ReauditScheduled,
)
from scorecard.declare.periods import Period
from scorecard.errors import AuditError
from scorecard.report.audit_cycle import AuditView, audit_view
from tests.audit.room import (
    BASELINE,
    COMPARISON,
    OPENING,
    SAMPLE,
    TODAY,
    TOWN,
    Room,
    finding,
    proposal,
    result,
    room_at,
)
from tests.report.audited import town

DAY = timedelta(days=1)


def view(room: Room, today: date = TODAY) -> AuditView:
    return audit_view(town(), room.cycle, today, room.past)


def test_the_ribbon_has_six_states_and_one_of_them_is_now() -> None:
    found = view(room_at("actions")).stages
    assert [one.standing for one in found] == ["done", "done", "done", "now", "to come", "to come"]
    assert [one.pdca for one in found] == ["plan", "plan", "plan", "do", "check", "act"]
    assert found[3].dmaic == "improve"


def test_the_sentence_in_each_state() -> None:
    assert view(room_at("planned")).sentence == (
        "Calls is planned. Next to act: Ada, Amy and Dirk; no day is set."
    )
    assert view(room_at("actions"), TODAY + DAY).sentence == (
        "Calls is in actions. 3 findings open: 3 minor. Overdue: action 1 of Sam (A second line) "
        "was due on 2 March 2026, 1 day ago. Next to act: Sam."
    )
    waiting = room_at("re-audit")
    assert (
        "Calls waits for a signature since 2 March 2026: Dora may sign." in view(waiting).sentence
    )
    assert view(room_at("signed", settled=True)).sentence.startswith(
        "Calls is in re-audit, signed by Dora and not closed yet."
    )
    assert view(room_at("closed")).sentence == "Calls is closed since 2 March 2026, signed by Dora."


def test_a_re_audit_that_a_later_cycle_follows_up_is_due_no_more() -> None:
    room = room_at("closed")
    day = TODAY + DAY
    room.write(ReauditScheduled(on=day), "dora")
    opened = replace(room.cycle.opened, seq=room.cycle.opened.seq + 100)
    follow_up = replace(room_at("planned").cycle, id="two", opened=opened)
    alone, followed = (
        audit_view(town(), room.cycle, day + DAY, room.past, others).due
        for others in ([room.cycle], [room.cycle, follow_up])
    )
    assert [one.matter for one in alone] == ["re-audit"]
    assert followed == ()


def test_the_baseline_is_judged_as_all_figures_are_and_no_data_is_no_zero() -> None:
    streets, parks = view(room_at("planned")).requirements
    assert (streets.actual_words, streets.expected_words) == ("81.5 %", "at least 90 %")
    assert (streets.gap_words, streets.n, streets.status) == ("8.5 points behind", 200, "missed")
    assert (streets.period, streets.known_at) == ("February 2026", "2 March 2026, 07:00")
    assert (parks.actual, parks.actual_words, parks.status) == (None, "–", "no data")
    assert (parks.gap_words, parks.n, parks.period) == ("–", 0, "")
    assert not streets.declared


@pytest.mark.parametrize(
    ("lacks", "status"),
    [({"complete": False}, "not complete yet"), ({"min_n": 201}, "too few"), ({}, "missed")],
)
def test_a_baseline_of_which_its_caveat_warns_is_not_judged(
    lacks: dict[str, object], status: str
) -> None:
    """Though it was measured when the month was over: the records did not know all of it."""
    assert Period(BASELINE.period, "month").end <= TODAY
    figure = BASELINE.model_copy(update=lacks)
    room = Room()
    room.do(OPENING.model_copy(update={"baseline": (figure,)}), "dora")
    assert view(room).requirements[0].status == status
    assert bool(figure.caveat) is (status != "missed")


def test_a_re_audit_stands_with_the_actual_service_and_its_n_on_both_sides() -> None:
    later = BASELINE.model_copy(update={"actual": 95.0, "n": 1240})
    both = COMPARISON.comparisons[0].model_copy(update={"before": 81.5, "after": 95.0})
    room = room_at("re-audit")
    room.write(ReauditRecorded(comparisons=(both,), figures=(later,)), "ada")
    (found,) = view(room).compared
    assert (found.before_words, found.after_words) == ("81.5 % (n = 200)", "95.0 % (n = 1,240)")
    # The sum with a department that was merged since: its n is not kept.
    merged = both.model_copy(update={"before": 80.0})
    room.write(ReauditRecorded(comparisons=(merged,), figures=(later,)), "ada")
    assert view(room).compared[0].before_words == "80.0 %"


def test_a_sample_counts_what_is_examined_and_takes_reserves_for_what_does_not_apply() -> None:
    room = room_at("fieldwork")
    room.do(result("k2").model_copy(update={"outcome": "met"}), "ada")
    room.do(result("k3").model_copy(update={"outcome": "not-applicable"}), "ada")
    (sample,) = view(room).samples
    assert [one.key for one in sample.cases] == ["k1", "k2", "k3", "k4"]
    (criterion,) = sample.criteria
    assert (criterion.met, criterion.not_met, criterion.not_applicable) == (1, 1, 1)
    assert (criterion.not_recorded, sample.examined) == (1, 3)
    assert sample.sentence == (
        "Sample 1, Calls are answered in Streets: 3 of 200 cases drawn; 3 of 4 to examine are "
        "examined."
    )
    assert sample.cases[0].answers["answered in time"].by == "Ada"


def test_a_finding_has_all_that_stands_beside_it() -> None:
    room = room_at("actions")
    room.do(CauseRecorded(finding=1, whys=("one line", "no money")), "lea")
    room.do(ControlRecorded(finding=1, text="Count", owner="lea", every="week"), "lea")
    room.do(InputRecorded(finding=1, voice="staff", text="We are few"), "sam")
    room.do(InputRecorded(finding=1, voice="management", text="We hire"), "lea")
    effect = Effect(standard="calls", department="streets", change=2.5)
    room.do(
        ActionPlanned(
            finding=1, corrective=False, text="Hire", owner="sue", due=TODAY, effect=effect
        ),
        "lea",
    )
    first, second, *_ = view(room, TODAY + DAY).findings
    assert (first.grade_words, first.nature, first.lies_in) == (
        "a minor finding",
        "fault",
        "system",
    )
    assert (first.by, first.open, second.open) == ("Ada", True, False)
    assert [one.said.text for one in first.causes] == ["one line → no money"]
    assert [one.text for one in first.controls] == ["Count (Lea, every week)"]
    assert [one.text for one in first.staff] == ["We are few"]
    assert [one.text for one in first.management] == ["We hire"]
    assert [(one.number, one.sort, one.overdue) for one in first.actions] == [
        (1, "corrective", True),
        (3, "preventive", True),
    ]
    assert first.actions[1].effect_words == "+2.5 percentage points"
    assert [one.text.split()[1] for one in second.history] == ["raised", "closed"]


def test_what_an_action_did_is_told_with_its_interval() -> None:
    room = room_at("re-audit")
    room.do(EffectRecorded(action=2, worked=True, change=4, low=1, high=7, test="Newcombe"), "ada")
    done = view(room).actions[1]
    assert done.worked
    assert done.worked_words == "worked: +4.0 percentage points (between +1.0 and +7.0)"


def test_the_re_audit_and_the_proposals_are_told_in_words() -> None:
    found = view(room_at("re-audit"))
    (row,) = found.compared
    assert (row.outcome, row.department_name, row.difference_words) == ("improved", "Streets", "–")
    one, two, three = found.proposals
    assert (one.value_words, one.standing) == ("at least 92 %", "A director has not decided yet.")
    assert two.loosens
    assert two.standing == (
        "Dirk accepted it from 1 July 2026 on; it is easier to keep, so a second person must agree."
    )
    assert three.standing == (
        "Dirk accepted it from 1 July 2026 on; it is not written into the standards yet."
    )


def test_who_may_sign_is_what_the_rules_say() -> None:
    room = room_at("re-audit")
    for signer in view(room).signers:
        if signer.may:
            decide(room.cycle, CycleSigned(), signer.person, TOWN, TODAY)
            continue
        with pytest.raises(AuditError) as refused:
            decide(room.cycle, CycleSigned(), signer.person, TOWN, TODAY)
        assert refused.value.message == signer.why
    assert [one.name for one in view(room).signers if one.may] == ["Dora"]
    assert "has audited in one" in next(
        one.why for one in view(room).signers if one.person == "dirk"
    )


def test_the_whole_view_is_plain_data_in_every_state() -> None:
    for stage in ("planned", "fieldwork", "findings", "actions", "re-audit", "signed", "closed"):
        room = room_at(stage)
        found = asdict(view(room))
        assert found["version"] == len(room.past) == len(found["history"])


def test_what_was_recorded_out_of_scope_past_the_rules_is_shown_under_its_id() -> None:
    room = room_at("re-audit")
    other = {"standard": "other"}
    for body in (SAMPLE, finding(), proposal(92)):
        numbers = {name: 9 for name in ("sample", "finding", "proposal") if hasattr(body, name)}
        room.write(body.model_copy(update=other | numbers), "sam")
    compared = COMPARISON.comparisons[0].model_copy(update=other | {"before": 2.0})
    room.write(COMPARISON.model_copy(update={"comparisons": (compared,)}), "sam")
    found = view(room)
    assert (found.samples[-1].title, found.findings[-1].title) == ("other", "other")
    assert (found.proposals[-1].value_words, found.compared[0].before_words) == (
        "at least 92",
        "2.00",
    )
