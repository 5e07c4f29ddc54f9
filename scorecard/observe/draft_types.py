"""Guessing what type a column has, from all of its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scorecard.declare.sources import ColumnContract
from scorecard.observe.contract_sql import CLOCK, DAY, FISCAL_YEAR, NO, OFFSET, YES
from scorecard.observe.draft_names import FLAG, TIME, identifies, words
from scorecard.observe.draft_times import forms_of
from scorecard.observe.profile import Facts, matching, read_as, some_values
from scorecard.observe.texts import Texts

_MIDNIGHT = rf"{DAY}([T ]00:00(:00(\.0+)?)?)?"
TIME_OF_DAY = r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[AaPp]\.?[Mm]\.?)?"
_SAMPLE = 500


@dataclass
class Guess:
    """A column's contract, without names, and what was found on the way to it."""

    contract: ColumnContract
    notes: list[str] = field(default_factory=list[str])


def guesses(texts: Texts, facts: list[Facts], names: dict[str, str]) -> dict[str, Guess]:
    """By column the type that reads all its values; text where no other does."""
    read = _read_as_each(texts, facts)
    return {one.column: _guess(texts, one, words(names[one.column]), read) for one in facts}


def _read_as_each(texts: Texts, facts: list[Facts]) -> Callable[[Facts, str], bool]:
    """Tells whether all values of a column, blanks aside, are of a type without more ado."""
    kinds = ("boolean", "fiscal_year", "integer", "number", "date", "timestamp")
    counts = {
        kind: read_as(
            texts,
            {one.column: ColumnContract(kind, blank=tuple(one.blanks)) for one in facts},
        )
        for kind in kinds
    }
    return lambda one, kind: one.known > 0 and counts[kind][one.column] == one.known


def _guess(texts: Texts, one: Facts, said: list[str], reads: Callable[[Facts, str], bool]) -> Guess:
    blank = tuple(one.blanks)
    values = {value.lower() for value in one.few if value not in one.blanks}
    flag = not FLAG.isdisjoint(said)
    if not blank and reads(one, "boolean") and (flag or not values & {"0", "1"}):
        yes = ", ".join(value for value in one.few if value.lower() in YES) or "none"
        no = ", ".join(value for value in one.few if value.lower() in NO) or "none"
        return Guess(ColumnContract("boolean"), [f"Yes is written {yes}; no, {no}."])
    if not blank and reads(one, "fiscal_year") and _all(texts, one, FISCAL_YEAR):
        return Guess(ColumnContract("fiscal_year"))
    if reads(one, "number"):
        return _numeric(texts, one, said, reads(one, "integer"))
    if reads(one, "timestamp"):
        return _iso(texts, one, reads(one, "date"))
    found = _written_times(texts, one)
    if found is not None:
        return found
    notes: list[str] = []
    if one.known and _all(texts, one, r"[-+]?[$€£]? ?\d{1,3}(,\d{3})*(\.\d+)? ?%?"):
        notes.append(
            "These look like numbers with signs that a number cannot have here ($ , %), so they "
            "are text. Have them written like 1234.5 to calculate with them."
        )
    return Guess(ColumnContract("text", blank=one.text_blanks), notes)


def _numeric(texts: Texts, one: Facts, said: list[str], whole: bool) -> Guess:
    text = ColumnContract("text", blank=one.text_blanks)
    if one.zeros:
        shown = next((value for value in one.few if value.startswith("0") and value != "0"), None)
        example = f", as {shown}" if shown else ""
        note = f"Numbers with zeros in front ({one.zeros:,} rows{example}): text, to keep them."
        return Guess(text, [note])
    if whole and one.longest == 8 and not TIME.isdisjoint(said):
        found = _written_times(texts, one)
        if found is not None:
            return found
    if whole and identifies("_".join(said)):
        return Guess(text, ["Whole numbers that name something, by the heading: text."])
    blank = tuple(one.blanks)
    if not whole:
        return Guess(ColumnContract("number", blank=blank))
    if not _all(texts, one, r"[-+]?\d+"):
        note = "All are whole, written with decimals (1.0). If they always are: integer()."
        return Guess(ColumnContract("number", blank=blank), [note])
    return Guess(ColumnContract("integer", blank=blank))


def _iso(texts: Texts, one: Facts, days: bool) -> Guess:
    blank = tuple(one.blanks)
    if days and _all(texts, one, _MIDNIGHT):
        return Guess(ColumnContract("date", blank=blank))
    notes: list[str] = []
    with_offset = matching(texts, one.column, f"{DAY}{CLOCK}{OFFSET}")
    if 0 < with_offset < one.known:
        notes.append(f"{with_offset:,} of {one.known:,} have an offset.")
    return Guess(ColumnContract("timestamp", blank=blank), notes)


def _written_times(texts: Texts, one: Facts) -> Guess | None:
    values = some_values(texts, one.column, one.blanks, _SAMPLE)
    if not values or not any(c.isdigit() for c in values[0]) or one.longest > 40:
        return None
    forms = forms_of(texts, values)
    if forms is None:
        return None
    days = not any("H" in form or "I" in form for form in forms.patterns)
    contract = ColumnContract(
        "date" if days else "timestamp", blank=tuple(one.blanks), formats=forms.patterns
    )
    if read_as(texts, {one.column: contract})[one.column] < one.known:
        return None
    notes: list[str] = []
    if forms.other is not None:
        order, patterns = forms.other
        other = replace(contract, formats=patterns)
        if read_as(texts, {one.column: other})[one.column] == one.known:
            notes.append(
                f"GUESS, to be checked: the order is {forms.order}. All values can be read as "
                f"{order} too, with formats={list(patterns)}."
            )
    return Guess(contract, notes)


def _all(texts: Texts, one: Facts, pattern: str) -> bool:
    """Whether all values that are not blank match."""
    if not one.known:
        return False
    alternatives = [pattern, *(_escaped(spelling) for spelling in one.blanks)]
    return matching(texts, one.column, "|".join(f"({each})" for each in alternatives)) == one.filled


def _escaped(spelling: str) -> str:
    return "".join(c if c.isalnum() else f"\\{c}" if c.isascii() else c for c in spelling)
