"""Funnels: a published case, every word a unit may get, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scorecard.errors import JudgeError
from scorecard.judge.funnel import funnel, funnel_of_means
from scorecard.judge.funnel_result import Allowance, Funnel, Standing

# Heart operations on children under one year and deaths within 30 days, England 1991 to 1995:
# Spiegelhalter, D. J. (2019), The Art of Statistics, figure 2.5 (data published with the book).
# Bristol is the hospital of the public inquiry.
HEARTS = {
    "Bristol": (41, 143),
    "Leicester": (25, 187),
    "Leeds": (24, 323),
    "Oxford": (23, 122),
    "Guys": (25, 164),
    "Liverpool": (42, 405),
    "Southampton": (24, 239),
    "Great Ormond St": (53, 482),
    "Newcastle": (26, 195),
    "Harefield": (25, 177),
    "Birmingham": (58, 581),
    "Brompton": (31, 301),
}


def standings(found: Funnel) -> list[Standing]:
    return [unit.standing for unit in found.units]


def hearts(**choices: Any) -> Funnel:
    deaths, operations = zip(*HEARTS.values(), strict=True)
    return funnel(deaths, operations, names=list(HEARTS), better="lower", **choices)


@pytest.mark.parametrize("overdispersion", [True, False, "multiplicative"])
def test_bristol_stands_out_and_no_other_hospital_does(overdispersion: bool | str) -> None:
    found = hearts(overdispersion=overdispersion)

    assert found.centre == pytest.approx(397 / 3319)
    bristol = found.units[0]
    assert bristol.value == pytest.approx(0.287, abs=5e-4)
    named = [unit.name for unit in found.units if unit.standing in (Standing.HELP, Standing.LEARN)]
    assert named == ["Bristol"]
    assert bristol.standing == Standing.HELP
    assert bristol.beyond == 0.998
    assert bristol.score is not None
    assert bristol.score > 3.09


def test_the_scatter_is_winsorised_so_that_an_outlier_does_not_hide_itself() -> None:
    found = hearts()

    # By hand: z on the arcsine scale, drawn in at type-7 deciles, squared and averaged.
    deaths, sizes = np.array(list(HEARTS.values()), float).T
    z = 2 * np.sqrt(sizes) * (np.arcsin(np.sqrt(deaths / sizes)) - np.arcsin(np.sqrt(397 / 3319)))
    phi = np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2)
    weights = 4 * sizes
    tau2 = (12 * phi - 11) / (weights.sum() - (weights**2).sum() / weights.sum())
    assert found.dispersion.phi == pytest.approx(phi)
    assert found.dispersion.tau2 == pytest.approx(tau2)
    assert found.dispersion.allowance is Allowance.ADDITIVE
    assert np.mean(z**2) > 2 * phi


def test_units_without_data_keep_their_place_and_say_so() -> None:
    found = funnel([90, None, 0, 1, 60], [100, 50, 0, 2, 100], names=list("abcde"))

    assert [unit.name for unit in found.units] == list("abcde")
    assert standings(found)[1:4] == [Standing.NO_DATA, Standing.NO_DATA, Standing.TOO_FEW]
    assert (found.units[1].size, found.units[1].value, found.units[1].limits) == (50, None, ())
    assert (found.units[2].size, found.units[2].value) == (0, None)


def test_units_below_the_fewest_that_may_be_judged_are_too_few() -> None:
    found = funnel([9, 90, 500], [30, 100, 1000], min_n=50)

    assert found.units[0].standing == Standing.TOO_FEW
    assert found.levels[0].expected == pytest.approx(2 * 0.05)


def test_what_is_more_than_chance_and_no_more_than_units_differ_is_not_called_chance() -> None:
    found = funnel([500, 540, 460, 560, 440, 520, 480, 650], [1000] * 8, target=0.5)

    assert standings(found) == [
        Standing.WITHIN,
        *[Standing.SPREAD] * 4,
        *[Standing.WITHIN] * 2,
        Standing.LEARN,
    ]
    assert [unit.beyond for unit in found.units] == [*[None] * 7, 0.998]
    assert [unit.beyond_chance for unit in found.units] == [
        *[None, 0.95, 0.95, 0.998, 0.998, None, None, 0.998]
    ]


@pytest.mark.parametrize(
    ("numerators", "denominators", "reason", "standing"),
    [
        ([], [], "no unit has a value", None),
        ([None, 0], [5, 0], "no unit has a value", Standing.NO_DATA),
        ([4], [5], "one unit alone has nothing to be compared with", Standing.NO_COMPARISON),
    ],
)
def test_where_nothing_can_be_compared_the_reason_is_stated(
    numerators: list, denominators: list, reason: str, standing: Standing | None
) -> None:
    found = funnel(numerators, denominators)

    assert found.reason == reason
    assert set(standings(found)) == ({standing} if standing else set())
    assert found.curve.sizes.size == 0
    assert [level.found for level in found.levels] == [0, 0]
    assert found.dispersion.phi is None


def test_one_unit_can_be_held_against_a_target() -> None:
    found = funnel([700], [1000], target=0.8)

    assert (found.centre, found.centre_is) == (0.8, "target")
    assert found.units[0].standing == Standing.HELP


def test_that_all_miss_a_target_alike_does_not_excuse_them() -> None:
    found = funnel([700, 701, 699, 702], [1000] * 4, target=0.8)

    assert found.dispersion.allowance is Allowance.NONE
    assert set(standings(found)) == {Standing.HELP}


def test_the_words_follow_the_direction() -> None:
    far = ([500, 500, 900, 100], [1000] * 4)

    words = {
        better: standings(funnel(*far, better=better, overdispersion=False))[2:]
        for better in ("higher", "lower", "neutral")
    }

    assert words == {
        "higher": [Standing.LEARN, Standing.HELP],
        "lower": [Standing.HELP, Standing.LEARN],
        "neutral": [Standing.ABOVE, Standing.BELOW],
    }


def test_between_the_two_limits_is_the_warning_band() -> None:
    found = funnel([500, 537, 463, 500], [1000] * 4, overdispersion=False)

    assert standings(found) == [
        Standing.WITHIN,
        Standing.WARNING,
        Standing.WARNING,
        Standing.WITHIN,
    ]
    assert [unit.beyond for unit in found.units] == [None, 0.95, 0.95, None]
    assert [(level.confidence, level.found) for level in found.levels] == [(0.95, 2), (0.998, 0)]


def test_the_curve_passes_through_the_limits_of_the_units() -> None:
    found = hearts()

    assert found.curve.lower.shape == found.curve.upper.shape == (2, len(found.curve.sizes))
    assert found.curve.sizes[0] < 122 < 581 < found.curve.sizes[-1]
    for unit in found.units:
        for level, limits in enumerate(unit.limits):
            drawn = np.interp(unit.size or 0, found.curve.sizes, found.curve.upper[level])
            assert drawn == pytest.approx(limits.upper, abs=5e-4)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("target-beyond-scale", lambda: funnel([1], [2], target=95)),
        ("target-beyond-scale", lambda: funnel([1], [2], target=float("nan"))),
        ("target-beyond-scale", lambda: funnel([1], [2], kind="rate", target=-1)),
        ("confidence-out-of-range", lambda: funnel([1], [2], confidence=(95,))),
        ("confidence-out-of-range", lambda: funnel([1], [2], confidence=())),
        ("units-unknown-word", lambda: funnel([1], [2], kind="mean")),  # type: ignore[arg-type]
        ("units-unknown-word", lambda: funnel([1], [2], better="up")),  # type: ignore[arg-type]
        ("units-unknown-word", lambda: funnel([1], [2], overdispersion="some")),
        ("units-same-name", lambda: funnel([1, 1], [2, 2], names=["a", "a"])),
    ],
)
def test_what_cannot_be_judged_is_refused(code: str, call: Any) -> None:
    with pytest.raises(JudgeError) as refused:
        call()
    assert refused.value.code == code


def test_rates_have_limits_above_and_below() -> None:
    found = funnel(
        [10, 30, 11, 9, 2], [100.0] * 5, kind="rate", better="lower", overdispersion=False
    )

    assert standings(found) == [
        Standing.WITHIN,
        Standing.HELP,
        Standing.WITHIN,
        Standing.WITHIN,
        Standing.LEARN,
    ]


def test_means_of_few_may_lie_farther_off_than_means_of_many() -> None:
    found = funnel_of_means([10, 10, 13, 13], [900, 900, 9, 900], 5.0, overdispersion=False)

    assert standings(found) == [Standing.HELP, Standing.HELP, Standing.WITHIN, Standing.LEARN]
    assert found.limits.startswith("normal")


def test_means_without_a_known_spread_are_not_compared() -> None:
    found = funnel_of_means([1, 2, 3], [1, 1, 1], [None, None, None])

    assert found.reason == "nothing is known of how observations vary within a unit"
    assert set(standings(found)) == {Standing.NO_COMPARISON}
