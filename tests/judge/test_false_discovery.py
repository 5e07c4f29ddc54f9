"""Benjamini and Hochberg's own example, and the laws of q values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scorecard.judge.false_discovery import false_discovery

# Benjamini and Hochberg (1995), section 4.1: fifteen hypotheses on thrombolytic treatments, of
# which their procedure rejects four at 0.05 where Bonferroni's rejects three.
PUBLISHED = np.array(
    [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]
)


def test_four_of_the_published_fifteen_are_findings() -> None:
    found = false_discovery(PUBLISHED)
    assert (found <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert (PUBLISHED <= 0.05 / 15).sum() == 3
    assert found[3] == 0.0095 * 15 / 4


def test_a_test_that_was_not_made_has_no_q_and_does_not_count() -> None:
    found = false_discovery(np.array([0.01, np.nan, 0.02]))
    assert np.isnan(found[1])
    np.testing.assert_allclose(found[[0, 2]], [0.02, 0.02])
    assert false_discovery(np.array([])).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_is_never_below_p_nor_in_another_order_and_the_order_given_does_not_matter(
    chances: list[float],
) -> None:
    p = np.array(chances)
    q = false_discovery(p)
    assert (q >= p).all()
    assert (q <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= 0).all()
    mixed = np.random.default_rng(len(chances)).permutation(len(p))
    np.testing.assert_array_equal(false_discovery(p[mixed]), q[mixed])
