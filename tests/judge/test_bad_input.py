"""Whatever a method is handed: a stated result or a coded refusal, never another kind of crash."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import scorecard.judge as judge
from scorecard.errors import JudgeError

STEADY = [50 + (7 * place % 11) / 2 for place in range(30)]
HUNDREDS = [100] * 30

# Warnings are errors in tests, so a division by zero or an overflow is a crash here too.
ROWS: dict[str, Any] = {
    "empty": [],
    "one point": [5.0],
    "constant": [5.0] * 30,
    "zeros": [0] * 30,
    "all missing": [None] * 30,
    "nearly all missing": [None] * 29 + [4.0],
    "infinite": [*STEADY[:29], float("inf")],
    "negative": [-value for value in STEADY],
    "gaps": [5.0, None] * 15,
    "whole numbers": list(range(30)),
    "numpy": np.array(STEADY),
    "numpy of 32 bits": np.array(STEADY, dtype=np.float32),
    "pandas": pd.Series(STEADY, index=range(100, 130)),
    "pandas, one date for all": pd.Series(STEADY, index=pd.to_datetime(["2026-01-01"] * 30)),
    "pandas with its own missing": pd.Series([1, 2, None] * 10, dtype="Int64"),
    "decimals": [Decimal("1.5")] * 30,
    "too large": [1e308, -1e308] * 15,
    "beyond every double": [10**400] * 30,
    "next to nothing": [5e-324] * 30,
    "text": ["a"] * 30,
    "truth values": [True, False] * 15,
    "dates": [date(2026, 1, 1)] * 30,
    "rows of unlike length": [[1], [2, 3]],
    "nothing at all": None,
    "one number": 5,
}

METHODS: dict[str, Callable[[Any], object]] = {
    "xmr": lambda row: judge.xmr(row, expected=1000, better="lower"),
    "xmr expected": lambda row: judge.xmr(STEADY, expected=row),
    "xmr rebase_at": lambda row: judge.xmr(STEADY, rebase_at=row),
    "xmr exclude": lambda row: judge.xmr(STEADY, exclude=row),
    "signal": lambda row: judge.signal(judge.xmr(row)),
    "propose_rebase": lambda row: judge.propose_rebase(judge.xmr(row)),
    "run_chart": judge.run_chart,
    "g_chart": judge.g_chart,
    "t_chart": judge.t_chart,
    "p_chart": lambda row: judge.p_chart(row, HUNDREDS, prime=True),
    "p_chart n": lambda row: judge.p_chart(STEADY, row),
    "u_chart": lambda row: judge.u_chart(row, row),
    "case_promise": judge.case_promise,
    "promise": lambda row: judge.promise(row, better="higher", declared=1000),
    "promise scale": lambda row: judge.promise(
        row, better="higher", declared=1000, scale=(0, 100), denominators=HUNDREDS
    ),
    "promise denominators": lambda row: judge.promise(
        STEADY, better="higher", scale=(0, 100), denominators=row
    ),
    "promise declared": lambda row: judge.promise(STEADY, better="higher", declared=row),
    "tighten": lambda row: judge.tighten(
        row, 10, better="higher", variation="common cause", assurance="keeps"
    ),
    "loosen": lambda row: judge.loosen(50, row, better="higher", reason="Two vans are out."),
    "capability": lambda row: judge.capability(row, lower=0, upper=60),
    "before_after": lambda row: judge.before_after(row, 15, better="higher"),
    "before_after at": lambda row: judge.before_after(STEADY, row, better="higher"),
    "forecast": lambda row: judge.forecast(row, 3, better="higher", season=None),
    "forecast horizon": lambda row: judge.forecast(STEADY, row, better="higher"),
    "shifts": lambda row: judge.shifts(row, replicates=19),
    "funnel": lambda row: judge.funnel(row, HUNDREDS),
    "funnel sizes": lambda row: judge.funnel(STEADY, row, kind="rate"),
    "funnel target": lambda row: judge.funnel(STEADY, HUNDREDS, target=row),
    "funnel_of_means": lambda row: judge.funnel_of_means(row, HUNDREDS, 2.0),
    "shrink": lambda row: judge.shrink(row, HUNDREDS),
    "shrink_means": lambda row: judge.shrink_means(STEADY, row, STEADY),
    "ranks": lambda row: judge.ranks(judge.shrink(row, HUNDREDS), draws=100),
    "satisfaction": judge.satisfaction,
    "weighted_rollup": lambda row: judge.weighted_rollup(row, row),
    "confidence": lambda row: judge.wilson(1, 2, confidence=row),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_judged_or_refused_with_a_code(method: str, row: str) -> None:
    # Any other error, and any warning, gets through and fails.
    with suppress(JudgeError):
        METHODS[method](ROWS[row])


@pytest.mark.parametrize(
    "call",
    [
        lambda: judge.dpmo(None, 10),  # type: ignore[arg-type]
        lambda: judge.dpu(1, 5e-324),
        lambda: judge.dpmo(1, np.float64(1e308), 3),
        lambda: judge.sigma_level("a"),  # type: ignore[arg-type]
        lambda: judge.rolled_throughput_yield([0.9, None]),  # type: ignore[list-item]
        lambda: judge.satisfaction([1] * 5, scale=(1, 5, 9)),  # type: ignore[arg-type]
        lambda: judge.case_promise(STEADY, share=None),  # type: ignore[arg-type]
        lambda: judge.ranks(judge.shrink(STEADY, HUNDREDS), seed=-1),
        lambda: judge.before_after(STEADY, 15, better="higher", others=[None]),  # type: ignore[list-item]
        lambda: judge.promise([0.8] * 15, better="higher", tolerance="a"),  # type: ignore[arg-type]
    ],
)
def test_a_number_that_is_none_is_refused_with_a_code(call: Callable[[], object]) -> None:
    with pytest.raises(JudgeError):
        call()


def test_a_status_is_not_sure_of_a_value_that_is_none() -> None:
    sure, likely = judge.wilson(3, 10), judge.wilson(3, 10, 0.8)

    assert judge.confidence_of(float("nan"), "higher", sure, likely) is None
    with pytest.raises(JudgeError, match=r"^values-infinite: expected"):
        judge.confidence_of(float("inf"), "higher", sure, likely)
    with pytest.raises(JudgeError, match=r"^direction-unknown"):
        judge.confidence_of(0.5, "more", sure, likely)  # type: ignore[arg-type]


def test_what_is_too_large_is_named_with_its_place() -> None:
    with pytest.raises(JudgeError, match=r"^values-too-large: values\[1\] is too large"):
        judge.xmr([1, 1e200, 3])
    with pytest.raises(JudgeError, match=r"^values-too-large: values\[0\] is too large"):
        judge.xmr([10**400])
