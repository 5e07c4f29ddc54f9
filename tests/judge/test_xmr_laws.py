"""XmR charts against plain Python, and the laws they keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.judge.chart import Assurance, Chart, Direction, NoLimits, Variation
from scorecard.judge.rule_sets import RULE_SETS
from scorecard.judge.special_cause import Rule, SpecialCause
from scorecard.judge.xmr import xmr
from tests.judge.plain_xmr import plain_phases

MIRROR = {
    Variation.IMPROVING: Variation.CONCERNING,
    Variation.CONCERNING: Variation.IMPROVING,
    Variation.COMMON_CAUSE: Variation.COMMON_CAUSE,
    None: None,
}
Series = Sequence[int | None]
CLOSE = Fraction(1, 10**11)
# Small whole numbers make ties, runs and trends common.
VALUES: st.SearchStrategy[Series] = st.one_of(
    st.lists(st.integers(-9, 9), max_size=45),
    st.lists(st.integers(0, 3), max_size=30),
    st.lists(st.integers(-2000, 2000), max_size=45),
    st.lists(st.one_of(st.none(), st.integers(-20, 20)), max_size=45),
    st.lists(st.integers(-3, 4), max_size=40).map(lambda steps: list(np.cumsum(steps).tolist())),
)


@st.composite
def settings_of(draw: st.DrawFn, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "screen": draw(st.booleans()),
        "fix_first": draw(st.one_of(st.none(), st.integers(2, 15))),
    }
    if count > 1:
        found["rebase_at"] = draw(st.lists(st.integers(1, count - 1), max_size=3, unique=True))
    return found


@st.composite
def charted(draw: st.DrawFn) -> tuple[Series, dict[str, Any]]:
    values = draw(VALUES)
    return values, draw(settings_of(len(values)))


def near_limit(values: Series, phases: list[Any], bounds: list[int]) -> bool:
    """Whether a point lies on a limit to within rounding."""
    for phase, start, stop in zip(phases, bounds, bounds[1:], strict=False):
        if phase.lower is None:
            continue
        reach = (phase.upper - phase.mean) * 2 / 3
        lines = [phase.lower, phase.upper, phase.mean - reach, phase.mean + reach]
        for value in values[start:stop]:
            if value is not None and any(abs(value - line) < CLOSE for line in lines):
                return True
    return False


@pytest.mark.parametrize("rules", RULE_SETS)
@given(case=charted())
@settings(max_examples=60)
def test_the_chart_is_that_of_plain_python(rules: str, case: tuple[Series, dict[str, Any]]) -> None:
    values, asked = case
    chart = xmr(values, rules=rules, **asked)
    plain = plain_phases(
        [None if value is None else Fraction(value) for value in values],
        points=RULE_SETS[rules].run,
        outside_counts=RULE_SETS[rules].outside_counts,
        **asked,
    )
    bounds = [0, *sorted(asked.get("rebase_at", ())), len(values)]
    for phase, start, stop in zip(plain, bounds, bounds[1:], strict=False):
        for wanted, line in (
            (phase.mean, chart.mean),
            (phase.lower, chart.lower),
            (phase.upper, chart.upper),
        ):
            row = np.full(stop - start, math.nan if wanted is None else float(wanted))
            np.testing.assert_allclose(line[start:stop], row, rtol=1e-12, atol=1e-12)
    if not near_limit(values, plain, bounds):
        types = [word for phase in plain for word in phase.types]
        assert [str(word) for word in chart.special_cause] == types
        assert chart.flags.tolist() == [word != "Common Cause" for word in types]


@given(values=VALUES, data=st.data())
def test_excluded_points_are_shown_and_judged_but_not_counted(
    values: Series, data: st.DataObject
) -> None:
    places = range(len(values))
    exclude = data.draw(st.sets(st.sampled_from(places), max_size=4)) if values else set()
    left = [value for place, value in enumerate(values) if place not in exclude]
    if all(value is None for value in left):
        return
    chart = xmr(values, exclude=sorted(exclude))
    (plain,) = plain_phases(
        [None if value is None else Fraction(value) for value in values], exclude=sorted(exclude)
    )
    assert chart.excluded == tuple(sorted(exclude))
    np.testing.assert_allclose(chart.mean, float(plain.mean or 0), atol=1e-12)
    if not near_limit(values, [plain], [0, len(values)]):
        assert [str(word) for word in chart.special_cause] == plain.types
    np.testing.assert_array_equal(chart.moving_range, xmr(values).moving_range)


# --- laws ---


@given(case=charted(), expected=st.integers(-15, 15))
def test_a_mirrored_chart_has_the_mirrored_judgement(
    case: tuple[Series, dict[str, Any]], expected: int
) -> None:
    values, asked = case
    mirrored = [None if value is None else -value for value in values]
    chart = xmr(values, expected=expected, **asked)
    same = xmr(mirrored, expected=-expected, better="lower", **asked)
    other = xmr(values, expected=expected, better="lower", **asked)

    assert same.assurance == chart.assurance
    np.testing.assert_array_equal(same.lower, -chart.upper)
    if not _step_of_nothing(chart):
        assert same.kinds == chart.kinds
        assert same.variation == chart.variation
    assert other.variation == MIRROR[chart.variation]
    assert [MIRROR[kind] for kind in chart.kinds] == list(other.kinds)
    if chart.assurance in (Assurance.KEEPS, Assurance.MISSES):
        assert {chart.assurance, other.assurance} == {Assurance.KEEPS, Assurance.MISSES}


def _step_of_nothing(chart: Chart) -> bool:
    """Two trends joined by two equal points: the one place where up and down are not alike."""
    trends = [word.rule is Rule.TREND for word in chart.special_cause]
    pairs = zip(range(len(trends) - 1), chart.values, chart.values[1:], strict=False)
    return any(trends[i] and trends[i + 1] and a == b for i, a, b in pairs)


@given(
    case=charted(),
    scale=st.sampled_from([0.01, 0.1, 0.3, 1.7, 100.0, 3600.0, 1e-6]),
    shift=st.sampled_from([0.0, 0.5, -273.15, 100.0]),
    expected=st.integers(-15, 15).map(lambda whole: whole + 0.4321),
)
def test_other_units_give_the_same_judgement(
    case: tuple[Series, dict[str, Any]], scale: float, shift: float, expected: float
) -> None:
    values, asked = case
    chart = xmr(values, expected=expected, **asked)
    if any(abs(expected - line) < 1e-6 for line in (*chart.lower, *chart.upper)):
        return
    if _constant_phase(chart):
        return
    moved = [None if value is None else value * scale + shift * scale for value in values]
    other = xmr(moved, expected=expected * scale + shift * scale, **asked)

    assert other.special_cause == chart.special_cause
    assert (other.variation, other.assurance) == (chart.variation, chart.assurance)


def _constant_phase(chart: Chart) -> bool:
    """A constant phase in one unit can be one of rounding noise in another."""
    return any(phase.no_limits is NoLimits.NO_VARIATION for phase in chart.phases)


@given(case=charted(), expected=st.integers(-15, 15), better=st.sampled_from(["higher", "lower"]))
def test_a_missing_point_at_the_end_changes_nothing(
    case: tuple[Series, dict[str, Any]], expected: int, better: Direction
) -> None:
    values, asked = case
    chart = xmr(values, expected=expected, better=better, **asked)
    longer = xmr([*values, None], expected=expected, better=better, **asked)

    assert longer.special_cause == (*chart.special_cause, SpecialCause.COMMON_CAUSE)
    np.testing.assert_array_equal(longer.lower[:-1], chart.lower)
    assert (longer.variation, longer.side) == (chart.variation, chart.side)
    assert longer.assurance == chart.assurance


@given(values=VALUES, data=st.data())
def test_phases_are_independent_and_no_pattern_reaches_over_a_border(
    values: Series, data: st.DataObject
) -> None:
    if len(values) < 2:
        return
    cut = data.draw(st.integers(1, len(values) - 1))
    whole, first, second = xmr(values, rebase_at=[cut]), xmr(values[:cut]), xmr(values[cut:])

    assert whole.special_cause == (*first.special_cause, *second.special_cause)
    for name in ("mean", "lower", "upper", "near_lower", "near_upper", "moving_range"):
        both = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_allclose(getattr(whole, name), both, rtol=1e-13)
    assert whole.variation == second.variation
