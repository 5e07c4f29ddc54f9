"""Forms of the fieldwork: what a criterion shows in a drawn case, and the blind re-check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Sheet, Step
from dashboard.audit_words import OUTCOMES
from scorecard.audit import Cycle


def chosen_sample(cycle: Cycle, asked: str | None) -> int:
    """The sample that the address names, else the last one drawn."""
    found = int(asked) if asked and asked.isdecimal() else 0
    return found if found in cycle.samples else max(cycle.samples)


def _result(sheet: Sheet) -> Mapping[str, Any]:
    sample, cases = _cases(sheet)
    criteria = sheet.cycle.samples[sample].body.criteria
    key, criterion = next(
        (
            (key, criterion)
            for key in cases
            for criterion in criteria
            if (sample, key, criterion) not in sheet.cycle.results
        ),
        (None, None),
    )
    return _entry(sheet, sample, cases, key, criterion)


def _recheck(sheet: Sheet) -> Mapping[str, Any]:
    """Offers what others have recorded, and does not say what it was."""
    sample, cases = _cases(sheet)
    waiting = [
        case
        for case, one in sheet.cycle.results.items()
        if case[0] == sample and one.by != sheet.desk.by and case not in sheet.cycle.rechecks
    ]
    there = {case[1] for case in waiting}
    key, criterion = (waiting[0][1], waiting[0][2]) if waiting else (None, None)
    return _entry(
        sheet, sample, {one: text for one, text in cases.items() if one in there}, key, criterion
    )


def _cases(sheet: Sheet) -> tuple[int, dict[str, str]]:
    sample = chosen_sample(sheet.cycle, sheet.filters.sample)
    cases = sheet.cycle.cases(sample)
    return sample, {key: f"{key} · {name}" if name else key for key, name in cases.items()}


def _entry(
    sheet: Sheet, sample: int, cases: Mapping[str, str], key: str | None, criterion: str | None
) -> Mapping[str, Any]:
    criteria = {one: one for one in sheet.cycle.samples[sample].body.criteria}
    chosen = sheet.beside(
        lambda: sheet.from_list("Case", "key", cases, key),
        lambda: sheet.from_list("Criterion", "criterion", criteria, criterion),
    )
    return {
        "sample": sample,
        "key": chosen[0],
        "criterion": chosen[1],
        "outcome": sheet.one_of("What the case shows", "outcome", OUTCOMES),
        "remark": sheet.text("Remark", "remark", needed=False),
    }


STEPS = (
    Step(
        "result-recorded",
        "A result of a case",
        _result,
        about="sample",
        note="Audit and re-audit alike. A result recorded again replaces the one before; both stay "
        "in the history.",
        brings=True,
    ),
    Step(
        "recheck-recorded",
        "A blind re-check of a case",
        _recheck,
        about="sample",
        note="Examine the case as if nobody had: the first result is not shown here.",
        brings=True,
    ),
)
