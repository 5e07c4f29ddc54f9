"""Who may do what, when: one table.

Each line reads: THIS may be done by THOSE, while the cycle is THERE, by somebody who belongs to
THAT part of it, and only if every condition holds.

    who            Director, Auditor, Lead of a department, Staff, administrator (M)
    while          Planned, fieldWork, Findings, Actions, Re-audit, Closed
    marks          x: yes; s: yes, and after a director has signed too; a dot: no
    part           all: who covers every department in scope
                   some: who belongs to one of them
                   its: who belongs to the department of the finding, sample or proposal
    only if        words of `CONDITIONS`, in conditions.py, which say each what they ask

Whoever is declared without departments belongs to all of them. A cycle is opened while there is
none, hence its line without a state.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from scorecard.audit.cycle import State
from scorecard.declare.organisation import ROLES, Role

TABLE = """
#                    who        while        whose
#                    D A L S M  P W F A R C  part  only if
cycle-opened         x x . . .  . . . . . .  all   auditors-fit scope-free
auditors-changed     x . . . x  x x x x x .  all   auditors-fit
fieldwork-started    . x . . .  x . . . . .  all   assigned
sample-drawn         . x . . .  . x . . x .  its   assigned in-scope sample-fits no-silent-redraw
result-recorded      . x . . .  . x . . x .  its   assigned case-drawn
recheck-recorded     . x . . .  . x . . x .  its   assigned case-drawn second-auditor
fieldwork-ended      . x . . .  . x . . . .  all   assigned
finding-raised       . x . . .  . x x x x .  its   assigned in-scope
finding-changed      . x . . .  . x x x x .  its   assigned finding-open
cause-recorded       . x x . .  . . s s s .  its   finding-open
actions-started      . x . . .  . . x . . .  all   assigned
action-planned       x x x . .  . . s s s .  its   finding-open due-after-today owner-here
action-changed       x . x . .  . . s s s .  its   finding-open action-open due-after-today
                                                   owner-here
action-done          x . x x .  . . . s s .  its   finding-open action-open owner-or-lead
                                                   done-by-today
control-recorded     . x x . .  . . s s s .  its   finding-open owner-here
input-recorded       x . x x .  . s s s s .  some  voice-fits
finding-closed       x x . . .  . . s s s .  its   finding-open not-own-finding actions-done
                                                   complaint-answered
finding-reopened     x x . . .  . . . x x .  its   finding-closed
reaudit-started      . x . . .  . . . x . .  all   assigned
reaudit-recorded     . x . . .  . . . . x .  all   assigned in-scope
effect-recorded      . x . . .  . . . . x .  its   assigned action-is-done
tightening-proposed  x x . . .  . . . . x .  its   in-scope
tightening-decided   x . . . .  . . . . x .  its   undecided decision-fits
loosening-seconded   x x . . .  . . . . x .  its   loosens second-person
standard-written     x x . . x  . . . . x .  its   decided-for unwritten seconded-if-looser
reaudit-scheduled    x x . . .  . . . . s s  all   day-ahead
cycle-signed         x . . . .  . . . . x .  all   compared no-major-open not-own-audit
cycle-closed         x x . . .  . . . . s .  all   is-signed nothing-open
cycle-reopened       x . . . .  . . . . s s  all   is-signed scope-free
"""

Part = Literal["all", "some", "its"]


class Rule(NamedTuple):
    """One line of the table; `signed`: whether it may be done after a director has signed too."""

    kind: str
    roles: tuple[Role, ...]
    states: tuple[State, ...]
    part: Part
    only_if: tuple[str, ...]
    signed: bool


def _rules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    kind = ""
    for line in TABLE.strip().splitlines()[2:]:
        if line.startswith(" "):  # further conditions of the line before
            found[kind] = found[kind]._replace(only_if=(*found[kind].only_if, *line.split()))
            continue
        kind, *marks = line.split()
        who, when, (part, *only_if) = marks[:5], marks[5:11], marks[11:]
        found[kind] = Rule(
            kind=kind,
            roles=tuple(role for role, mark in zip(ROLES, who, strict=True) if mark == "x"),
            states=tuple(state for state, mark in zip(State, when, strict=True) if mark != "."),
            part=cast(Part, part),
            only_if=tuple(only_if),
            signed="s" in when,
        )
    return found


RULES = _rules()

# What each is called where somebody is told that they may not: `to sign a cycle takes a director`.
TO_DO = {
    "cycle-opened": "open a cycle",
    "auditors-changed": "change the auditors",
    "fieldwork-started": "start fieldwork",
    "sample-drawn": "draw a sample",
    "result-recorded": "record a result",
    "recheck-recorded": "check a case again",
    "fieldwork-ended": "end fieldwork",
    "finding-raised": "raise a finding",
    "finding-changed": "change a finding",
    "cause-recorded": "record a cause",
    "actions-started": "move on to the actions",
    "action-planned": "plan an action",
    "action-changed": "change an action",
    "action-done": "record an action as done",
    "control-recorded": "record a control",
    "input-recorded": "record what people say",
    "finding-closed": "close a finding",
    "finding-reopened": "reopen a finding",
    "reaudit-started": "start the re-audit",
    "reaudit-recorded": "record the re-audit",
    "effect-recorded": "record an effect",
    "tightening-proposed": "propose a value",
    "tightening-decided": "decide on a proposal",
    "loosening-seconded": "agree to an easier value",
    "standard-written": "write a decided value",
    "reaudit-scheduled": "schedule the next re-audit",
    "cycle-signed": "sign a cycle",
    "cycle-closed": "close a cycle",
    "cycle-reopened": "reopen a cycle",
}
