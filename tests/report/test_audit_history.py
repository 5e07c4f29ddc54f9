"""Every event of an audit as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from scorecard.audit import events as e
from scorecard.audit.body import Body, CauseNode, Comparison
from scorecard.audit.evidence import Reference
from scorecard.report.audit_history import history, told
from tests.audit.room import (
    COMPARISON,
    OPENING,
    REOPENING,
    SAMPLE,
    TODAY,
    action,
    decision,
    finding,
    proposal,
    result,
    room_at,
)
from tests.report.audited import NAMES, town

PHOTO = Reference("a" * 64, 5, "hole.jpg", "2026-02-01", "2026-03-02T12:00:00Z", "ada")


def every_kind() -> Iterator[tuple[Body, str]]:
    """A body of each kind, with what must be found in its sentence."""
    yield OPENING, "opened the cycle “Calls”: 2 requirements in Streets and Parks, with 1 baseline"
    yield e.AuditorsChanged(auditors=("amy",), reason="Ada left."), "Amy to audit from now on"
    yield e.FieldworkStarted(), "started fieldwork"
    yield SAMPLE, "drew sample 0 of 'calls' in Streets: 3 of 200 cases, seed 7"
    yield result(), "found “answered in time” not met in case k1 of sample 1: late"
    again = e.RecheckRecorded(sample=1, key="k1", criterion="in time", outcome="met")
    yield again, "checked again, blind, and found “in time” met in case k1"
    yield e.FieldworkEnded(), "ended fieldwork"
    yield finding("major", "complaint"), "a major finding of 'calls' in Streets, from a complaint"
    yield (
        e.FindingChanged(
            finding=1,
            grade="observation",
            nature="improvement",
            lies_in="individual",
            text="Calls could be shorter.",
            reason="looked again",
            evidence=(PHOTO,),
        ),
        "changed finding 1 to an opportunity for improvement that lies in the individual: Calls "
        "could be shorter (evidence: hole.jpg of 2026-02-01, SHA-256 aaaaaaaaaaaa…)",
    )
    yield e.CauseRecorded(finding=1, whys=("one line", "no money")), "one line; because no money"
    tree = CauseNode(text="one line", because=(CauseNode(text="no money"), CauseNode(text="ill")))
    yield e.CauseRecorded(finding=1, tree=tree), "one line (because no money; because ill)"
    yield e.ActionsStarted(), "moved the cycle on to its actions"
    yield action(1), "corrective action 0 for finding 1: A second line (Sam, by 2 March 2026)"
    yield (
        e.ActionChanged(action=1, text="Two lines", owner="sue", due=TODAY, reason="ill"),
        "changed action 1: Two lines (Sue, by 2 March 2026). Reason: ill",
    )
    yield e.ActionDone(action=1, on=TODAY, remark="Works."), "as done on 2 March 2026: Works"
    yield (
        e.ControlRecorded(finding=1, text="Count them", owner="lea", every="every week"),
        "recorded the control of finding 1: Count them (Lea, every week)",
    )
    yield e.InputRecorded(voice="staff", text="We are few"), "said for staff on the whole audit"
    yield e.InputRecorded(finding=2, voice="management", text="No"), "on finding 2: No"
    yield e.FindingClosed(finding=1, remark="done"), "closed finding 1: done"
    yield e.FindingReopened(finding=1, reason="came back"), "reopened finding 1: came back"
    yield e.ReauditStarted(), "started the re-audit"
    yield COMPARISON, "recorded the re-audit of 1 requirement: 1 improved"
    untested = Comparison(standard="calls", outcome="not-tested")
    both = e.ReauditRecorded(comparisons=(*COMPARISON.comparisons, untested))
    yield both, "2 requirements: 1 improved and 1 not tested"
    yield (
        e.EffectRecorded(action=1, worked=False, change=0.5, low=-1, high=2),
        "action 1 did not work: the service gap changed by 0.5 (between -1 and 2)",
    )
    yield proposal(92), "that 'calls' in Streets be at least 92 instead of 90: kept in nine months"
    yield decision("accepted", 92, 1), "accepted proposal 1 with 92 from 1 July 2026 on"
    yield decision("declined", None, 1), "declined proposal 1: shown in the re-audit"
    yield e.LooseningSeconded(proposal=1, reason="agreed"), "agreed, as the second person"
    yield e.StandardWritten(proposal=1, file="town.toml", diff="+1"), "into town.toml"
    yield e.ReauditScheduled(on=date(2026, 9, 1)), "next re-audit for 1 September 2026"
    yield (
        e.CycleSigned(remark="Well done.", frozen="b" * 64, document=PHOTO),
        "signed the audit: Well done; what is signed",
    )
    yield e.CycleClosed(), "closed the cycle"
    yield REOPENING, "reopened the cycle, which withdraws its signature: it came back"


EVERY = list(every_kind())


def test_every_kind_there_is_has_a_sentence() -> None:
    assert {body.kind for body, _ in EVERY} == {*e.BODIES}


@pytest.mark.parametrize(("body", "wanted"), EVERY)
def test_a_sentence_says_what_was_done(body: Body, wanted: str) -> None:
    assert wanted in told(NAMES, body)


def test_history_is_every_event_with_its_number_person_and_local_time() -> None:
    past = room_at("closed").past
    found = history(town(), past)
    assert [one.seq for one in found] == [one.seq for one in past]
    # Noon in Greenwich, on the second of March, is seven in the morning in New York.
    assert (found[0].at, found[0].who) == ("2 March 2026, 07:00", "Dora")
    assert all(one.sentence.startswith(f"{one.who} ") for one in found)
    assert all(one.sentence.endswith(".") and ".." not in one.sentence for one in found)
