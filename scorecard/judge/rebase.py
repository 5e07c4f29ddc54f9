"""Whether a chart's level has shifted for good, so that a person may let a new phase begin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scorecard.judge.chart import Chart, Variation, kind_of
from scorecard.judge.signal import run_start
from scorecard.judge.xmr import xmr

ENOUGH = 12
"""Points from which limits are no longer provisional (NHSRplotthedots, "Number of points")."""


class RebaseFinding(StrEnum):
    """What was found. The value is the shown reason."""

    SHIFTED = "the level has shifted and holds"
    NO_POINTS = "nothing is measured"
    NO_RUN = "no run on one side of the mean reaches to the last point"
    TOO_FEW = "too few points since the shift for limits of their own"
    NOT_STABLE = "the points since the shift are not stable among themselves"


@dataclass(frozen=True, slots=True)
class RebaseProposal:
    """A proposal that waits for a person, or the reason why there is none.

    index           where the new phase would begin; None without a proposal
    finding         the reason, either way
    points, needed  measured points since the shift, and how many it takes
    before, after   mean of the phase up to the shift, and since; NaN where unknown
    kind            improving, concerning, neutral; None without a run
    """

    index: int | None
    finding: RebaseFinding
    points: int
    needed: int
    before: float
    after: float
    kind: Variation | None


def propose_rebase(chart: Chart, *, needed: int = ENOUGH) -> RebaseProposal:
    """Whether the last phase holds a shift that is long, lasting and stable.

    All three must hold: a run on one side of the mean, long enough to be a signal, reaches to the
    last measured point; it holds at least `needed` points; and these, charted by themselves, show
    no signal. The new phase begins with the run's first point.

    Sources: limits stay locked until a long run, new ones are trial limits below 12 points
    (NHSRplotthedots, vignette "Number of points required"); the new mean starts with the first
    point of the run (M. Graban, Measures of Success, after D. J. Wheeler). Whether the cause is
    known and will last (D. J. Wheeler, "When Do I Recalculate My Limits?", Quality Digest) no
    chart can tell: accepting is for a person, who passes the index as `rebase_at`.
    """
    measured = np.flatnonzero(~np.isnan(chart.values))
    phase = chart.phases[-1] if chart.phases else None
    if phase is None or not len(measured) or measured[-1] < phase.start:
        return _none(RebaseFinding.NO_POINTS, needed)
    last = int(measured[-1])
    start = run_start(chart, last)
    side = int(chart.side_of_mean[last])
    if side == 0 or last - start + 1 < chart.rules.run:
        return _none(RebaseFinding.NO_RUN, needed)

    excluded = [place - start for place in chart.excluded if start <= place <= last]
    points = last - start + 1 - len(excluded)
    kept = np.ones(len(chart.values), dtype=bool)
    kept[list(chart.excluded)] = False
    before = chart.values[phase.start : start][kept[phase.start : start]]
    # Never empty: the mean lies among the points it rests on, and the run lies beyond it.
    before = before[~np.isnan(before)]
    after = chart.values[start : last + 1][kept[start : last + 1]]
    finding = RebaseFinding.SHIFTED
    if points < needed:
        finding = RebaseFinding.TOO_FEW
    elif xmr(
        chart.values[start : last + 1],
        exclude=excluded,
        screen=chart.screened,
        rules=chart.rules.name,
    ).flags.any():
        finding = RebaseFinding.NOT_STABLE
    return RebaseProposal(
        index=start if finding is RebaseFinding.SHIFTED else None,
        finding=finding,
        points=points,
        needed=needed,
        before=float(before.mean()),
        after=float(after.mean()) if len(after) else float("nan"),
        kind=kind_of(side > 0, chart.better),
    )


def _none(finding: RebaseFinding, needed: int) -> RebaseProposal:
    return RebaseProposal(None, finding, 0, needed, float("nan"), float("nan"), None)
