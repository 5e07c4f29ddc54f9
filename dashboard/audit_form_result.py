"""Forms of the fieldwork: what a criterion shows in a drawn case, and the blind re-check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Draw, Sheet, Step
from dashboard.audit_words import OUTCOMES
from dashboard.markup import Html, tag
from dashboard.parts import heading
from dashboard.state import Filters
from dashboard.tables import definitions
from scorecard.audit import Cycle, Desk
from scorecard.audit.drawing import asked_of
from scorecard.audit.population import fields
from scorecard.audit.sheet import Line, to_examine
from scorecard.errors import ScorecardError
from scorecard.report.phrases import counted


def chosen_sample(cycle: Cycle, asked: str | None) -> int:
    """The sample that the address names, else the last one drawn."""
    found = int(asked) if asked and asked.isdecimal() else 0
    return found if found in cycle.samples else max(cycle.samples)


def chosen_case(sheet: Sheet, kind: str) -> tuple[dict[str, str], Line | None]:
    """The cases that a form is for, by key in words; and what it is about: what the address names,
    else the first that waits. Whoever re-checks is offered what others have examined.
    """
    cycle, sample = sheet.cycle, chosen_sample(sheet.cycle, sheet.filters.sample)
    again = kind == "recheck-recorded"
    cases = cycle.cases(sample)
    waiting = to_examine(cycle, sample, recheck_by=sheet.desk.by if again else None)
    if again:
        there = {one.key for one in waiting}
        cases = {key: name for key, name in cases.items() if key in there}
    named = sheet.filters.case
    if named in cases:
        criteria = cycle.samples[sample].body.criteria
        here = [one for one in waiting if one.key == named]
        found = (here or [Line(named, cases[named], criteria[0])])[0]
    else:
        found = (waiting or [None])[0]
    return {key: f"{key} · {name}" if name else key for key, name in cases.items()}, found


def record_of(desk: Desk, cycle: Cycle, sample: int, key: str) -> Html:
    """What the record of a case said when the sample was drawn, or why that cannot be told."""
    told = heading(f"What the record of {key} says")
    try:
        found = fields(desk.declared, desk.workspace, asked_of(cycle, sample), [key]).get(key, {})
    except ScorecardError as error:
        return told + tag("p", f"{error.message} {error.hint}", class_="note")
    if not found:
        return told + tag("p", "The records of the sample have no such case.", class_="note")
    return told + definitions(
        [
            (name.replace("_", " "), "not recorded" if text is None else text)
            for name, text in found.items()
        ]
    )


def _left(cycle: Cycle, filters: Filters) -> str:
    sample = chosen_sample(cycle, filters.sample)
    waiting = {one.key for one in to_examine(cycle, sample)}
    if not waiting:
        return f"All {counted(len(cycle.cases(sample)), 'case')} of the sample are examined."
    return f"{len(waiting):,} of {counted(len(cycle.cases(sample)), 'case')} are left."


def _entry(kind: str) -> Draw:
    return lambda sheet: _entered(sheet, kind)


def _entered(sheet: Sheet, kind: str) -> Mapping[str, Any]:
    sample = chosen_sample(sheet.cycle, sheet.filters.sample)
    line = chosen_case(sheet, kind)[1]
    criteria = {one: one for one in sheet.cycle.samples[sample].body.criteria}
    if line is None:
        sheet.missing.append("Case")
    criterion, outcome = sheet.beside(
        lambda: sheet.from_list("Criterion", "criterion", criteria, line and line.criterion),
        lambda: sheet.one_of("What the case shows", "outcome", OUTCOMES),
    )
    return {
        "sample": sample,
        "key": line.key if line else None,
        "criterion": criterion,
        "outcome": outcome,
        "remark": sheet.text("Remark", "remark", needed=False),
    }


STEPS = (
    Step(
        "result-recorded",
        "A result of a case",
        _entry("result-recorded"),
        about="sample",
        left=_left,
        note="Audit and re-audit alike. A result recorded again replaces the one before; both stay "
        "in the history.",
        brings=True,
    ),
    Step(
        "recheck-recorded",
        "A blind re-check of a case",
        _entry("recheck-recorded"),
        about="sample",
        note="Examine the case as if nobody had: the first result is not shown here.",
        brings=True,
    ),
)
