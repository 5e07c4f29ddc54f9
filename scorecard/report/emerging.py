"""What is emerging: topics, channels, places and departments that depart from their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scorecard.declare.aggregates import Count
from scorecard.declare.metrics import Metric
from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import CYCLES, GRAINS, Grain, Period
from scorecard.errors import ScorecardError
from scorecard.judge.emerging import Emerging, Entry, Untested, emerging
from scorecard.report.emerging_series import Subject, watched
from scorecard.report.emerging_words import (
    counted_how,
    entry_sentence,
    look_at,
    parts_sentence,
    summary_sentence,
    untested_notes,
)
from scorecard.report.history import last_ended
from scorecard.report.opened import Opened
from scorecard.report.phrases import period_words
from scorecard.report.rows import known


@dataclass(frozen=True)
class EmergingLine:
    """One thing that departs from its history.

    sentence   what it is, in plain words
    look       what to do about it
    command    the arguments of the command that shows more
    parts      topics, channels, places of the same department and metric that depart the same way
    also       those parts in one sentence; empty where there are none
    """

    subject: Subject
    entry: Entry
    sentence: str
    look: str
    command: tuple[str, ...]
    parts: tuple[EmergingLine, ...] = ()
    also: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object of `emerging --format json`: shares in percent, volumes in cases."""
        subject, entry = self.subject, self.entry
        scale = 1 if subject.volume else 100
        return {
            "kind": str(entry.kind),
            "problem": entry.kind.problem,
            "sentence": self.sentence,
            "look": self.look,
            "department": subject.department,
            "by": subject.by,
            "value": subject.value,
            "metric": subject.metric.name,
            "standard": subject.standard,
            "period": subject.period.start.isoformat(),
            "grain": subject.period.grain,
            "unit": "count" if subject.volume else "percent",
            "observed": scale * entry.observed,
            "expected": scale * entry.expected,
            "usual_low": scale * entry.usual.lower,
            "usual_high": scale * entry.usual.upper,
            "n": entry.observed if entry.of is None else entry.of,
            "excess": entry.excess,
            "excess_low": entry.excess_between.lower,
            "excess_high": entry.excess_between.upper,
            "p": entry.p,
            "q": entry.q,
            "running": entry.running,
            "running_at_least": entry.running_at_least,
            "season": entry.season,
            "history": entry.history,
            "command": list(self.command),
            "parts": [part.as_json() for part in self.parts],
        }


@dataclass(frozen=True)
class EmergingPage:
    """What is emerging in an organisation, or in one of its departments.

    problems    more work or worse service, the greatest effect on customers first
    changes     less work or better service, likewise
    tested      how many rows of figures were tested, which q corrects for
    untested    how many were not, by reason
    periods     the periods that were tested, in words
    summary     one sentence on all of it
    notes       sentences on what was not tested and how volumes are counted
    synthetic   whether the records are made up
    """

    organisation: str
    problems: tuple[EmergingLine, ...]
    changes: tuple[EmergingLine, ...]
    tested: int
    untested: Mapping[Untested, int]
    periods: tuple[str, ...]
    summary: str
    notes: tuple[str, ...]
    synthetic: bool


@dataclass(frozen=True)
class Departures:
    """What departs from its own history in all of an organisation, as it was found.

    subjects     of every row of figures that was looked at
    incomplete   periods that were asked for and that the records do not know whole
    """

    organisation: Organisation
    subjects: tuple[Subject, ...]
    found: Emerging
    incomplete: tuple[Period, ...]


def departures(opened: Opened, period: str | Period | None = None) -> Departures:
    """What departs in `period` as people write it; without one, in the last complete periods.

    A Period stands for the last period of each grain that had ended when it ended. Raises
    `period-unreadable` where it names no period.
    """
    declarations = opened.declarations
    facts = known(declarations, opened.ledger)
    series, incomplete = watched(declarations, facts, _asked(opened, period))
    subjects = tuple(one.key for one in series)
    return Departures(declarations.organisation, subjects, emerging(series), tuple(incomplete))


