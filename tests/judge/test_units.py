"""Units as they come in: kept in order, refused where no unit could be so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scorecard.errors import JudgeError
from scorecard.judge.units import Kind, counted_units, measured_units

NAN = float("nan")


def test_units_without_size_or_value_are_kept_and_known_to_be_unknown() -> None:
    units = counted_units([5, None, 0, 3, NAN], [10, 10, 0, None, 4], Kind.SHARE)

    assert units.names == ("unit 1", "unit 2", "unit 3", "unit 4", "unit 5")
    assert units.known.tolist() == [True, False, False, False, False]
    assert units.values[0] == 0.5
    assert all(math.isnan(value) for value in units.values[1:])
    assert units.whole == 0.5


@pytest.mark.parametrize(
    ("code", "numerators", "denominators", "kind", "names"),
    [
        ("units-negative", [-1], [10], Kind.SHARE, None),
        ("units-negative", [1], [-10], Kind.RATE, None),
        ("units-more-than-all", [11], [10], Kind.SHARE, None),
        ("units-more-than-all", [1], [0], Kind.SHARE, None),
        ("units-without-size", [1], [0], Kind.RATE, None),
        ("units-without-size", [1], [1e-300], Kind.RATE, None),
        ("units-unequal", [1, 2], [10], Kind.SHARE, None),
        ("units-unequal", [1, 2], [10, 10], Kind.SHARE, ["a"]),
        ("units-same-name", [1, 2], [10, 10], Kind.SHARE, ["a", "a"]),
        ("values-infinite", [1], [math.inf], Kind.RATE, None),
        ("values-not-numbers", ["1"], [10], Kind.RATE, None),
    ],
)
def test_what_no_unit_can_be_is_refused(
    code: str, numerators: list, denominators: list, kind: Kind, names: list[str] | None
) -> None:
    with pytest.raises(JudgeError) as refused:
        counted_units(numerators, denominators, kind, names)
    assert refused.value.code == code


def test_a_rate_may_be_above_one() -> None:
    assert counted_units([30], [10], Kind.RATE).values.tolist() == [3.0]


def test_the_deviation_within_units_is_pooled_as_from_the_observations_themselves() -> None:
    random = np.random.default_rng(8)
    groups = [random.normal(centre, 3, size) for centre, size in ((5, 4), (9, 30), (2, 11))]

    units, sd = measured_units(
        [group.mean() for group in groups],
        [len(group) for group in groups],
        [group.std(ddof=1) for group in groups],
    )

    squares = sum(((group - group.mean()) ** 2).sum() for group in groups)
    assert sd == pytest.approx(math.sqrt(squares / (45 - 3)))
    assert units.whole == pytest.approx(np.concatenate(groups).mean())


def test_one_deviation_may_serve_all_units_and_none_may_be_known() -> None:
    assert measured_units([1, 2], [5, 5], 2.5)[1] == 2.5
    assert measured_units([1, 2], [1, 1], [0, 0])[1] is None
    with pytest.raises(JudgeError) as refused:
        measured_units([1, 2], [5, 5], [1, -1])
    assert refused.value.code == "units-negative"
