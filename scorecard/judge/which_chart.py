"""Which control chart suits a series, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.p_chart import p_chart
from scorecard.judge.run_chart import FEWEST
from scorecard.judge.u_chart import u_chart
from scorecard.judge.values import Numbers, numbers

Kind = Literal["share", "rate", "figure"]

FEWEST_FOR_LIMITS = 12
FEWEST_EVENTS = 5
MOST_WITHOUT = 0.25


class ChartKind(StrEnum):
    """A kind of chart. The value is the shown word."""

    XMR = "XmR chart"
    P_PRIME = "p\N{PRIME} chart"
    U_PRIME = "u\N{PRIME} chart"
    G = "g chart"
    T = "t chart"
    RUN = "run chart"
    NONE = "no chart"


class Choice(NamedTuple):
    """The chart that suits, and the reason as a sentence."""

    chart: ChartKind
    reason: str


def which_chart(
    kind: Kind,
    values: ArrayLike | Sequence[float | None],
    sizes: ArrayLike | Sequence[float | None] | None = None,
) -> Choice:
    """The chart that suits a series of `kind`.

    "share"     `values` are successes and `sizes` their denominators
    "rate"      `values` are counts and `sizes` their exposures
    "figure"    `values` are the figures; also a share or a rate published without its `sizes`

    In this order, of the points that are measured:

    - fewer than 10: no chart, since no rule is published for so few (Anhøj and Olesen 2014, see
      run_chart());
    - more than a quarter of them without one event, the rarer of success and failure: g chart for
      a share, t chart for a rate (Provost and Murray 2011, The Health Care Data Guide);
    - fewer than 12: run chart, since limits still move with every point (the number below which
      the NHSRplotthedots package warns of trial limits);
    - fewer than 5 events a point on average: run chart, since the normal distribution that three
      standard deviations are taken from does not fit (the usual rule n·p ≥ 5);
    - a share or a rate with its sizes: p' or u' chart (Laney 2002, who advises them whatever the
      size, since they agree with p and u charts where these are right);
    - otherwise: XmR chart.

    Raises JudgeError: `kind-unknown`, and those of p_chart(), u_chart() and numbers().
    """
    if kind not in get_args(Kind):
        raise JudgeError(
            "kind-unknown",
            f"kind is {kind!r}.",
            hint=f"It is one of {', '.join(get_args(Kind))}.",
        )
    if kind == "figure" or sizes is None:
        return _by_number(int((~np.isnan(numbers(values))).sum())) or Choice(
            ChartKind.XMR,
            "Single figures without denominators: their own moving ranges make limits.",
        )
    drawn = p_chart(values, sizes) if kind == "share" else u_chart(values, sizes)
    measured = ~np.isnan(drawn.values)
    counts, totals = numbers(values)[measured], numbers(sizes)[measured]
    return _of_counts(kind, counts, totals)


def _of_counts(kind: Kind, counts: Numbers, totals: Numbers) -> Choice:
    if counts.size < FEWEST:
        return _too_few(counts.size)
    share = kind == "share"
    events = totals - counts if share and counts.sum() > totals.sum() / 2 else counts
    without = int((events == 0).sum())
    if without > MOST_WITHOUT * events.size:
        chart = ChartKind.G if share else ChartKind.T
        between = "cases" if share else "time"
        return Choice(
            chart,
            f"Rare events: {without} of {events.size} points are without one. "
            f"The {between} between events shows more.",
        )
    few = _by_number(events.size)
    if few:
        return few
    if events.mean() < FEWEST_EVENTS:
        return Choice(
            ChartKind.RUN,
            f"{events.mean():.1f} events a point on average: at least {FEWEST_EVENTS} are needed "
            "for limits.",
        )
    if share:
        return Choice(
            ChartKind.P_PRIME,
            f"Shares of {totals.mean():,.0f} cases a point on average: limits follow the "
            "denominators and how much the shares really vary.",
        )
    return Choice(
        ChartKind.U_PRIME,
        f"Rates of {counts.mean():,.0f} events a point on average: limits follow the exposure and "
        "how much the rates really vary.",
    )


def _by_number(measured: int) -> Choice | None:
    if measured < FEWEST:
        return _too_few(measured)
    if measured < FEWEST_FOR_LIMITS:
        return Choice(
            ChartKind.RUN,
            f"{measured} points: at least {FEWEST_FOR_LIMITS} are needed for limits that hold.",
        )
    return None


def _too_few(measured: int) -> Choice:
    return Choice(ChartKind.NONE, f"Too few points: {measured}, and at least {FEWEST} are needed.")
