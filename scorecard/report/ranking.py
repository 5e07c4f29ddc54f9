"""Which gap is the widest, among standards of different units.

Days, percentage points and counts cannot be compared as they stand: a promise of three days missed
by one day is further off than one of ninety days missed by two. Gaps are therefore ranked by the
service gap as a share of the expected value. Both are in the metric's unit, so the share has none.
Weights say how much a standard counts in the scorecard, not how far it is off, and play no part.

Where the expected value is 0 ("at most 0 complaints") there is no share. Falling short of it ranks
before any share, and among such gaps the wider one first.
"""

from __future__ import annotations

from collections.abc import Iterable

from scorecard.judge.status import Status
from scorecard.report.row import ScorecardRow


def relative_gap(row: ScorecardRow) -> float | None:
    """Service gap / |expected|: -0.25 is a quarter short. None where unknown or expected is 0."""
    if row.service_gap is None or not row.expected:
        return None
    return row.service_gap / abs(row.expected)


def by_service_gap(rows: Iterable[ScorecardRow]) -> list[ScorecardRow]:
    """The judged rows that are not met, widest service gap first."""
    behind = [row for row in rows if row.status in (Status.NEAR, Status.MISSED)]
    return sorted(behind, key=_place)


def _place(row: ScorecardRow) -> tuple[float, float, str, str]:
    share = relative_gap(row)
    gap = row.service_gap or 0.0
    return (float("-inf") if share is None else share, gap, row.title, row.department_name)
