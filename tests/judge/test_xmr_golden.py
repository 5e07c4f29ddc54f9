"""Every figure, flag and icon of NHSRplotthedots 0.2.2 for 157 charts; see golden/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scorecard.judge.chart import Assurance, Chart, Direction, Variation, assurance_of
from scorecard.judge.xmr import SHORT, xmr

GOLDEN = Path(__file__).with_name("golden")
FIGURES: dict[str, Any] = json.loads((GOLDEN / "xmr_cases.json").read_text())
CASES: list[dict[str, Any]] = FIGURES["cases"]
UNIT: dict[str, Any] = json.loads((GOLDEN / "xmr_unit_rules.json").read_text())
BETTER: dict[str, Direction] = {"increase": "higher", "decrease": "lower", "neutral": "neutral"}
ASSURANCE = {
    "consistent_pass": Assurance.KEEPS,
    "consistent_fail": Assurance.MISSES,
    "inconsistent": Assurance.HIT_OR_MISS,
    None: None,
}
VARIATION = {
    Variation.IMPROVING: "improvement",
    Variation.CONCERNING: "concern",
    Variation.NEUTRAL: "neutral",
}


def chart_of(case: dict[str, Any]) -> Chart:
    return xmr(
        FIGURES["series"][case["series"]],
        better=BETTER[case["better"]],
        expected=case["target"],
        rebase_at=case["rebase"],
        fix_first=case["fix"],
        screen=case["screen"],
    )


def point_type(chart: Chart, place: int) -> str:
    kind = chart.kinds[place]
    if kind is Variation.COMMON_CAUSE:
        return "common_cause"
    side = ""
    if kind is Variation.NEUTRAL:
        side = "_high" if chart.special_cause[place].upwards else "_low"
    return f"special_cause_{VARIATION[kind]}{side}"


def variation_icon(chart: Chart) -> str:
    if chart.variation is Variation.COMMON_CAUSE:
        return "common_cause"
    assert chart.variation is not None
    return f"{VARIATION[chart.variation]}_{chart.side}"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_chart_is_the_published_one(case: dict[str, Any]) -> None:
    chart = chart_of(case)
    sizes, *lines = zip(*case["phases"], strict=True)
    for line, found in zip(lines, (chart.mean, chart.lower, chart.upper), strict=True):
        wanted = np.repeat(np.array(line, dtype=float), sizes)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=0)

    for place, sign in enumerate(case["types"]):
        # A run that holds a point on a line may break there or not.
        if any(abs(place - tie) < 7 for tie in case["ties"]):
            continue
        assert str(chart.special_cause[place]) == FIGURES["types"][sign]
        assert bool(chart.special_cause[place]) == chart.flags[place] == (sign != ".")
        assert point_type(chart, place) == FIGURES["kinds"][case["kinds"][place]]
        assert chart.side_of_mean[place] == "-0+".index(case["sides"][place]) - 1

    assert variation_icon(chart) == case["icon"]
    assert chart.assurance == ASSURANCE[case["assurance"]]
    assert [phase.n for phase in chart.phases] == list(sizes)
    assert any(phase.short for phase in chart.phases) == case["short"]


def test_the_cases_reach_every_word() -> None:
    found = {str(word) for case in CASES for word in chart_of(case).special_cause}
    assert found == set(FIGURES["types"].values())


@pytest.mark.parametrize("case", UNIT["assurance"], ids=lambda case: case["direction"])
def test_assurance_is_the_published_one(case: dict[str, Any]) -> None:
    found = [
        assurance_of(case["target"], lower, upper, BETTER[case["direction"]])
        for lower, upper in case["limits"]
    ]
    assert found == [ASSURANCE[word] for word in case["out"]]


@pytest.mark.parametrize("screen", [True, False])
def test_the_screened_limits_of_the_vignette(screen: bool) -> None:
    wanted = UNIT["screen_outliers_vignette"]
    chart = xmr(wanted["values"], screen=screen)
    figures = wanted["screened" if screen else "unscreened"]

    assert round(chart.upper[0], 2) == figures["upl"]
    assert round(chart.mean[0], 2) == figures["mean"]
    assert round(chart.lower[0], 2) == figures["lpl"]


def test_a_phase_is_short_below_the_published_threshold() -> None:
    assert UNIT["short_group"]["code_default_threshold"] == SHORT
    assert xmr([1, 2] * 6).phases[0].short
    assert not xmr([1, 2] * 6 + [1]).phases[0].short
