"""Wilson intervals against published software, and the laws of an interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.intervals import wilson

# scipy.stats.binomtest(x, n).proportion_ci(confidence, method="wilson"), as fractions.
SCIPY = [
    (0, 10, 0.95, 0.0, 0.27753279986288926),
    (10, 10, 0.95, 0.7224672001371109, 1.0),
    (1, 100, 0.95, 0.001767432064140647, 0.054486196178705315),
    (65, 100, 0.95, 0.5525444329688796, 0.7363575175690247),
    (1045, 5000, 0.95, 0.19795549880013297, 0.2204913037318903),
    (65, 100, 0.998, 0.49549465740704474, 0.7783540614089686),
    (3, 7, 0.9, 0.18644319036395607, 0.7105229089864071),
]
TRIALS = st.integers(1, 10**9)


@pytest.mark.parametrize(("successes", "n", "confidence", "low", "high"), SCIPY)
def test_the_interval_is_the_one_scipy_gives(
    successes: int, n: int, confidence: float, low: float, high: float
) -> None:
    assert wilson(successes, n, confidence) == pytest.approx((100 * low, 100 * high), rel=1e-9)


@given(st.data(), TRIALS)
def test_the_interval_holds_the_share_and_stays_between_0_and_100(
    data: st.DataObject, n: int
) -> None:
    successes = data.draw(st.integers(0, n))

    found = wilson(successes, n)

    assert found is not None
    low, high = found
    assert 0 <= low <= high <= 100
    assert low - 1e-9 <= 100 * successes / n <= high + 1e-9


@given(st.data(), TRIALS)
def test_the_interval_of_failures_mirrors_that_of_successes(data: st.DataObject, n: int) -> None:
    successes = data.draw(st.integers(0, n))

    found, mirrored = wilson(successes, n), wilson(n - successes, n)

    assert found is not None
    assert mirrored is not None
    assert found == pytest.approx((100 - mirrored[1], 100 - mirrored[0]), abs=1e-9)


@pytest.mark.parametrize(
    ("successes", "n"),
    [(0, 0), (11, 10), (-1, 10), (None, 10), (5, None), (float("nan"), 10), (5, float("nan"))],
)
def test_there_is_no_interval_where_there_is_no_share(
    successes: float | None, n: float | None
) -> None:
    assert wilson(successes, n) is None


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_is_a_fraction(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(5, 10, confidence)
