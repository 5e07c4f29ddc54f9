"""Defects, sigma levels and yields against the golden table."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.defects import (
    dpmo,
    dpu,
    rolled_throughput_yield,
    sigma_level,
    throughput_yield,
)

GOLDEN = json.loads(
    (Path(__file__).parent / "golden" / "dpmo_sigma_wilson.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", GOLDEN["dpmo_table"], ids=lambda row: str(row["dpmo"]))
def test_the_sigma_level_is_the_one_of_the_golden_table(row: dict[str, float]) -> None:
    assert sigma_level(row["dpmo"]) == pytest.approx(row["sigma_level_shift_1_5"], abs=1e-9)
    assert sigma_level(row["dpmo"], shift=0) == pytest.approx(row["z_long_term"], abs=1e-9)


@pytest.mark.parametrize("case", GOLDEN["worked"], ids=lambda case: str(case["defects"]))
def test_the_worked_cases_are_the_golden_ones(case: dict[str, float]) -> None:
    per_unit = dpu(case["defects"], case["units"])
    per_million = dpmo(case["defects"], case["units"], case["opportunities"])

    assert per_unit == pytest.approx(case["dpu"], rel=1e-12)
    assert per_million == pytest.approx(case["dpmo"], rel=1e-12)
    assert throughput_yield(per_unit) == pytest.approx(case["rty_exp"], rel=1e-12)
    assert sigma_level(per_million) == pytest.approx(case["sigma_level"], abs=1e-9)


@given(st.floats(0.001, 999_999.999))
def test_the_sigma_level_leads_back_to_the_defects(million: float) -> None:
    level = sigma_level(million)

    assert level is not None
    assert 1e6 * (1 - NormalDist().cdf(level - 1.5)) == pytest.approx(million, rel=1e-5, abs=1e-6)


def test_a_rolled_yield_is_the_product_of_its_steps() -> None:
    assert rolled_throughput_yield([0.9, 0.8, 1]) == pytest.approx(0.72)
    assert rolled_throughput_yield([]) is None


def test_without_units_nothing_is_known_and_without_defects_no_level_is() -> None:
    assert dpu(0, 0) is None
    assert dpmo(0, 0) is None
    assert throughput_yield(None) is None
    assert sigma_level(None) is None
    assert sigma_level(0) is None
    assert sigma_level(1e6) is None


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (lambda: dpu(-1, 10), "count-impossible"),
        (lambda: dpu(1, float("nan")), "count-impossible"),
        (lambda: dpmo(1, 10, 0), "count-impossible"),
        (lambda: dpmo(11, 10), "count-impossible"),
        (lambda: dpmo(1, float("inf")), "count-impossible"),
        (lambda: sigma_level(-1), "dpmo-out-of-range"),
        (lambda: sigma_level(float("nan")), "dpmo-out-of-range"),
        (lambda: rolled_throughput_yield([0.5, 1.1]), "share-out-of-range"),
    ],
)
def test_what_cannot_be_is_refused(refused, code: str) -> None:
    with pytest.raises(JudgeError, match=f"^{code}"):
        refused()
