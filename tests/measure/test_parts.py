"""Figures from parts."""

from __future__ import annotations

from math import nextafter

import pytest

from scorecard.declare import vocabulary as v
from scorecard.measure.parts import holistic_figure
from tests.measure.builder import requests, row_of


@pytest.mark.parametrize("value", [141.63947298696192, 0.1 + 0.2, 1.0868802, -2.5, 1e100])
def test_engines_that_go_between_ranks_otherwise_give_the_same_quantile(value: float) -> None:
    # DuckDB and Spark interpolate in another order: their last digits differ.
    median = v.Percentile(row_of(requests()).score, 0.5, None)
    beside = [holistic_figure(median, nextafter(value, to), 7) for to in (-1e308, 1e308)]
    assert {figure.value for figure in beside} == {holistic_figure(median, value, 7).value}
    assert holistic_figure(median, value, 7).value == pytest.approx(value, rel=1e-12)
