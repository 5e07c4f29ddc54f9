"""Stocks: what stands at the end of a period, whenever it came in.

A case is open at an instant if it entered before it and did not leave before it. The end of a
period is the midnight that ends it; for the period that is still running, the latest moment the
source's data knows. Rows are placed by no clock of their own: a case counts at the end of every
period in which it is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from scorecard.declare.aggregates import Aggregate
from scorecard.declare.expressions import (
    SECONDS,
    Column,
    Expression,
    Known,
    TimeUnit,
    all_of,
    condition_or_none,
    listed,
    require,
)
from scorecard.errors import DeclarationError


@dataclass(frozen=True, eq=False)
class Stock(Aggregate):
    """Something about the cases open at the end of each period.

    It adds up over units. It does not add up over periods: a case open through three of them would
    count three times.
    """

    adds_over_periods: ClassVar[bool] = False
    no_part: ClassVar[str] = "what stands at a period's end is no count of what happened in it"
    entered: Column
    left: Column
    overdue: Column | None
    where: Expression | None

    def rows(self) -> Expression | None:
        """Rows with the times that are needed."""
        known: Expression = Known(self.entered)
        if self.overdue is not None:
            known = all_of(known, Known(self.overdue))
        return all_of(known, self.where)


@dataclass(frozen=True, eq=False)
class Backlog(Stock):
    """How many are open; with `overdue`, how many of them are past that time."""


@dataclass(frozen=True, eq=False)
class AgeOfOpen(Stock):
    """The mean age of those open."""

    unit: TimeUnit


def backlog(
    entered: Expression,
    left: Expression,
    where: Expression | None = None,
    overdue: Expression | None = None,
) -> Backlog:
    """How many cases are open at the end of the period.

    Those that `entered` before it and had not `left` before it; with `overdue`, only those whose
    time in that column had passed. `at` of the metric is the column of `entered`. None open is 0;
    before anything entered there is no data. n is how many had entered (and fallen due) by then.
    """
    columns = _times("backlog()", entered, left, *(() if overdue is None else (overdue,)))
    due = columns[2] if overdue is not None else None
    return Backlog(columns[0], columns[1], due, condition_or_none(where, "backlog()"))


def age_of_open(
    entered: Expression, left: Expression, unit: TimeUnit, where: Expression | None = None
) -> AgeOfOpen:
    """The mean age, in `unit`, of the cases open at the end of the period, n of them.

    None open: no data. `at` of the metric is the column of `entered`.
    """
    columns = _times("age_of_open()", entered, left)
    if unit not in SECONDS:
        raise DeclarationError(
            "time-unit-unknown",
            f"{unit!r} is no unit of time.",
            hint=f"Use one of {listed(SECONDS)}.",
        )
    return AgeOfOpen(columns[0], columns[1], None, condition_or_none(where, "age_of_open()"), unit)


def _times(word: str, *values: Expression) -> list[Column]:
    columns: list[Column] = []
    for value in values:
        require(value, {"timestamp", "date"}, word)
        if not isinstance(value, Column) or value.type != values[0].type:
            raise DeclarationError(
                "type-mismatch",
                f"{word} takes columns of one type, all instants or all days.",
                hint="Write it with columns, as in entered=r.opened_at, left=r.closed_at.",
            )
        columns.append(value)
    return columns
