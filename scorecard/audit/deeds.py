"""What people call the things that the table of rules allows."""

from __future__ import annotations

from scorecard.audit.cycle import State

# A half sentence, to be followed by `by a director` or `while it is in fieldwork`.
DEEDS = {
    "cycle-opened": "a cycle is opened",
    "auditors-changed": "the auditors of a cycle are named",
    "fieldwork-started": "fieldwork is begun",
    "sample-drawn": "a sample is drawn",
    "result-recorded": "a case is examined",
    "recheck-recorded": "a case is checked again",
    "fieldwork-ended": "fieldwork is ended",
    "finding-raised": "a finding is raised",
    "finding-changed": "a finding is changed",
    "cause-recorded": "a cause is recorded",
    "actions-started": "actions are begun",
    "action-planned": "an action is planned",
    "action-changed": "an action is changed",
    "action-done": "an action is recorded as done",
    "control-recorded": "a control is recorded",
    "input-recorded": "what people say is recorded",
    "finding-closed": "a finding is settled",
    "finding-reopened": "a finding is opened again",
    "reaudit-started": "the re-audit is begun",
    "reaudit-recorded": "a comparison is recorded",
    "effect-recorded": "the effect of an action is recorded",
    "tightening-proposed": "an expected value is proposed",
    "tightening-decided": "a proposal is decided on",
    "loosening-seconded": "an easier value is agreed to",
    "standard-written": "a decided value is written",
    "reaudit-scheduled": "the day of the next re-audit is set",
    "cycle-signed": "a cycle is signed",
    "cycle-closed": "a cycle is closed",
    "cycle-reopened": "a cycle is reopened",
}


def standing(state: State) -> str:
    """Where a cycle is, to follow `it is`: `in fieldwork`, `planned`."""
    return str(state) if state in (State.PLANNED, State.CLOSED) else f"in {state}"
