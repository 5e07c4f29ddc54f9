"""Forms of the cycle's course: moving on, the next re-audit, signing, closing, reopening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Draw, Sheet, Step


def _nothing(sheet: Sheet) -> Mapping[str, Any]:
    return {}


def _words(label: str, name: str, *, needed: bool) -> Draw:
    return lambda sheet: {name: sheet.text(label, name, needed=needed)}


STEPS = (
    Step("fieldwork-started", "Fieldwork begins", _nothing, note="Planned becomes fieldwork."),
    Step("fieldwork-ended", "Fieldwork ends", _nothing, note="Fieldwork becomes findings."),
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
