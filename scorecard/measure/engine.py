"""What an engine is: the small interface behind which the same statements run elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import sqlalchemy as sa

from scorecard.declare.vocabulary import Aggregate
from scorecard.errors import MeasureError

AnySelect = sa.Select[*tuple[Any, ...]]


class Records(Protocol):
    """What is known of the records of one source: of a landed table, or of one in a database."""

    @property
    def version(self) -> int | None:
        """The landed table's version; None where there are none to come back to."""
        ...

    @property
    def commit(self) -> str | None:
        """A mark of the landed table's commit, which no other has; None where it is not known."""
        ...

    @property
    def moment(self) -> datetime | None:
        """The latest moment the records know, in UTC; None where they tell none."""
        ...

    @property
    def rows(self) -> int:
        """How many there are."""
        ...


class Engine(Protocol):
    """Holds each source's rows under the source's name, and answers statements over them.

    A source's table has the contract's columns, in the types of `SQL_TYPES`, and `_department`.
    """

    @property
    def name(self) -> str:
        """Which engine it is, as a run of measuring records it."""
        ...

    @property
    def version(self) -> str:
        """Its own version: another one may give other figures in the last digits."""
        ...

    def inexact(self, aggregate: Aggregate) -> str | None:
        """Why this engine cannot work out the aggregate exactly, as a sentence; None if it can.

        A metric is refused for this reason unless it says `approximate=True`.
        """
        ...

    def sql(self, select: AnySelect) -> str:
        """The text of a statement, as it is run."""
        ...

    def rows(self, select: AnySelect) -> list[tuple[Any, ...]]:
        """The rows of a statement, as Python's int, float, str, list, date and None."""
        ...

    def provide(self, name: str, columns: Mapping[str, list[Any]]) -> None:
        """Make a table of whole numbers and dates, in place of one of that name."""
        ...

    def __enter__(self) -> Self:
        """Open for use in a `with` statement."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close; what was provided is gone."""
        ...


def beyond_range(error: Exception) -> MeasureError:
    """The refusal of a calculation whose result no number of the engine can hold."""
    return MeasureError(
        "number-too-large",
        f"A calculation goes beyond the numbers that can be held: {first_line(error)}",
        hint="Divide before multiplying, or bound the column with minimum and maximum.",
    )


def first_line(error: Exception) -> str:
    """The first line of a driver's message, with a full stop."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].strip()
    return line if line.endswith(".") else f"{line}."
