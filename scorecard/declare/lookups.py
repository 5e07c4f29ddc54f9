"""Checking what sources look up in one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scorecard.declare.python_lines import argument_line
from scorecard.declare.sources import Lookup, Source
from scorecard.declare.suggest import hint
from scorecard.errors import DeclarationError

_Place = tuple[str, str]


def lookup_mistakes(
    sources: Mapping[str, Source], broken: Collection[str] = ()
) -> list[DeclarationError]:
    """One error for every looked-up column that cannot be found.

    Lookups in a source named in `broken` are passed over: its own mistakes come first.
    """
    found: list[DeclarationError] = []
    for source in sources.values():
        for name, column in source.columns.items():
            if column.lookup is not None and column.lookup.source not in broken:
                mistake = _mistake(source, name, column.lookup, sources)
                if mistake is not None:
                    found.append(mistake)
    return found or _circles(sources)


def _mistake(
    source: Source, name: str, lookup: Lookup, sources: Mapping[str, Source]
) -> DeclarationError | None:
    def refuse(code_hint: str | None, message: str, text: str) -> DeclarationError:
        return DeclarationError(
            "lookup-unknown",
            f"The column {name!r} is looked up {message}",
            file=source.file,
            line=_line(source, name, text),
            hint=code_hint,
        )

    other = sources.get(lookup.source)
    if other is None:
        return refuse(
            hint(lookup.source, sources),
            f"in the source {lookup.source!r}, which is not declared.",
            lookup.source,
        )
    if lookup.column is None:
        return _counting_mistake(source, name, lookup, other)
    if lookup.column not in other.columns:
        return refuse(
            hint(lookup.column, other.columns, "It has"),
            f"from the column {lookup.column!r}, which {other.name!r} does not have.",
            lookup.column,
        )
    for by in lookup.by:
        if by not in source.columns:
            return refuse(
                hint(by, source.columns, "It has"),
                f"by the column {by!r}, which {source.name!r} does not have.",
                by,
            )
    wanted = [other.type_of(key) for key in other.key]
    given = [source.type_of(by) for by in lookup.by]
    if wanted != given:
        return DeclarationError(
            "lookup-key-mismatch",
            f"The column {name!r} is looked up by {', '.join(lookup.by)} ({', '.join(given)}), but "
            f"the key of {other.name!r} is {', '.join(other.key)} ({', '.join(wanted)}).",
            file=source.file,
            line=_line(source, name, name),
            hint="Name one column for each column of that key, in its order and of its type.",
        )
    if source.type_of(name) != other.type_of(lookup.column):
        return DeclarationError(
            "type-mismatch",
            f"The column {name!r} is declared as {source.columns[name].type}, but "
            f"{lookup.column!r} of {other.name!r} is {other.columns[lookup.column].type}.",
            file=source.file,
            line=_line(source, name, name),
        )
    return None


def _counting_mistake(
    source: Source, name: str, lookup: Lookup, other: Source
) -> DeclarationError | None:
    """Rows of the other source are counted by columns that a file brings to both sources."""
    for by in lookup.by:
        for one in (source, other):
            if by not in one.landed_columns:
                return DeclarationError(
                    "lookup-unknown",
                    f"The column {name!r} counts rows by {by!r}, which {one.name!r} does not have.",
                    file=source.file,
                    line=_line(source, name, by),
                    hint=hint(by, one.landed_columns, "It has"),
                )
    return None


def _circles(sources: Mapping[str, Source]) -> list[DeclarationError]:
    """One error for each circle of columns that are looked up from one another."""
    needs: dict[_Place, list[_Place]] = {}
    for source in sources.values():
        for name, column in source.columns.items():
            if column.lookup is not None:
                mine = [(source.name, by) for by in column.lookup.by]
                theirs = column.lookup.column
                needs[source.name, name] = (
                    mine if theirs is None else [(column.lookup.source, theirs), *mine]
                )
    found: list[DeclarationError] = []
    done: set[_Place] = set()

    def visit(place: _Place, path: list[_Place]) -> None:
        if place in path:
            circle = path[path.index(place) :]
            source = sources[place[0]]
            found.append(
                DeclarationError(
                    "lookup-circular",
                    "Columns are looked up in a circle: "
                    + " → ".join(f"{one}.{column}" for one, column in (*circle, place))
                    + ".",
                    file=source.file,
                    line=_line(source, place[1], place[1]),
                    hint="Let one of them come from a file.",
                )
            )
        elif place not in done:
            for needed in needs.get(place, []):
                visit(needed, [*path, place])
            done.add(place)

    for place in needs:
        visit(place, [])
    return found


def _line(source: Source, name: str, text: str) -> int:
    """The line of `text` inside the declaration of column `name`, or of the column itself."""
    start = argument_line(source.file, source.line, "columns", name)
    found = argument_line(source.file, source.line, "columns", text)
    return max(start, found)
