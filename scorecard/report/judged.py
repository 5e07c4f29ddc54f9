"""All that is judged of one standard for one reporter: what its page shows, in one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scorecard.errors import MeasureError
from scorecard.report.behaviour import Behaviour
from scorecard.report.board import board, part_rows
from scorecard.report.explain import find_standard
from scorecard.report.forecast_words import ForecastOutlook, forecast_outlook
from scorecard.report.opened import Opened
from scorecard.report.outlook import Outlook, outlook
from scorecard.report.row import ScorecardRow
from scorecard.report.standard import StandardPage, standard_page


@dataclass(frozen=True)
class Judged:
    """The page of a standard as of a period, its outlook, and the forecast where it was asked for.

    `row` is the period's row; `told` how it behaves over time.
    """

    organisation: str
    page: StandardPage
    row: ScorecardRow
    told: Behaviour
    outlook: Outlook
    forecast: ForecastOutlook | None


def judged(
    opened: Opened,
    standard: str,
    department: str | None = None,
    period: str | None = None,
    *,
    forecast: bool = True,
) -> Judged:
    """What is judged of a standard, for the department and period a person means.

    Without a department the whole organisation, or the one that reports it; without a period the
    newest judged. Raises `standard-unknown`, `department-unknown`, `period-unreadable`, and
    `figure-unknown` where the department does not report it or nothing was measured then.
    """
    declared = find_standard(opened.declarations, standard)
    reporter = opened.department(department) or declared.department
    day = opened.period(period, declared.period) if period else None
    found = board(opened)
    organisation = found.declarations.organisation

    def parts(by: str, who: str | None, start: Any) -> list[ScorecardRow]:
        return part_rows(
            found.declarations, opened.ledger, standard, by, who, start, found.known_at
        )

    page = standard_page(
        organisation,
        declared,
        found.declarations.metric(declared.metric),
        found.rows,
        department=reporter,
        period=day,
        parts=parts,
    )
    missing = page.now is None or page.behaviour is None or page.department != reporter
    if missing or (day is not None and page.period is not None and page.period.start != day):
        when = f" in the period that begins on {day}" if day else ""
        raise MeasureError(
            "figure-unknown",
            f"Nothing was measured for {standard!r} of {reporter or 'the whole organisation'}"
            f"{when}.",
            hint="Import records and run: scorecard measure",
        )
    assert page.now is not None
    assert page.behaviour is not None
    told = page.behaviour
    return Judged(
        organisation=organisation.name,
        page=page,
        row=page.now.row,
        told=told,
        outlook=outlook(declared, told, lambda by: parts(by, reporter, None)),
        forecast=forecast_outlook(told, declared) if forecast else None,
    )
