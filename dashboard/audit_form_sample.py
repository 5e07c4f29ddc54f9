"""The form by which a sample is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Sheet, Step
from dashboard.audit_words import requirements
from scorecard.audit import Cycle, Desk
from scorecard.audit.drawing import Size, draw_sample, first_day


def _asked(sheet: Sheet) -> Mapping[str, Any]:
    held = sheet.cycle.opened.body.scope.requirements
    named = requirements(sheet.cycle, sheet.desk.declared)
    index = sheet.from_list("Requirement", "requirement", named, 0 if len(named) == 1 else None)
    of_record = sheet.line(
        "What the metric asks of each record, to be asked of the case too", "record", needed=False
    )
    questions = sheet.text("Further questions to ask of each case, one a line", "q", needed=False)
    criteria = [one.strip() for one in (of_record, *questions.splitlines()) if one.strip()]
    if not criteria:
        sheet.missing.append("Further questions to ask of each case, one a line")
    cases, within = sheet.beside(
        lambda: sheet.number("How many cases", "cases"),
        lambda: sheet.number("or how exactly: ± points", "within"),
    )
    by, period = sheet.beside(
        lambda: sheet.line("Strata by (team, channel …)", "by", needed=False),
        lambda: sheet.line("Period, asked in the re-audit only", "period", needed=False),
    )
    reason = sheet.line("Why, where the same was drawn from before", "reason", needed=False)
    place = None if index is None else (held[index].standard, held[index].department)
    return {
        "place": place,
        "criteria": criteria,
        "of_record": of_record.strip(),
        "size": Size(within=within, cases=None if cases is None else int(cases)),
        "by": by.strip(),
        "period": period.strip(),
        "reason": reason,
    }


def _draw(desk: Desk, id: str, data: Mapping[str, Any], seen: int) -> Cycle:
    standard, department = data["place"]
    period = data["period"]
    return draw_sample(
        desk,
        id,
        standard,
        department,
        data["criteria"],
        data["size"],
        of_record=data["of_record"],
        by=data["by"],
        period=first_day(desk, id, standard, period) if period else None,
        reason=data["reason"],
        seen=seen,
    ).cycle


STEPS = (
    Step(
        "sample-drawn",
        "A sample, drawn by chance",
        _asked,
        note="Cases are drawn from those behind the figure of the baseline. Nobody chooses them: "
        "the seed is from the chain of events. Say how many, or how exactly the share is to be "
        "known.",
        act=_draw,
    ),
)
