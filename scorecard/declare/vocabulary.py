"""The words a metric is written in: the public face of expressions and aggregates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scorecard.declare.aggregates import Aggregate as Aggregate
from scorecard.declare.aggregates import Count as Count
from scorecard.declare.aggregates import Distinct as Distinct
from scorecard.declare.aggregates import Mean as Mean
from scorecard.declare.aggregates import Percentile as Percentile
from scorecard.declare.aggregates import Rate as Rate
from scorecard.declare.aggregates import Ratio as Ratio
from scorecard.declare.aggregates import Share as Share
from scorecard.declare.aggregates import Spread as Spread
from scorecard.declare.aggregates import Sum as Sum
from scorecard.declare.aggregates import count as count
from scorecard.declare.aggregates import distinct as distinct
from scorecard.declare.aggregates import mean as mean
from scorecard.declare.aggregates import median as median
from scorecard.declare.aggregates import percentile as percentile
from scorecard.declare.aggregates import rate as rate
from scorecard.declare.aggregates import ratio as ratio
from scorecard.declare.aggregates import share as share
from scorecard.declare.aggregates import spread as spread
from scorecard.declare.aggregates import sum as sum
from scorecard.declare.expressions import SECONDS as SECONDS
from scorecard.declare.expressions import And as And
from scorecard.declare.expressions import Arithmetic as Arithmetic
from scorecard.declare.expressions import Column as Column
from scorecard.declare.expressions import Comparison as Comparison
from scorecard.declare.expressions import Constant as Constant
from scorecard.declare.expressions import Contains as Contains
from scorecard.declare.expressions import Elapsed as Elapsed
from scorecard.declare.expressions import Expression as Expression
from scorecard.declare.expressions import Known as Known
from scorecard.declare.expressions import KnownUntil as KnownUntil
from scorecard.declare.expressions import Node as Node
from scorecard.declare.expressions import Not as Not
from scorecard.declare.expressions import Or as Or
from scorecard.declare.expressions import Rounded as Rounded
from scorecard.declare.expressions import Tally as Tally
from scorecard.declare.expressions import TimeUnit as TimeUnit
from scorecard.declare.expressions import Type as Type
from scorecard.declare.expressions import elapsed as elapsed
from scorecard.declare.expressions import known_until as known_until
from scorecard.declare.expressions import listed
from scorecard.declare.expressions import rounded as rounded
from scorecard.declare.expressions import tally as tally
from scorecard.declare.stocks import AgeOfOpen as AgeOfOpen
from scorecard.declare.stocks import Backlog as Backlog
from scorecard.declare.stocks import Stock as Stock
from scorecard.declare.stocks import age_of_open as age_of_open
from scorecard.declare.stocks import backlog as backlog
from scorecard.declare.working_time import Working as Working
from scorecard.declare.working_time import WorkingDays as WorkingDays
from scorecard.declare.working_time import WorkingHours as WorkingHours
from scorecard.declare.working_time import working_days as working_days
from scorecard.declare.working_time import working_hours as working_hours
from scorecard.errors import DeclarationError


class Row:
    """`r` in a metric: each attribute is a column of the declared source.

    `suggest` gives the nearest name to a misspelt one.
    """

    def __init__(
        self,
        source: str,
        columns: Mapping[str, Type],
        suggest: Callable[[str, list[str]], str | None],
    ) -> None:
        self._source = source
        self._columns = columns
        self._suggest = suggest

    def __getattr__(self, name: str) -> Column:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._columns:
            near = self._suggest(name, list(self._columns))
            raise DeclarationError(
                "column-unknown",
                f"The source {self._source!r} has no column {name!r}.",
                hint=f"Did you mean {near!r}?" if near else f"It has {listed(self._columns)}.",
            )
        return Column(name, self._columns[name])
