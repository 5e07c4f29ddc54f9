"""Forms of the re-audit: the comparison, what actions did, and the expected values from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Sheet, Step
from scorecard.audit import Cycle, Desk
from scorecard.audit.comparison import reaudit
from scorecard.audit.cycle import Proposal
from scorecard.audit.proposed import decide_on
from scorecard.report.audit_effects import action_effects, record_effects
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import title_and_unit
from scorecard.report.audit_tightening import proposals, record_proposals
from scorecard.report.phrases import plain, with_unit

_DECISIONS = {
    "accepted": "accepted as proposed",
    "changed": "another value",
    "declined": "declined",
}


def _period(sheet: Sheet) -> Mapping[str, Any]:
    return {"period": sheet.line("Period measured again, such as 2026-09", "period")}


def _compare(desk: Desk, id: str, data: Mapping[str, Any], seen: int) -> Cycle:
    return desk.record(
        id, reaudit(desk, desk.cycle(id), period=data["period"].strip()).body, seen=seen
    )


def _nothing(sheet: Sheet) -> Mapping[str, Any]:
    return {}


def _effects(desk: Desk, id: str, _: Mapping[str, Any], seen: int) -> Cycle:
    cycle = desk.cycle(id)
    record_effects(desk, cycle, action_effects(desk, cycle), seen=seen)
    return desk.cycle(id)


def _propose(desk: Desk, id: str, _: Mapping[str, Any], seen: int) -> Cycle:
    return record_proposals(desk, id, proposals(desk, desk.cycle(id)), seen=seen)


def _proposal(sheet: Sheet, *, easier: bool) -> int | None:
    named = {
        one.number: _named(sheet, one)
        for one in sheet.cycle.proposals.values()
        if waits(one, easier=easier)
    }
    return sheet.from_list("Proposal", "proposal", named, next(iter(named), None))


def waits(one: Proposal, *, easier: bool) -> bool:
    """Whether it waits to be decided on; or, decided for an easier value, for a second person."""
    return one.loosens and one.seconded is None if easier else one.decided is None


def _named(sheet: Sheet, one: Proposal) -> str:
    body = one.proposed.body
    title, unit = title_and_unit(sheet.cycle, body.standard)
    value = body.value
    if one.decided and one.decided.body.value is not None:
        value = one.decided.body.value
    return (
        f"{one.number} · {title}, {Names(sheet.desk.declared).department(body.department)}: "
        f"{body.side.replace('_', ' ')} {with_unit(plain(value), unit)} instead of "
        f"{with_unit(plain(body.current), unit)}"
    )


def _decision(sheet: Sheet) -> Mapping[str, Any]:
    number = _proposal(sheet, easier=False)
    made = sheet.one_of("Decision", "decision", _DECISIONS)
    value, from_ = sheet.beside(
        lambda: sheet.number("The other value, where it is another", "value"),
        lambda: sheet.day("In force from (else the next period)", "from", needed=False),
    )
    if made == "changed" and value is None:
        sheet.missing.append("The other value, where it is another")
    return {
        "number": number,
        "decision": made,
        "value": value if made == "changed" else None,
        "from_": from_ if made != "declined" else None,
        "reason": sheet.text("Why", "reason"),
    }


def _decide(desk: Desk, id: str, data: Mapping[str, Any], seen: int) -> Cycle:
    return decide_on(
        desk,
        id,
        data["number"],
        data["decision"],
        data["reason"],
        value=data["value"],
        from_=data["from_"],
        seen=seen,
    )


def _second(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "proposal": _proposal(sheet, easier=True),
        "reason": sheet.text("Why you agree", "reason"),
    }


STEPS = (
    Step(
        "reaudit-recorded",
        "The comparison with the baseline",
        _period,
        note="Each requirement's figure of this period is tested against the baseline. What comes "
        "out stands below afterwards; a comparison recorded again replaces the one before.",
        act=_compare,
    ),
    Step(
        "effect-recorded",
        "What the actions did",
        _nothing,
        about="done",
        note="Of each action that was done: worked, did not work, or cannot be told yet. A settled "
        "finding whose action did not work is opened again.",
        act=_effects,
    ),
    Step(
        "tightening-proposed",
        "Expected values that were demonstrated",
        _nothing,
        about="compared",
        note="For each requirement, the tighter value that the re-audit has shown to be kept, "
        "where there is one. Nothing comes into force by this: a director decides. "
        "Why there is none for a requirement, scorecard audit propose says.",
        act=_propose,
    ),
    Step(
        "tightening-decided", "A decision on a proposal", _decision, about="proposal", act=_decide
    ),
    Step(
        "loosening-seconded",
        "Your consent to an easier value",
        _second,
        about="easier",
        note="To promise less takes a second person, with a reason that is kept.",
    ),
)
