"""Which heading of a file holds which column of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scorecard.declare.organisation import fold
from scorecard.declare.sources import ColumnContract, Source
from scorecard.declare.suggest import nearest
from scorecard.errors import ImportRefused

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Headings:
    """`names` as the file has them, the position of each column found, and what is left over."""

    names: tuple[str, ...]
    positions: dict[str, int]
    extra: tuple[str, ...]

    def of(self, column: str) -> str:
        """The heading under which the file holds a column, or the column's own name."""
        position = self.positions.get(column)
        return column if position is None else self.names[position]


def spellings(name: str, column: ColumnContract) -> list[str]:
    """The folded headings that mean this column, in the order in which they are tried."""
    return [fold(heading) for heading in (*column.names, name)]


def resolve(source: Source, names: Sequence[str], file: Path, line: int) -> Headings:
    """The headings of a delimited file, which stand on `line`.

    Raises ImportRefused `column-missing` and `header-duplicate`.
    """
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        places.setdefault(fold(name), []).append(position)
    positions: dict[str, int] = {}
    for name, column in source.landed_columns.items():
        heading = next((each for each in spellings(name, column) if each in places), None)
        if heading is None:
            continue
        if len(places[heading]) > 1:
            first, second, *_ = places[heading]
            raise ImportRefused(
                "header-duplicate",
                f"The heading {names[first]!r} stands over two columns, "
                f"number {first + 1} and number {second + 1}.",
                file=file,
                line=line,
                hint=f"Rename or take out the one that is not the column {name!r}.",
            )
        positions[name] = places[heading][0]
    taken = set(positions.values())
    extra = tuple(name for position, name in enumerate(names) if position not in taken)
    require(source, set(positions), extra, file, line)
    return Headings(tuple(names), positions, extra)


def require(
    source: Source, found: set[str], extra: Sequence[str], file: Path, line: int | None
) -> None:
    """Refuse `column-missing` where a column that is not optional was not found."""
    missing = [
        name
        for name, column in source.landed_columns.items()
        if name not in found and (not column.optional or name in source.key)
    ]
    if not missing:
        return
    name = missing[0]
    headings = list(dict.fromkeys([*source.columns[name].names, name]))
    near = next(filter(None, (nearest(heading, extra) for heading in headings)), None)
    others = f" Also missing: {', '.join(missing[1:])}." if len(missing) > 1 else ""
    if near:
        hint = f"Is it {near!r}? Then add that heading to the column's names in the contract."
    elif extra:
        hint = f"Left over are {', '.join(extra[:12])}{' …' if len(extra) > 12 else ''}."
    else:
        hint = "Declare it optional=True if files may lack it."
    raise ImportRefused(
        "column-missing",
        f"No heading for the column {name!r} "
        f"(looked for {', '.join(repr(heading) for heading in headings)}).{others}",
        file=file,
        line=line,
        hint=hint,
    )


def other_delimiter(source: Source, text: str, delimiter: str) -> str | None:
    """The delimiter that would part this line of headings into the contract's columns, if any."""
    wanted = {heading for n, c in source.landed_columns.items() for heading in spellings(n, c)}
    best, most = None, len(wanted & {fold(part.strip(' "')) for part in text.split(delimiter)})
    for candidate in DELIMITERS:
        parts = {fold(part.strip(' "')) for part in text.split(candidate)}
        if len(wanted & parts) > most:
            best, most = candidate, len(wanted & parts)
    return best
