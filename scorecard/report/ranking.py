"""Which gap is the widest, among standards of different units.

Days, percentage points and counts cannot be compared as they stand: a promise of three days missed
by one day is further off than one of ninety days missed by two. Gaps are therefore ranked by the
service gap as a share of the expected value. Both are in the metric's unit, so the share has none.
Weights say how much a standard counts in the scorecard, not how far it is off, and play no part.

Where the expected value is 0 ("at most 0 complaints") there is no such share. The gap is then taken
as a share of the largest figure of the last twelve periods, this one included: from 0, none, to -1,
as bad as it has been lately. docs/decisions/0015-ranking-zero.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scorecard.judge.status import Status
from scorecard.report.history import TWELVE, History
from scorecard.report.row import ScorecardRow


def largest_lately(rows: Sequence[ScorecardRow]) -> float:
    """The largest judged figure, without its sign, of the last twelve of `rows` (oldest first).

    0 where none is judged.
    """
    judged = (row.actual for row in rows[-TWELVE:] if row.status.judged)
    return max((abs(actual) for actual in judged if actual is not None), default=0.0)


def relative_gap(row: ScorecardRow, largest: float) -> float | None:
    """Service gap / |expected|: -0.25 is a quarter short. None where the gap is unknown.

    Where 0 is expected, service gap / `largest`, the largest figure lately (`largest_lately`).
    """
    if row.service_gap is None or row.expected is None:
        return None
    if row.service_gap == 0:
        return 0.0
    scale = abs(row.expected) or largest
    return row.service_gap / scale if scale else None


def by_service_gap(rows: Iterable[ScorecardRow], history: History) -> list[ScorecardRow]:
    """The judged rows that are not met, widest service gap first.

    `history` holds them and the periods before them.
    """
    behind = [row for row in rows if row.status in (Status.NEAR, Status.MISSED)]
    return sorted(behind, key=lambda row: _place(row, history))


def _place(row: ScorecardRow, history: History) -> tuple[float, float, str, str]:
    # Only where 0 is expected does the past matter.
    largest = 0.0 if row.expected else largest_lately(history.until(row))
    share = relative_gap(row, largest)
    return (share or 0.0, row.service_gap or 0.0, row.title, row.department_name)
