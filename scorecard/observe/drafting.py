"""A contract drafted from a file: what its columns seem to be, and what each guess rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from scorecard.declare.draft_text import DraftColumn, DraftSource
from scorecard.declare.organisation import fold
from scorecard.declare.sources import Source
from scorecard.observe import draft_names
from scorecard.observe.contract_sql import CLOCK, OFFSET
from scorecard.observe.draft_key import Key, found_key
from scorecard.observe.draft_names import CLOSING, OPENING, PLANNED, words
from scorecard.observe.draft_splits import draft_splits
from scorecard.observe.draft_types import TIME_OF_DAY, Guess, guesses
from scorecard.observe.profile import Facts, before, between, facts_of, faults, matching
from scorecard.observe.texts import Texts, texts_source

_TIMES = ("timestamp", "date", "fiscal_year")
# With fewer rows, that a value is never missing says little; so do few values that come seldom.
_TELLING, _TELLING_EACH, _CLOSED_LIST, _SHOWN = 20, 20, 5, 8


def drafted(texts: Texts, name: str, file: Path, now: datetime | None = None) -> DraftSource:
    """The source that the file seems to be, called `name`."""
    return _Draft(texts, name, file, now or datetime.now(UTC)).source()


class _Draft:
    def __init__(self, texts: Texts, name: str, file: Path, now: datetime) -> None:
        self.texts, self.name, self.file, self.now = texts, name, file, now
        self.names = draft_names.column_names(texts.headings)
        self.facts = facts_of(texts)
        self.guesses = guesses(texts, self.facts, self.names)

    def source(self) -> DraftSource:
        key = found_key(self.texts, self.facts, self.guesses, self.names)
        columns = [self.column(one, key) for one in self.facts]
        draft = DraftSource(
            self.name,
            self.notes(key),
            columns,
            tuple(self.names[column] for column in key.columns),
            key.notes,
            encoding=self.texts.encoding or "utf-8",
            delimiter=self.texts.delimiter or ",",
        )
        draft_splits(draft, self.texts.rows, self.facts, self.guesses, self.names)
        # A new topic is nothing wrong with a row, so what splits service is no closed list.
        splits = {draft.department, *draft.dimensions.values(), *draft.key}
        for one, column in zip(self.facts, columns, strict=True):
            if column.name not in splits and self.is_closed_list(one, column.contract.type):
                values = sorted(v for v in one.few if v not in column.contract.blank)
                column.contract = replace(column.contract, values=tuple(values))
                column.notes.append("GUESS: no other values are allowed.")
        draft.rules = self.rules()
        return draft

    def notes(self, key: Key) -> list[str]:
        texts = self.texts
        rows = f"{texts.rows:,} rows"
        rests = f"all {rows}" if texts.whole else f"the first {rows}; the others were not looked at"
        notes = [f"Drafted from {self.file.name}: {rests}. Guesses are marked; look at each."]
        if texts.encoding not in (None, "utf-8"):
            notes.append(f"GUESS: the text is {texts.encoding}, since it is not UTF-8.")
        if texts.broken:
            notes.append(
                f"{texts.broken:,} rows could not be taken apart, and will be in quarantine."
            )
        for heading in texts.left_out:
            what = "A column has no heading" if not heading else f"The heading {heading!r} is twice"
            notes.append(f"{what}, so it is left out.")
        typed = {one.column: self.guesses[one.column].contract for one in self.facts}
        event = [one.column for one in self.facts if self.is_event(one)]
        if not event:
            notes.append(
                "No column says when something happened, so that imports need --as-of MOMENT."
            )
        left = faults(texts, texts_source(typed, key.columns))
        for (column, reason), count in left.items():
            where = f"{texts.headings[column]!r}: " if column else ""
            notes.append(f"{count:,} rows will be in quarantine: {where}{reason}.")
        if texts.rows >= _TELLING:
            notes.append(
                "GUESS: a column that is never missing here is required, closing times aside."
            )
        if any(self.is_local(one) for one in self.facts):
            notes.append(
                "GUESS: times without an offset are local to the organisation. Where they are UTC, "
                'say zone="utc".'
            )
        for a, b in self.split_moments():
            notes.append(
                f"GUESS: {texts.headings[a]!r} and {texts.headings[b]!r} look like the day and the "
                "time of one moment, in two columns. One column may hold both: "
                f"timestamp(({texts.headings[a]!r}, {texts.headings[b]!r}), formats=(…))."
            )
        return notes

    def column(self, one: Facts, key: Key) -> DraftColumn:
        guess, name = self.guesses[one.column], self.names[one.column]
        names = () if fold(one.heading) == fold(name) else (one.heading,)
        contract = replace(guess.contract, names=names)
        notes = [self.values_note(one, guess), *guess.notes]
        said, rows = set(words(name)), self.texts.rows
        taken = {v: n for v, n in one.blanks.items() if v in contract.blank}
        others = {v: n for v, n in one.blanks.items() if v not in contract.blank}
        if taken:
            notes.append(f"GUESS: these mean missing: {_spelt(taken)}.")
        if others:
            notes.append(f"If these mean missing, name them in blank=[…]: {_spelt(others)}.")
        if contract.type in ("timestamp", "date") and self.is_planned(one):
            contract = replace(contract, planned=True)
            notes.append("GUESS: planned, so it may lie ahead and does not date the file.")
        never = one.known_under(contract) == rows
        ends = contract.type in ("timestamp", "date") and not said & OPENING
        if one.column in key.columns:
            contract = replace(contract, required=never, blank=())
        elif never and rows >= _TELLING and not ends:
            contract = replace(contract, required=True)
        return DraftColumn(name, contract, [note for note in notes if note])

    def values_note(self, one: Facts, guess: Guess) -> str:
        rows, kind = self.texts.rows, guess.contract.type
        missing = rows - one.known_under(guess.contract)
        if missing == rows:
            return "Always missing."
        said = f"Missing in {missing:,} of {rows:,} rows. " if missing else ""
        if kind in ("integer", "number", *_TIMES):
            extent = between(self.texts, self.typed(one.column), one.column)
            if extent is not None:
                # A time of day that is midnight everywhere, and the offset, say nothing here.
                least, greatest = (each.removesuffix("+00") for each in extent)
                said += f"From {least} to {greatest}."
        elif kind == "text":
            said += f"{one.distinct - len(guess.contract.blank):,} different values"
            if one.distinct < one.filled:
                shown = [
                    f"{_cut(value)} ({count:,})"
                    for value, count in one.few.items()
                    if value not in guess.contract.blank
                ]
                more = one.distinct - len(guess.contract.blank) > _SHOWN
                said += f": {', '.join(shown[:_SHOWN])}{', …' if more else ''}"
            said += "" if said.endswith("…") else "."
        return said

    def typed(self, *columns: str) -> Source:
        return texts_source({column: self.guesses[column].contract for column in columns})

    def is_event(self, one: Facts) -> bool:
        return self.guesses[one.column].contract.type in _TIMES and not self.is_planned(one)

    def is_local(self, one: Facts) -> bool:
        """Whether it holds instants of which some are written without an offset."""
        if self.guesses[one.column].contract.type != "timestamp":
            return False
        return matching(self.texts, one.column, f".*{CLOCK}{OFFSET}") < one.known

    def is_planned(self, one: Facts) -> bool:
        if not PLANNED.isdisjoint(words(self.names[one.column])):
            return True
        if self.guesses[one.column].contract.type == "fiscal_year":
            return False
        extent = between(self.texts, self.typed(one.column), one.column)
        return extent is not None and extent[1] > str(self.now + timedelta(days=2))

    def is_closed_list(self, one: Facts, kind: str) -> bool:
        return (
            kind == "text"
            and 2 <= one.distinct <= _CLOSED_LIST
            and one.known >= _TELLING_EACH * one.distinct
            and one.longest <= 30
            and not one.control
        )

    def split_moments(self) -> list[tuple[str, str]]:
        """Columns of days, each with the column of times of day whose heading begins alike."""
        found: list[tuple[str, str]] = []
        days = [one for one in self.facts if self.guesses[one.column].contract.type == "date"]
        for day, one in product(days, self.facts):
            stem = _stem(self.names[day.column])
            if self.guesses[one.column].contract.type != "text" or not one.known or one == day:
                continue
            alike = _stem(self.names[one.column]) == stem
            if alike and matching(self.texts, one.column, TIME_OF_DAY) == one.known:
                found.append((day.column, one.column))
        return found

    def rules(self) -> list[tuple[str, str, str, str, str]]:
        found: list[tuple[str, str, str, str, str]] = []
        times = [one for one in self.facts if self.is_event(one)]
        opened = [one for one in times if not OPENING.isdisjoint(words(self.names[one.column]))]
        closed = [one for one in times if not CLOSING.isdisjoint(words(self.names[one.column]))]
        for start, end in product(opened, closed):
            kinds = {self.guesses[one.column].contract.type for one in (start, end)}
            if start == end or len(kinds) > 1:
                continue
            source = self.typed(start.column, end.column)
            known, wrong = before(self.texts, source, end.column, start.column)
            if not known:
                continue
            first, last = self.names[start.column], self.names[end.column]
            code = f"{last}-before-{first}".replace("_", "-")
            reason = f"{end.heading.strip()} lies before {start.heading.strip()}."
            note = f"{wrong:,} of {known:,} rows that have both break it."
            found.append((code, last, first, reason, note))
        return found


def _stem(name: str) -> str:
    return "_".join(word for word in words(name) if word not in draft_names.TIME)


def _spelt(values: dict[str, int]) -> str:
    return ", ".join(f"{value!r} ({count:,})" for value, count in values.items())


def _cut(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
