"""Many comparisons at once: how many of those called findings may be false."""

from __future__ import annotations

import numpy as np

from scorecard.judge.values import Numbers


def false_discovery(chances: Numbers) -> Numbers:
    """The q value of each p value: the least false discovery rate at which it is a finding.

        q(i) = min over j ≥ i of  p(j) · m / j

    of the m p values in ascending order. Calling everything with q ≤ 0.05 a finding keeps the
    expected share of false ones among the findings at 5 % or less, for tests that are independent
    or depend on each other positively, as those of overlapping parts do. NaN where there was no
    test; m counts the tests that there were. Source: Benjamini, Y. and Hochberg, Y. (1995),
    "Controlling the False Discovery Rate", Journal of the Royal Statistical Society B 57(1),
    289-300; dependence: Benjamini, Y. and Yekutieli, D. (2001), Annals of Statistics 29(4),
    1165-1188.
    """
    found = np.full(len(chances), np.nan)
    places = np.flatnonzero(~np.isnan(chances))
    order = places[np.argsort(chances[places], kind="stable")]
    raised = chances[order] * len(order) / np.arange(1, len(order) + 1)
    least = np.minimum.accumulate(raised[::-1])[::-1].clip(max=1.0)
    # Times m by m is not always what it was, to the last bit.
    found[order] = np.maximum(least, chances[order])
    return found
