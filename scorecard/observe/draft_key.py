"""Guessing which columns tell the rows of a file apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scorecard.observe.draft_names import identifies
from scorecard.observe.draft_types import Guess
from scorecard.observe.profile import Facts, distinct_together, repeated_keys
from scorecard.observe.texts import Texts, texts_source

_TELLING = 20
_AT_MOST, _LOOKED_AT = 5, 12
_LONG = 60


@dataclass(frozen=True)
class Key:
    """The columns of a key, and how sure it is."""

    columns: tuple[str, ...]
    notes: list[str]


def found_key(
    texts: Texts, facts: list[Facts], guessed: dict[str, Guess], names: dict[str, str]
) -> Key:
    """The column, or the fewest columns found, that no two rows share.

    The columns of a key must never be missing, so the guesses of theirs lose their spellings of
    "missing", and their type where two values are one under it.
    """
    rows = texts.rows
    if texts.whole:
        rests = f"all {rows:,} rows" if rows > 1 else "the only row"
    else:
        rests = f"the first {rows:,} rows"
    whole = [one for one in facts if one.filled == rows]

    def order(one: Facts) -> tuple[bool, bool, bool, int]:
        return _order(one, guessed, names)

    alone = sorted((one for one in whole if one.distinct == rows), key=order)
    if alone:
        # That no two things happened in one moment says little.
        others = [
            names[one.column]
            for one in alone[1:6]
            if guessed[one.column].contract.type in ("text", "integer")
        ]
        notes = [f"Unique and never missing in {rests}."]
        if others:
            notes.append(f"GUESS: it is the key. So could be: {', '.join(others)}.")
        kind = guessed[alone[0].column].contract.type
        if kind not in ("text", "integer"):
            notes.append(f"GUESS: a {kind} is seldom a key, but no other column is unique.")
        if rows < _TELLING:
            notes.append("GUESS: that may be chance, with so few rows.")
        key = (alone[0].column,)
    else:
        key, repeats = _together(texts, whole or facts, guessed, names)
        together = "Together unique" if len(key) > 1 else "Unique"
        if repeats:
            notes = [
                "GUESS, to be checked: no columns were found that tell all rows apart. "
                f"{repeats:,} of {rows:,} rows have the key of another row and will be in "
                "quarantine."
            ]
        else:
            notes = [f"GUESS: no column is unique alone. {together} in {rests}."]
        missing = [one for one in facts if one.column in key and one.filled < rows]
        notes += [
            f"{names[one.column]} is missing in {rows - one.filled:,} rows, which will be in "
            "quarantine."
            for one in missing
        ]
    for column in key:
        guess = guessed[column]
        if guess.contract.blank:
            # What would be missing must be a value here.
            guess.contract = replace(guess.contract, type="text", blank=(), formats=())
    source = texts_source({column: guessed[column].contract for column in key}, key)
    raw = rows - distinct_together(texts, key)
    if repeated_keys(texts, source) > raw:
        for column in key:
            guessed[column].contract = replace(guessed[column].contract, type="text", formats=())
    return Key(key, notes)


def _order(
    one: Facts, guessed: dict[str, Guess], names: dict[str, str]
) -> tuple[bool, bool, bool, int]:
    """Short names of things first, then by place in the file; numbers and times last."""
    named = identifies(names[one.column])
    names_things = guessed[one.column].contract.type in ("text", "integer")
    return (not names_things, not named, one.longest > _LONG, int(one.column[1:]))


def _together(
    texts: Texts, facts: list[Facts], guessed: dict[str, Guess], names: dict[str, str]
) -> tuple[tuple[str, ...], int]:
    """Columns that together repeat least, and how many rows they repeat."""

    def measures(one: Facts) -> bool:
        kind = guessed[one.column].contract.type
        few = one.distinct <= max(10, texts.rows // 100)
        return kind == "number" or (kind == "integer" and not few) or one.longest > _LONG

    named = [one for one in facts if not measures(one)]
    # What is told of a thing is often told again later: after its name comes the time.
    ordered = sorted(
        named or facts,
        key=lambda one: (
            not identifies(names[one.column]),
            guessed[one.column].contract.type not in ("fiscal_year", "date", "timestamp"),
            _order(one, guessed, names),
        ),
    )
    key, count = _grown(texts, [one.column for one in ordered[:_LOOKED_AT]])
    if count < texts.rows and len(named) < len(facts):
        ordered = sorted(facts, key=lambda one: (measures(one), -one.distinct))
        wider = _grown(texts, [one.column for one in ordered[:_LOOKED_AT]])
        if wider[1] == texts.rows:
            key, count = wider
    return key, texts.rows - count


def _grown(texts: Texts, columns: list[str]) -> tuple[tuple[str, ...], int]:
    """Columns taken one after the other, each time the one that tells most rows apart."""
    key: list[str] = []
    count = 0
    while len(key) < _AT_MOST and count < texts.rows:
        left = [column for column in columns if column not in key]
        counts = {column: distinct_together(texts, [*key, column]) for column in left}
        best = max(counts, key=lambda column: counts[column], default=None)
        if best is None or counts[best] == count:
            break
        key, count = [*key, best], counts[best]
    for column in list(key):
        fewer = [one for one in key if one != column]
        if fewer and distinct_together(texts, fewer) == count:
            key = fewer
    return tuple(sorted(key, key=columns.index)), count
