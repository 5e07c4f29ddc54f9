"""The findings of a cycle and what was done about them, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from scorecard.audit.body import CauseNode
from scorecard.audit.cycle import Action, Cycle, Finding, Recorded
from scorecard.audit.evidence import Reference
from scorecard.declare.load import Declarations
from scorecard.report.audit_history import cause_words, grade_words, told, worked_words
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import between_words, title_and_unit


@dataclass(frozen=True)
class Said:
    """A text with who wrote it, when (local time in words), and the number of its event."""

    seq: int
    who: str
    at: str
    text: str


@dataclass(frozen=True)
class Cause:
    """A cause as it was recorded: the whys, one behind the other, or the tree; and on one line."""

    said: Said
    whys: tuple[str, ...]
    tree: CauseNode | None


@dataclass(frozen=True)
class ActionLine:
    """An action as it holds now. `owner` is a person's id, `owner_name` the name.

    `effect_words` is the effect that was expected, `worked` and `worked_words` what was measured
    last: None and empty where nothing was.
    """

    number: int
    finding: int
    sort: Literal["corrective", "preventive"]
    text: str
    owner: str
    owner_name: str
    due: date
    overdue: bool
    done_on: date | None
    done: Said | None
    effect_words: str
    control: str
    worked: bool | None
    worked_words: str
    evidence: tuple[Reference, ...]
    history: tuple[Said, ...]


@dataclass(frozen=True)
class FindingLine:
    """A finding as it holds now, with all that stands beside it; `history` is each step of it."""

    number: int
    standard: str
    title: str
    department: str | None
    department_name: str
    team: str
    grade: str
    nature: str
    grade_words: str
    lies_in: str
    origin: str
    case: str
    text: str
    by: str
    at: str
    open: bool
    evidence: tuple[Reference, ...]
    causes: tuple[Cause, ...]
    actions: tuple[ActionLine, ...]
    controls: tuple[Said, ...]
    staff: tuple[Said, ...]
    management: tuple[Said, ...]
    history: tuple[Said, ...]


def finding_lines(declared: Declarations, cycle: Cycle, today: date) -> tuple[FindingLine, ...]:
    """The findings in the order of their numbers."""
    return tuple(_finding(declared, cycle, one, today) for one in cycle.findings.values())


def action_lines(declared: Declarations, cycle: Cycle, today: date) -> tuple[ActionLine, ...]:
    """The actions in the order of their numbers."""
    return tuple(_action(declared, cycle, one, today) for one in cycle.actions.values())


def voices(
    declared: Declarations, inputs: Iterable[Recorded[Any]], voice: Literal["staff", "management"]
) -> tuple[Said, ...]:
    """What staff, or what management, said."""
    names = Names(declared)
    return tuple(_said(names, one, one.body.text) for one in inputs if one.body.voice == voice)


def _finding(declared: Declarations, cycle: Cycle, one: Finding, today: date) -> FindingLine:
    names = Names(declared)
    raised, wording = one.raised.body, one.wording
    return FindingLine(
        number=one.number,
        standard=raised.standard,
        title=title_and_unit(cycle, raised.standard)[0],
        department=raised.department,
        department_name=names.department(raised.department),
        team=raised.team or "",
        grade=one.grade,
        nature=wording.nature,
        grade_words=grade_words(one.grade, wording.nature),
        lies_in=wording.lies_in,
        origin=raised.origin,
        case=raised.case,
        text=wording.text,
        by=names.person(one.raised.by),
        at=names.moment(one.raised.at),
        open=one.open,
        evidence=_evidence([raised, *(each.body for each in one.changes)]),
        causes=tuple(
            Cause(
                _said(
                    names,
                    each,
                    cause_words(each.body.tree) if each.body.tree else " → ".join(each.body.whys),
                ),
                each.body.whys,
                each.body.tree,
            )
            for each in one.causes
        ),
        actions=tuple(
            _action(declared, cycle, each, today) for each in cycle.actions_of(one.number)
        ),
        controls=tuple(
            _said(
                names,
                each,
                f"{each.body.text} ({names.person(each.body.owner)}, {_every(each.body)})",
            )
            for each in one.controls
        ),
        staff=voices(declared, one.inputs, "staff"),
        management=voices(declared, one.inputs, "management"),
        history=_history(
            names,
            [
                one.raised,
                *(*one.changes, *one.causes, *one.controls, *one.inputs),
                *(*one.closings, *one.reopenings),
            ],
        ),
    )


def _action(declared: Declarations, cycle: Cycle, one: Action, today: date) -> ActionLine:
    names = Names(declared)
    planned, done = one.planned.body, one.done
    effect = planned.effect
    about = effect.standard if effect else cycle.findings[one.finding].raised.body.standard
    _, unit = title_and_unit(cycle, about)
    measured = one.effects[-1].body if one.effects else None
    return ActionLine(
        number=one.number,
        finding=one.finding,
        sort="corrective" if planned.corrective else "preventive",
        text=one.plan.text,
        owner=one.plan.owner,
        owner_name=names.person(one.plan.owner),
        due=one.plan.due,
        overdue=done is None and one.plan.due < today,
        done_on=done.body.on if done else None,
        done=_said(names, done, done.body.remark) if done else None,
        effect_words=between_words(effect.change, None, None, unit) if effect else "",
        control=planned.control,
        worked=measured.worked if measured else None,
        worked_words=_worked(measured, unit) if measured else "",
        evidence=done.body.evidence if done else (),
        history=_history(
            names, [one.planned, *one.changes, *([done] if done else []), *one.effects]
        ),
    )


def _worked(measured: Any, unit: str) -> str:
    verdict = worked_words(measured.worked)
    if measured.change is None:
        return verdict
    return f"{verdict}: {between_words(measured.change, measured.low, measured.high, unit)}"


def _evidence(bodies: Sequence[Any]) -> tuple[Reference, ...]:
    """Every piece that any wording brought, each once."""
    return tuple(dict.fromkeys(one for body in bodies for one in body.evidence))


def _history(names: Names, steps: Sequence[Recorded[Any]]) -> tuple[Said, ...]:
    return tuple(
        _said(names, one, f"{names.person(one.by)} {told(names, one.body)}.")
        for one in sorted(steps, key=lambda one: one.seq)
    )


def _said(names: Names, one: Recorded[Any], text: str) -> Said:
    return Said(one.seq, names.person(one.by), names.moment(one.at), text)


def _every(body: Any) -> str:
    return f"every {body.every.removeprefix('every ')}"
