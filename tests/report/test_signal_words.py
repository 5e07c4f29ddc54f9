"""The signal in words, in every form it can take."""

from __future__ import annotations

import pytest

from scorecard.judge.chart import Variation
from scorecard.judge.signal import Signal, signal
from scorecard.judge.special_cause import Rule
from scorecard.judge.xmr import xmr
from scorecard.report.signal_words import signal_words

NAMES = [f"month {place}" for place in range(40)]


def words(
    rule: Rule, *, upwards: bool, length: int, running: bool, near: int = 0, grain: str = "month"
) -> str:
    one = Signal(rule, upwards, 3, 2 + length, near or length, running, Variation.NEUTRAL)
    return signal_words(one, NAMES, grain)


@pytest.mark.parametrize(
    ("rule", "upwards", "length", "near", "running", "text"),
    [
        (Rule.RUN, False, 7, 0, True, "seven months running below the mean, since month 3"),
        (Rule.RUN, True, 12, 0, True, "12 months running above the mean, since month 3"),
        (
            Rule.RUN,
            True,
            9,
            0,
            False,
            "nine months running above the mean, from month 3 to month 11",
        ),
        (Rule.TREND, True, 7, 0, True, "rising over seven months, since month 3"),
        (Rule.TREND, False, 8, 0, True, "falling over eight months, since month 3"),
        (Rule.TREND, False, 8, 0, False, "falling over eight months, from month 3 to month 10"),
        (Rule.OUTSIDE, True, 1, 0, True, "above the upper limit in month 3"),
        (Rule.OUTSIDE, False, 1, 0, False, "below the lower limit in month 3"),
        (
            Rule.OUTSIDE,
            False,
            2,
            0,
            True,
            "two months running below the lower limit, since month 3",
        ),
        (
            Rule.OUTSIDE,
            True,
            3,
            0,
            False,
            "three months running above the upper limit, from month 3 to month 5",
        ),
        (
            Rule.TWO_OF_THREE,
            False,
            3,
            2,
            True,
            "two of three months close to the lower limit, since month 3",
        ),
        (
            Rule.TWO_OF_THREE,
            True,
            3,
            2,
            False,
            "two of three months close to the upper limit, from month 3 to month 5",
        ),
        (
            Rule.TWO_OF_THREE,
            True,
            3,
            3,
            True,
            "three months running close to the upper limit, since month 3",
        ),
        (
            Rule.TWO_OF_THREE,
            True,
            2,
            2,
            True,
            "two months running close to the upper limit, since month 3",
        ),
    ],
)
def test_each_form(
    rule: Rule, upwards: bool, length: int, near: int, running: bool, text: str
) -> None:
    assert words(rule, upwards=upwards, length=length, near=near, running=running) == text


def test_each_grain_has_its_noun() -> None:
    week = words(Rule.RUN, upwards=True, length=7, running=True, grain="week")
    assert week == "seven weeks running above the mean, since month 3"
    day = words(Rule.OUTSIDE, upwards=True, length=1, running=True, grain="day")
    assert day == "above the upper limit on month 3"
    year = words(Rule.TREND, upwards=False, length=7, running=True, grain="fiscal_year")
    assert year == "falling over seven fiscal years, since month 3"


def test_from_a_chart() -> None:
    chart = xmr([10, 20] * 10 + [13, 14] * 4, fix_first=20)
    months = [f"{name} {year}" for year in (2024, 2025, 2026) for name in MONTHS]
    assert (
        signal_words(signal(chart), months, "month")
        == "eight months running below the mean, since September 2025"
    )
    assert signal_words(signal(xmr([1, 2] * 9)), months, "month") == "no sign of a change"


MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
]
