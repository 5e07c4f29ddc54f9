"""A comparison as a person asks for it in words."""

from __future__ import annotations

from scorecard.errors import MeasureError
from scorecard.report.breakdown import refuse_unmeasured
from scorecard.report.compare import ComparePage, compare_page
from scorecard.report.compare_units import DEPARTMENT
from scorecard.report.explain import find_standard
from scorecard.report.opened import Opened
from scorecard.report.rows import scorecard_rows


def compared(
    opened: Opened,
    standard: str,
    period: str | None = None,
    last: int = 1,
    by: str | None = None,
    department: str | None = None,
) -> ComparePage:
    """The comparison of one standard.

    Raises `standard-unknown`, `department-unknown`, `not-measured-by`, `period-unreadable`, and
    `period-unknown` for a period in which nothing was measured.
    """
    declarations, ledger = opened.declarations, opened.ledger
    found = find_standard(declarations, standard)
    if by not in (None, DEPARTMENT):
        refuse_unmeasured(by, standard, declarations)
    rows = scorecard_rows(declarations, ledger, standard=standard)
    start = opened.period(period, found.period) if period is not None else None
    if start is not None and not any(row.period == start for row in rows):
        raise MeasureError(
            "period-unknown",
            f"Nothing was measured in {period}.",
            hint="Name a period that `scorecard show` lists.",
        )
    return compare_page(
        declarations,
        rows,
        found,
        period=start,
        last=last,
        by=by,
        department=opened.department(department),
        parts=lambda name: scorecard_rows(declarations, ledger, standard=standard, by=name),
    )
