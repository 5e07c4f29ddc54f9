"""What an engine is: the small interface behind which the same statements run elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import sqlalchemy as sa

AnySelect = sa.Select[*tuple[Any, ...]]


class Engine(Protocol):
    """Holds each source's rows under the source's name, and answers statements over them.

    A source's table has the contract's columns, in the types of `SQL_TYPES`, and `_department`.
    """

    @property
    def name(self) -> str:
        """Which engine it is, as a run of measuring records it."""
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