def emerging_page(departures: Departures, department: str | None = None) -> EmergingPage:
    """The page of the organisation, or of what concerns one department.

    A department's rows are tested among those of all: what is on its page is on the other too.
    """
    found, entries = departures.found, departures.found.entries
    subjects = departures.subjects
    untested = {reason: len(keys) for reason, keys in found.untested.items()}
    if department is not None:
        entries = tuple(each for each in entries if each.key.department == department)
        subjects = tuple(each for each in subjects if each.department == department)
        counts = {
            reason: sum(key.department == department for key in keys)
            for reason, keys in found.untested.items()
        }
        untested = {reason: count for reason, count in counts.items() if count}
    tested = len(subjects) - sum(untested.values())
    lines = _folded([_line(entry) for entry in _once(entries)])
    problems = tuple(line for line in lines if line.entry.kind.problem)
    periods = tuple(
        period_words(one) for one in sorted({subject.period for subject in subjects}, key=_latest)
    )
    return EmergingPage(
        organisation=departures.organisation.name,
        problems=problems,
        changes=tuple(line for line in lines if not line.entry.kind.problem),
        tested=tested,
        untested=untested,
        periods=periods,
        summary=summary_sentence(len(problems), len(lines) - len(problems), tested, periods),
        notes=(*untested_notes(untested, departures.incomplete), *_seasons(lines), *_bases(lines)),
        synthetic=departures.organisation.synthetic,
    )


def _asked(opened: Opened, period: str | Period | None) -> dict[Grain, date] | None:
    """The period by the grains it can mean: `2026-07` is a month, and begins a quarter too."""
    if period is None:
        return None
    used = {standard.period for standard in opened.declarations.standards.values()}
    if isinstance(period, Period):
        return {grain: last_ended(period, grain).start for grain in GRAINS if grain in used}
    found: dict[Grain, date] = {}
    refused: ScorecardError | None = None
    for grain in GRAINS:
        if grain not in used:
            continue
        try:
            found[grain] = opened.period(period, grain)
        except ScorecardError as error:
            refused = error
    if not found and refused is not None:
        raise refused
    return found


def _latest(period: Period) -> tuple[int, date]:
    return list(GRAINS).index(period.grain), period.start


def _line(entry: Entry) -> EmergingLine:
    subject: Subject = entry.key
    return EmergingLine(
        subject, entry, entry_sentence(subject, entry), look_at(entry), _command(subject)
    )


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Without those that say of the same cases what one before them says.

    Two metrics may come to one figure, as shares closed and kept on time where nothing is open.
    """
    seen: set[tuple[object, ...]] = set()
    kept: list[Entry] = []
    for entry in entries:
        subject: Subject = entry.key
        place = subject.department, subject.by, subject.value, subject.period
        said = *place, entry.kind, entry.observed, entry.of
        if said not in seen:
            seen.add(said)
            kept.append(entry)
    return kept


def _folded(lines: list[EmergingLine]) -> list[EmergingLine]:
    """Each part under its department's line of the same metric and kind, where there is one."""
    parts: dict[tuple[object, ...], list[EmergingLine]] = defaultdict(list)
    wholes = {_whole(line) for line in lines if line.subject.by is None}
    for line in lines:
        if line.subject.by is not None and _whole(line) in wholes:
            parts[_whole(line)].append(line)
    folded: list[EmergingLine] = []
    for line in lines:
        below = parts.get(_whole(line), [])
        if line.subject.by is None:
            also = parts_sentence([(part.subject, part.entry) for part in below])
            folded.append(replace(line, parts=tuple(below), also=also))
        elif not below:
            folded.append(line)
    return folded


def _whole(line: EmergingLine) -> tuple[object, ...]:
    subject = line.subject
    return (
        *(subject.metric.name, subject.department, subject.period, subject.volume),
        line.entry.kind,
    )


def _command(subject: Subject) -> tuple[str, ...]:
    period = subject.period.start.isoformat()
    whose = ("--department", subject.department) if subject.department else ()
    if subject.own or subject.by is None:
        return ("explain", subject.standard, *whose, "--period", period)
    return ("show", "--standard", subject.standard, *whose, "--by", subject.by, "--period", period)


def _seasons(lines: list[EmergingLine]) -> list[str]:
    seasonal = [line for line in lines if line.subject.period.grain in CYCLES]
    without = [line for line in seasonal if not line.entry.season]
    if not without:
        return []
    if len(without) == len(seasonal):
        return ["The season could not be allowed for: that takes two years of records."]
    return [
        "Where “usual” is said without a time of year, the season could not be allowed for: that "
        "takes two years of records."
    ]


def _bases(lines: list[EmergingLine]) -> list[str]:
    """How volumes are counted, where no metric counts all rows."""
    shares = {
        line.subject.metric: line.subject
        for line in lines
        if line.subject.volume
        and isinstance(line.subject.metric, Metric)
        and not isinstance(line.subject.metric.aggregate, Count)
    }
    return [counted_how(subject) for subject in shares.values()]
