"""What is done, in plain words: each kind of event as people speak of doing it."""

from __future__ import annotations

DOING: dict[str, str] = {
    "cycle-opened": "opening an audit cycle",
    "auditors-changed": "naming the auditors",
    "fieldwork-started": "starting fieldwork",
    "sample-drawn": "drawing a sample",
    "result-recorded": "recording the result of a case",
    "recheck-recorded": "re-checking a case",
    "fieldwork-ended": "ending fieldwork",
    "finding-raised": "raising a finding",
    "finding-changed": "changing a finding",
    "cause-recorded": "recording a cause",
    "actions-started": "moving on to the actions",
    "action-planned": "planning an action",
    "action-changed": "changing an action",
    "action-done": "recording an action as done",
    "control-recorded": "recording a control",
    "input-recorded": "recording what people say",
    "finding-closed": "closing a finding",
    "finding-reopened": "reopening a finding",
    "reaudit-started": "starting the re-audit",
    "reaudit-recorded": "recording the re-audit",
    "effect-recorded": "recording the effect of an action",
    "tightening-proposed": "proposing an expected value",
    "tightening-decided": "deciding on a proposal",
    "loosening-seconded": "agreeing to an easier value",
    "standard-written": "writing a value into a standard",
    "reaudit-scheduled": "setting the day of the next re-audit",
    "cycle-signed": "signing an audit",
    "cycle-closed": "closing an audit cycle",
    "cycle-reopened": "reopening an audit cycle",
}


def begun(kind: str) -> str:
    """The same to begin a sentence: `Signing an audit`."""
    said = DOING[kind]
    return said[:1].upper() + said[1:]
