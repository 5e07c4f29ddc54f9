"""Forms of the cycle's course: moving on, the next re-audit, signing, closing, reopening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from dashboard.audit_form import Draw, Sheet, Step
from scorecard.audit import Body, Cycle, Desk
from scorecard.audit.events import CycleSigned
from scorecard.audit.fieldwork import end_fieldwork
from scorecard.audit.signing import sign


def _nothing(sheet: Sheet) -> Mapping[str, Any]:
    return {}


def _words(label: str, name: str, *, needed: bool) -> Draw:
    return lambda sheet: {name: sheet.text(label, name, needed=needed)}


def _end_fieldwork(desk: Desk, id: str, _: Body, seen: int) -> Cycle:
    return end_fieldwork(desk, id, seen)[0]


def _sign(desk: Desk, id: str, body: Body, seen: int) -> Cycle:
    return sign(desk, id, cast(CycleSigned, body).remark, seen=seen)


STEPS = (
    Step("fieldwork-started", "Fieldwork begins", _nothing, note="Planned becomes fieldwork."),
    Step(
        "fieldwork-ended",
        "Fieldwork ends",
        _nothing,
        note="Fieldwork becomes findings.",
        record=_end_fieldwork,
    ),
    Step("actions-started", "Actions begin", _nothing, note="Findings become actions."),
    Step("reaudit-started", "The re-audit begins", _nothing, note="Actions become the re-audit."),
    Step(
        "reaudit-scheduled",
        "The day of the next re-audit",
        lambda sheet: {"on": sheet.day("Next re-audit", "on")},
    ),
    Step(
        "cycle-signed",
        "Your signature",
        _words("Remark", "remark", needed=False),
        note="Your name stands under all that this page shows, as it is now. If anything changes "
        "while you read, you are asked again.",
        record=_sign,
    ),
    Step(
        "cycle-closed",
        "The cycle as closed",
        _words("Remark", "remark", needed=False),
        note="A closed cycle can be reopened by a director, which withdraws the signature.",
    ),
    Step(
        "cycle-reopened",
        "The cycle as open again",
        _words("Why", "reason", needed=True),
        note="The cycle goes back to actions, and the signature is withdrawn.",
    ),
)
