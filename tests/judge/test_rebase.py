"""Proposed phases: a proposal only for a shift that is long, lasting and stable."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scorecard.judge.chart import Chart, Variation
from scorecard.judge.rebase import RebaseFinding, propose_rebase
from scorecard.judge.xmr import xmr

BEFORE = [50.0, 52, 49, 51, 53, 48, 50, 52, 51, 49] * 2
AFTER = [70.0, 72, 69, 71, 73, 68, 70, 72, 71, 69, 72, 70]


def chart_of(after: list[float | None], fix_first: int | None = 20) -> Chart:
    return xmr([*BEFORE, *after], fix_first=fix_first)


def test_a_shift_that_is_long_lasting_and_stable_is_proposed() -> None:
    found = propose_rebase(chart_of([*AFTER]))

    assert (found.index, found.finding) == (20, RebaseFinding.SHIFTED)
    assert (found.points, found.needed, found.kind) == (12, 12, Variation.IMPROVING)
    assert found.before == pytest.approx(np.mean(BEFORE))
    assert found.after == pytest.approx(np.mean(AFTER))


def test_an_accepted_proposal_ends_the_signal_and_asks_for_nothing_more() -> None:
    values = [*BEFORE, *AFTER]
    index = propose_rebase(xmr(values, fix_first=20)).index
    assert index is not None
    chart = xmr(values, rebase_at=[index])

    assert chart.variation is Variation.COMMON_CAUSE
    assert propose_rebase(chart).finding is RebaseFinding.NO_RUN


def test_nothing_is_applied_by_itself() -> None:
    chart = chart_of([*AFTER])
    propose_rebase(chart)
    assert len(chart.phases) == 1


def test_the_limits_need_not_be_fixed() -> None:
    assert propose_rebase(chart_of([*AFTER], fix_first=None)).index == 20


@pytest.mark.parametrize(
    ("after", "finding"),
    [
        ([], RebaseFinding.NO_RUN),
        (AFTER[:6], RebaseFinding.NO_RUN),
        (AFTER[:11], RebaseFinding.TOO_FEW),
        ([*AFTER, 30.0], RebaseFinding.NO_RUN),
        ([*AFTER[:6], None, *AFTER[:6]], RebaseFinding.NO_RUN),
        ([*AFTER, 200.0], RebaseFinding.NOT_STABLE),
    ],
)
def test_otherwise_there_is_a_reason_and_no_proposal(
    after: list[float | None], finding: RebaseFinding
) -> None:
    found = propose_rebase(chart_of(after))
    assert (found.index, found.finding) == (None, finding)


def test_how_many_points_it_takes_can_be_chosen() -> None:
    assert propose_rebase(chart_of([*AFTER[:8]]), needed=8).index == 20


def test_a_missing_month_at_the_end_changes_nothing() -> None:
    assert propose_rebase(chart_of([*AFTER, None])).index == 20


def test_excluded_points_do_not_count() -> None:
    chart = xmr([*BEFORE, *AFTER, 200.0], fix_first=20, exclude=[32])
    found = propose_rebase(chart)
    assert found.finding is RebaseFinding.NOT_STABLE
    assert found.points == 12
    assert found.after == pytest.approx(np.mean(AFTER))
    short = xmr([*BEFORE, *AFTER], fix_first=20, exclude=[31])
    assert propose_rebase(short).finding is RebaseFinding.TOO_FEW


def test_a_run_of_excluded_points_alone_is_no_level() -> None:
    chart = xmr([*BEFORE, *AFTER], exclude=range(20, 32))
    found = propose_rebase(chart)
    assert (found.finding, found.points) == (RebaseFinding.TOO_FEW, 0)
    assert math.isnan(found.after)


@pytest.mark.parametrize("values", [[], [None, None], [1.0]])
def test_without_a_chart_there_is_no_proposal(values: list[float | None]) -> None:
    found = propose_rebase(xmr(values))
    assert found.index is None
    assert math.isnan(found.before)
    expected = RebaseFinding.NO_RUN if values == [1.0] else RebaseFinding.NO_POINTS
    assert found.finding is expected


def test_a_fall_where_lower_is_better_improves() -> None:
    values = [*AFTER, *BEFORE]
    assert propose_rebase(xmr(values, fix_first=12, better="lower")).kind is Variation.IMPROVING
    assert propose_rebase(xmr(values, fix_first=12)).kind is Variation.CONCERNING
    assert propose_rebase(xmr(values, fix_first=12, better="neutral")).kind is Variation.NEUTRAL
