"""The scope of a run: for which metrics, grains and periods its figures are all there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from scorecard.ledger.tables import Measurement

TABLE = cast(sa.Table, Measurement.__table__)
# Bound values in one statement: SQLite takes 32,766, older ones 999.
CHUNK = 900

Pair = tuple[str, str]
# First days of periods: stretches of them, both ends included.
Stretches = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class RunScope:
    """The (metric, grain) pairs a run measured, each in all periods or in some.

    `only` has the pairs that were measured in some: those whose first day lies in one of the
    stretches; in none of them where there is no stretch. What is not in the scope stays as it was.
    """

    pairs: frozenset[Pair]
    only: Mapping[Pair, Stretches]

    def holds(self, metric: str, grain: str, period: date) -> bool:
        """Whether the run says everything that is known of this metric in this period."""
        pair = metric, grain
        if pair not in self.pairs:
            return False
        stretches = self.only.get(pair)
        return stretches is None or any(first <= period <= last for first, last in stretches)

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """Conditions on figures: those in the scope meet one of them, and few others do."""
        whole = sorted({metric for metric, grain in self.pairs if (metric, grain) not in self.only})
        for metrics in chunks(whole):
            yield TABLE.c.metric.in_(metrics)
        alike: dict[tuple[str, Stretches], list[str]] = defaultdict(list)
        for metric, grain in sorted(self.pairs & self.only.keys()):
            alike[grain, self.only[metric, grain]].append(metric)
        for (grain, stretches), metrics in alike.items():
            for first, last in stretches:
                within = sa.and_(TABLE.c.grain == grain, TABLE.c.period.between(first, last))
                # Apart, because each of the two indexes of current figures holds one of them.
                for whose in (TABLE.c.department.is_(None), TABLE.c.department.is_not(None)):
                    for some in chunks(metrics):
                        yield sa.and_(TABLE.c.metric.in_(some), within, whose)


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items in parts that one statement can take."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
