"""The individuals chart of the NIST/SEMATECH e-Handbook, drawn by the XmR chart."""

from __future__ import annotations

import pytest

# Section 6.3.2.2, "Individuals Control Charts": flow rates of ten batches.
FLOW_RATES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def test_the_flow_rates_of_the_nist_handbook() -> None:
    xmr = pytest.importorskip("scorecard.judge.xmr").xmr

    found = xmr(FLOW_RATES, better="neutral", screen=False)

    # The handbook: mean 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041, which take
    # 3/1.128 where the chart takes the rounded 2.66.
    assert found.mean[0] == pytest.approx(50.81)
    assert found.lower[0] == pytest.approx(45.8159, abs=2e-3)
    assert found.upper[0] == pytest.approx(55.8041, abs=2e-3)
    assert found.upper[0] == pytest.approx(50.81 + 2.66 * 16.9 / 9)
    assert not ((found.values > found.upper) | (found.values < found.lower)).any()
