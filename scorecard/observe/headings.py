"""Which heading of a file holds which column of the contract."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice, takewhile
from pathlib import Path

from scorecard.declare.organisation import fold
from scorecard.declare.sources import ColumnContract, Source
from scorecard.declare.suggest import nearest
from scorecard.errors import ImportRefused

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Headings:
    """`names` as the file has them, the position of each part found, and what is left over.

    A column has one part, called as the column is, or several that hold its value between them.
    """

    names: tuple[str, ...]
    positions: dict[str, int]
    extra: tuple[str, ...]

    def of(self, column: str) -> str:
        """The heading under which the file holds a column, or the column's own name.

        Where it is held under several, all of them.
        """
        found = takewhile(self.positions.__contains__, _parts(column))
        return " and ".join(self.names[self.positions[part]] for part in found) or column


def parts(name: str, column: ColumnContract) -> list[str]:
    """What the parts of a column are called, from which its value is joined; mostly its name."""
    return list(islice(_parts(name), column.parts))


def _parts(name: str) -> Iterator[str]:
    """No column has a blank in its name."""
    return (name if number == 1 else f"{name} {number}" for number in count(1))


def joined(values: Sequence[str | None]) -> str | None:
    """What a file holds of a column, from the values of its parts."""
    return " ".join(filter(None, values)) or next(iter(values), None)


def found_parts(name: str, column: ColumnContract, folded: Container[str]) -> dict[str, str]:
    """The folded heading of each part of a column, of the first spelling the file has in whole."""
    for spelling in (*column.names, name):
        headings = [fold(one) for one in ((spelling,) if isinstance(spelling, str) else spelling)]
        if all(heading in folded for heading in headings):
            return dict(zip(_parts(name), headings, strict=False))
    return {}


def resolve(source: Source, names: Sequence[str], file: Path, line: int) -> Headings:
    """The headings of a delimited file, which stand on `line`.

    Raises ImportRefused `column-missing` and `header-duplicate`.
    """
    places: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        places.setdefault(fold(name), []).append(position)
    positions: dict[str, int] = {}
    for name, column in source.landed_columns.items():
        for part, heading in found_parts(name, column, places).items():
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
            positions[part] = places[heading][0]
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
    column = source.columns[name]
    near = next(filter(None, (nearest(one, extra) for one in (*column.headings, name))), None)
    looked_for = [
        repr(spelling) if isinstance(spelling, str) else " and ".join(map(repr, spelling))
        for spelling in dict.fromkeys([*column.names, name])
    ]
    others = f" Also missing: {', '.join(missing[1:])}." if len(missing) > 1 else ""
    if near:
        hint = f"Is it {near!r}? Then add that heading to the column's names in the contract."
    elif extra:
        hint = f"Left over are {', '.join(extra[:12])}{' …' if len(extra) > 12 else ''}."
    else:
        hint = "Declare it optional=True if files may lack it."
    raise ImportRefused(
        "column-missing",
        f"No heading for the column {name!r} (looked for {', '.join(looked_for)}).{others}",
        file=file,
        line=line,
        hint=hint,
    )


def other_delimiter(source: Source, text: str, delimiter: str) -> str | None:
    """The delimiter that would part this line of headings into the contract's columns, if any."""
    wanted = {
        fold(heading) for n, c in source.landed_columns.items() for heading in (*c.headings, n)
    }
    best, most = None, len(wanted & {fold(part.strip(' "')) for part in text.split(delimiter)})
    for candidate in DELIMITERS:
        parts = {fold(part.strip(' "')) for part in text.split(candidate)}
        if len(wanted & parts) > most:
            best, most = candidate, len(wanted & parts)
    return best
