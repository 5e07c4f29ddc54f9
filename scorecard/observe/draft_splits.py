"""Guessing by which columns service is split: the department, the topic, the channel, the team."""

from __future__ import annotations

from scorecard.declare.draft_text import DraftSource
from scorecard.observe.draft_names import DEPARTMENT, DIMENSIONS
from scorecard.observe.draft_types import Guess
from scorecard.observe.profile import Facts

_MOST = 300
_SOME, _SHOWN = 30, 8


def draft_splits(
    draft: DraftSource,
    rows: int,
    facts: list[Facts],
    guessed: dict[str, Guess],
    names: dict[str, str],
) -> None:
    """Give the draft its department and its dimensions, by headings and by how many values are."""
    split = {
        names[one.column]: one
        for one in facts
        if guessed[one.column].contract.type == "text"
        and 2 <= one.distinct <= min(_MOST, max(2, rows // 2))
        and names[one.column] not in draft.key
    }
    department = _called(split, DEPARTMENT)
    if department is not None:
        spelt = ", ".join(list(split[department].few)[:_SHOWN])
        more = " …" if split[department].distinct > _SHOWN else ""
        draft.department = department
        draft.department_notes = [
            "GUESS, by its name. organisation.toml must know each of its spellings as the id, name "
            f"or alias of a department: {spelt}{more}"
        ]
    for dimension, called in DIMENSIONS.items():
        column = _called(
            {n: f for n, f in split.items() if n not in {department, *draft.dimensions.values()}},
            called,
        )
        if column is not None:
            clash = dimension in names.values() and dimension != column
            draft.dimensions[column if clash else dimension] = column
    if draft.dimensions:
        draft.dimension_notes.append("GUESS, by names: what standards may ask for with where.")
    others = [
        name
        for name, one in split.items()
        if name not in {department, *draft.dimensions.values()} and one.distinct <= _SOME
    ]
    if others:
        draft.dimension_notes.append(f"Columns with few values besides: {', '.join(others)}.")


def _called(columns: dict[str, Facts], called: tuple[str, ...]) -> str | None:
    """The column whose name is one of these, or else ends or begins with one."""
    for test in (
        lambda name, word: name == word,
        lambda name, word: name.endswith(f"_{word}"),
        lambda name, word: name.startswith(f"{word}_"),
    ):
        for word in called:
            found = next((name for name in columns if test(name, word)), None)
            if found is not None:
                return found
    return None
