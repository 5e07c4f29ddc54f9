"""What is measured beside a figure so that an interval can be given: squares, and values around.

A mean needs the sum of its squared values: it adds up over units and periods as the other sums do,
which a variance does not. A percentile needs the values at two ranks that depend on how many there
are, which no engine knows before it has read them. So the quantiles at a few fixed places around it
are asked in the same pass, and the nearest ones outward of those ranks are taken: the interval is
somewhat too wide, never too narrow.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from math import isfinite
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from scorecard.judge.confidence import LIKELY, SURE
from scorecard.judge.order_statistics import percentile_ranks

# Part of what decides a figure: raise it when what is kept beside figures changes.
KEPT = "squares and ends, 1"
# Squares of much larger numbers are beyond a double, and those of much smaller ones are 0.
_LARGEST, _SMALLEST = 1e140, 1e-140

# In standard deviations of a single draw, √(q(1 - q)): from the ranks of twenty values to those of
# twenty thousand, each twice as far as the one within.
_FARTHEST, _STEP, _STEPS = 0.44, 2, 6


class Ends(NamedTuple):
    """The ends of the 95 % and the 80 % interval of a percentile; None where too few values."""

    lower_95: float | None = None
    upper_95: float | None = None
    lower_80: float | None = None
    upper_80: float | None = None


class square(FunctionElement[float]):
    """The square of a double; of one that is too large, anything from 1e280 on."""

    inherit_cache = True
    name = "square"
    type = sa.Double()


@compiles(square)
def _square(element: square, compiler: SQLCompiler, **kw: Any) -> str:
    # Beyond the largest double lies infinity, on DuckDB and on Spark.
    number = compiler.process(next(iter(element.clauses)), **kw)
    return f"(({number}) * ({number}))"


@compiles(square, "postgresql")
def _square_on_postgresql(element: square, compiler: SQLCompiler, **kw: Any) -> str:
    # PostgreSQL refuses to multiply beyond what a double holds, in both directions.
    number = compiler.process(next(iter(element.clauses)), **kw)
    return (
        f"(CASE WHEN abs({number}) < {_SMALLEST}::float8 THEN 0::float8 "
        f"WHEN abs({number}) < {_LARGEST}::float8 THEN ({number}) * ({number}) "
        f"WHEN {number} IS NOT NULL THEN {_LARGEST**2}::float8 END)"
    )


def known_squares(squares: float | None, n: int) -> float | None:
    """The sum of squares; None without rows, and where a value was too large to be squared."""
    return squares if n and squares is not None and squares < _LARGEST**2 else None


@cache
def places_around(q: float) -> tuple[float, ...]:
    """The quantiles that are asked with the `q` one, in order, itself and both extremes among them.

    Nearer to `q` they are closer to one another, as the ranks of an interval are the more values
    there are.
    """
    draw = (q * (1 - q)) ** 0.5
    steps = [_FARTHEST * draw / _STEP**step for step in range(_STEPS)]
    around = {round(q + sign * step, 6) for step in steps for sign in (-1, 1)}
    return tuple(sorted({0.0, q, 1.0} | {place for place in around if 0 < place < 1}))


def percentile_ends(q: float, n: int, values: Sequence[float]) -> Ends:
    """The ends of the intervals of the `q` quantile of n values, from those at `places_around`.

    The quantile at a place p, interpolated, lies between the values of the ranks around
    1 + p·(n - 1), so one at or outward of the rank of an order-statistic interval lies outward of
    that rank's value.
    """
    found: list[float | None] = []
    for confidence in (SURE, LIKELY):
        chosen = _outward(q, n, confidence)
        ends = (values[chosen[0]], values[chosen[1]]) if chosen else (None, None)
        found += ends if all(end is not None and isfinite(end) for end in ends) else (None, None)
    return Ends(*found)


@lru_cache(maxsize=65536)
def _outward(q: float, n: int, confidence: float) -> tuple[int, int] | None:
    """Which of `places_around` are outward of the exact ranks and nearest to them."""
    ranks = percentile_ranks(n, q, confidence)
    if ranks.lower is None or ranks.upper is None:
        return None
    places = places_around(q)
    # Half a millionth of a rank for what binary fractions are off.
    lower, upper = (ranks.lower - 1 + 5e-7) / (n - 1), (ranks.upper - 1 - 5e-7) / (n - 1)
    return bisect_right(places, lower) - 1, bisect_left(places, upper)
