"""What is emerging, in sentences for people who do not know statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Period
from scorecard.judge.emerging import Entry, Kind, Untested
from scorecard.judge.rounding import shown
from scorecard.report.emerging_series import Subject
from scorecard.report.phrases import counted, grain_words, listed, period_words

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# Parts that are named under a whole.
_NAMED = 4
_MOMENT = re.compile(r"_(?:at|on|date|time)$")


def entry_sentence(subject: Subject, entry: Entry) -> str:
    """`Pothole in Public Works: 412 requests opened in July 2026 where 260 to 330 would be usual
    for July; about 120 more than usual, the second month running.`"""
    within = "on" if subject.period.grain == "day" else "in"
    when = f"{within} {period_words(subject.period)}"
    usual = f"would be usual{_season(subject, entry)}"
    if subject.volume:
        low, high = (f"{end:,.0f}" for end in entry.usual)
        if low == "0":
            range_ = "none" if high == "0" else f"at most {high}"
        else:
            range_ = low if low == high else f"{low} to {high}"
        what = f"{entry.observed:,.0f} {cases(subject)} {when} where {range_} {usual}"
        more = "more" if entry.kind is Kind.VOLUME_UP else "fewer"
        effect = f"about {about(entry.excess)} {more} than usual"
    else:
        low, high = (shown(100 * end, "percent") for end in entry.usual)
        range_ = low if low == high else f"{low} to {high}"
        observed = shown(100 * entry.observed, "percent")
        what = (
            f"“{subject.metric.title}” was {observed} % (n = {entry.of:,.0f}) {when} "
            f"where {range_} % {usual}"
        )
        more = "more" if entry.kind is Kind.SERVICE_WORSE else "fewer"
        size = about(entry.excess)
        were = "was" if size in ("1", "one") else "were"
        effect = f"about {size} {more} than usual {were} served badly"
    return f"{subject.name}: {what}; {effect}{_running(subject, entry)}."


def parts_sentence(parts: Sequence[tuple[Subject, Entry]]) -> str:
    """`Also in Pothole (about 180), channel Phone (about 130) and 3 more.`; empty without parts."""
    if not parts:
        return ""
    first = [
        f"{subject.value_name} (about {about(entry.excess)})" for subject, entry in parts[:_NAMED]
    ]
    rest = len(parts) - len(first)
    return f"Also in {listed([*first, f'{rest:,} more'] if rest else first)}."


def look_at(entry: Entry) -> str:
    """What to do about it, one sentence."""
    match entry.kind:
        case Kind.VOLUME_UP:
            return (
                "Look at what the new ones have in common, and whether there are people and means "
                "for them."
            )
        case Kind.VOLUME_DOWN:
            return "Look whether fewer people need it, fewer get through, or records are missing."
        case Kind.SERVICE_WORSE:
            return "Look at the cases behind it, and at what changed in how they are handled."
        case Kind.SERVICE_BETTER:
            return "Look at what was done differently, and whether it can be kept."


def counted_how(subject: Subject) -> str:
    """How a volume is counted that no metric counts by itself."""
    return (
        f"{cases(subject)[:1].upper()}{cases(subject)[1:]} are those out of which "
        f"“{subject.metric.title}” is a share; others of them are not counted here."
    )


def cases(subject: Subject) -> str:
    """`requests opened`, `requests due`, `calls`: what a volume counts, and by which day."""
    metric = subject.metric
    assert isinstance(metric, Metric)
    source = metric.source.replace("_", " ")
    noun = source if source.endswith("s") else f"{source} records"
    when = _MOMENT.sub("", metric.at)
    return noun if when in ("date", "day", "time", "at", "on") else f"{noun} {when}"


def about(number: float) -> str:
    """A size without a sign, to two figures where it has more."""
    size = abs(number)
    digits = max(0, len(f"{size:.0f}") - 2)
    rounded = round(size / 10**digits) * 10**digits
    return f"{rounded:,}" if rounded else "one"


def _season(subject: Subject, entry: Entry) -> str:
    period = subject.period
    if not entry.season:
        return ""
    match period.grain:
        case "month":
            return f" for {period_words(period).split()[0]}"
        case "day":
            return " for the day of the week"
        case _:
            return " for the time of year"


def _running(subject: Subject, entry: Entry) -> str:
    if entry.running < 2:
        return ""
    least = "at least " if entry.running_at_least else ""
    unit = grain_words(subject.period.grain, 1)
    return f", {least}the {_ORDINALS[entry.running - 1]} {unit} running"


def summary_sentence(problems: int, changes: int, tested: int, periods: Sequence[str]) -> str:
    """One sentence on all that was found in `periods` among the rows tested."""
    if not tested:
        return "Nothing could be tested against its own history."
    when = f" in {listed(periods)}" if periods else ""
    rows = counted(tested, "row of figures", "rows of figures")
    if not problems and not changes:
        return f"Nothing departs from its own history{when}: {rows} tested."
    words = [f"{counted(problems, 'problem')} emerging"] if problems else []
    if changes:
        words.append(f"{counted(changes, 'row')} with less work or better service than usual")
    return f"{listed(words)}{when}: {rows} tested, each against its own history."


_REASONS = {
    Untested.TOO_SHORT: "their history has fewer than twelve periods",
    Untested.NO_LATEST: "they have no figure in the period",
    Untested.TOO_FEW: "they have too few cases",
}


def untested_notes(untested: Mapping[Untested, int], incomplete: Sequence[Period]) -> list[str]:
    """What was not tested, with why: periods that are not known whole, then rows of figures."""
    notes = [
        f"{period_words(period)[:1].upper()}{period_words(period)[1:]} was not tested: the records "
        "do not know it whole yet."
        for period in incomplete
    ]
    words = [
        f"{untested[reason]:,} because {why}"
        for reason, why in _REASONS.items()
        if reason in untested
    ]
    if words:
        rows = counted(sum(untested.values()), "row of figures was", "rows of figures were")
        notes.append(f"{rows} not tested: {listed(words)}.")
    return notes
