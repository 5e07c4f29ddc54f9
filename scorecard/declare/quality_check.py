"""Checking what a contract says of quality: near duplicates, aliases, mends, how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scorecard.declare.organisation import fold
from scorecard.declare.python_lines import argument_line
from scorecard.declare.quality import seconds_of
from scorecard.declare.sources import ColumnContract, SourceDeclaration
from scorecard.declare.suggest import hint
from scorecard.errors import DeclarationError


def quality_mistakes(declared: SourceDeclaration) -> Iterator[DeclarationError]:
    """Every mistake in `near_duplicates`, `aliases`, `mends`, `steady` and `expected_every`."""

    def refuse(
        code: str, message: str, argument: str, text: str | None = None, mend: str | None = None
    ) -> DeclarationError:
        line = argument_line(declared.file, declared.line, argument, text)
        return DeclarationError(code, message, file=declared.file, line=line, hint=mend)

    def unknown(columns: Iterable[str], argument: str) -> Iterator[DeclarationError]:
        for name in columns:
            if name not in declared.columns:
                yield refuse(
                    "column-unknown",
                    f"{argument} names the column {name!r}, which is not there.",
                    argument,
                    name,
                    hint(name, declared.columns, "There are"),
                )
            elif declared.columns[name].lookup is not None:
                yield refuse(
                    "column-not-in-file",
                    f"{argument} names the column {name!r}, which is looked up in another source.",
                    argument,
                    name,
                    "Take a column that files bring.",
                )

    for near in declared.near_duplicates:
        wrong = [*unknown((*near.columns, near.at), "near_duplicates")]
        yield from wrong
        if not near.columns:
            yield refuse("near-unclear", "near() names no column.", "near_duplicates")
        if not wrong and declared.columns[near.at].type not in ("timestamp", "date"):
            yield refuse(
                "near-unclear",
                f"near() takes its time from {near.at!r}, which is no timestamp or date.",
                "near_duplicates",
                near.at,
            )
        if not seconds_of(near.within):
            yield refuse(
                "span-unreadable",
                f"{near.within!r} is no span of time.",
                "near_duplicates",
                near.within,
                'Write it as "1 day" or "2 hours".',
            )
    if declared.expected_every is not None and not seconds_of(declared.expected_every):
        yield refuse(
            "span-unreadable",
            f"{declared.expected_every!r} is no span of time.",
            "expected_every",
            mend='Write it as "7 days".',
        )
    volume, mix = declared.steady.volume, declared.steady.mix
    if (volume is not None and volume <= 1) or (mix is not None and not 0 < mix <= 100):
        yield refuse(
            "steady-out-of-range",
            "steady() takes a volume above 1 and a mix from 0 to 100 percentage points.",
            "steady",
        )
    for name, column in declared.columns.items():
        for problem in _aliases(column):
            yield refuse("alias-unclear", f"The column {name!r}: {problem}", "columns", name)
    taken: dict[tuple[str, str], str] = {}
    for mend in declared.mends:
        yield from unknown([mend.column], "mends")
        if mend.column in declared.columns and declared.columns[mend.column].parts > 1:
            yield refuse(
                "mend-unclear",
                f"The column {mend.column!r} is put together from several headings, and a mend "
                "replaces the value of one.",
                "mends",
                mend.column,
                "Correct it where the file is made.",
            )
        for old, new in mend.values:
            if taken.setdefault((mend.column, old.strip()), new) != new:
                yield refuse(
                    "mend-unclear",
                    f"{old!r} in the column {mend.column!r} is replaced by two values.",
                    "mends",
                    old,
                )
            if not old.strip():
                yield refuse(
                    "mend-unclear",
                    f"A missing value in the column {mend.column!r} cannot be replaced.",
                    "mends",
                    mend.column,
                )


def _aliases(column: ColumnContract) -> Iterator[str]:
    standard = {fold(value): value for value, _ in column.aliases}
    claimed: dict[str, str] = {}
    for value, spellings in column.aliases:
        if column.values and value not in column.values:
            yield f"the aliases lead to {value!r}, which is not among its values."
        for spelling in map(fold, spellings):
            other = standard.get(spelling, claimed.setdefault(spelling, value))
            if other != value:
                yield f"{spelling!r} is an alias of {value!r} and stands for {other!r} too."
