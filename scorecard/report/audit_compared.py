"""A re-audit beside its baseline, for people: what improved, what held, what regressed."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from scorecard.audit import Desk
from scorecard.audit.comparison import Line, Reaudit
from scorecard.audit.observed import Observed
from scorecard.audit.reaudit import Outcome
from scorecard.audit.scope import Figure
from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import Grain, Period
from scorecard.judge.rounding import shown
from scorecard.ledger import head
from scorecard.report.audit_text import head_text
from scorecard.report.behaviour_style import BAD, GOOD, PLAIN, BehaviourStyle
from scorecard.report.export import csv_cell
from scorecard.report.phrases import (
    UNKNOWN,
    counted,
    grain_words,
    listed,
    moment_words,
    period_words,
    with_unit,
)
from scorecard.report.rows import department_name
from scorecard.report.text_table import aligned, printable

_WIDTH = 100
COLUMNS = ("outcome", "requirement", "before", "n", "after", "n after", "difference (95 %)", "q")
_RIGHT = {"before", "n", "after", "n after", "difference (95 %)", "q"}
STYLES = {
    Outcome.IMPROVED: BehaviourStyle(
        "improved", "▲", GOOD, "a difference to the better is shown, larger than the tolerance."
    ),
    Outcome.HELD: BehaviourStyle(
        "held", "●", PLAIN, "no difference is shown, or none larger than the tolerance."
    ),
    Outcome.REGRESSED: BehaviourStyle(
        "regressed", "▼", BAD, "a difference to the worse is shown, larger than the tolerance."
    ),
    Outcome.NEW: BehaviourStyle("new", "◇", PLAIN, "the baseline has no such figure."),
    Outcome.NOT_TESTED: BehaviourStyle(
        "not tested", "○", PLAIN, "the sentence beside it says why."
    ),
}


@dataclass(frozen=True)
class ComparedLine:
    """One requirement ready to be shown, every text with its unit.

    `cells` are those of `COLUMNS`; the first has the shape and the word of the outcome.
    """

    department: str
    style: BehaviourStyle
    cells: tuple[str, ...]
    reason: str
    line: Line


@dataclass(frozen=True)
class ComparedPage:
    """A re-audit ready to be shown. `title` names the cycle, `counts` says what became of how many,
    `notes` what one must know before reading on, `lines` are in the order of their departments."""

    organisation: str
    synthetic: bool
    title: str
    counts: str
    notes: tuple[str, ...]
    lines: tuple[ComparedLine, ...]
    found: Reaudit


def compared_page(desk: Desk, found: Reaudit) -> ComparedPage:
    """The page of a re-audit."""
    organisation = desk.organisation
    lines = [_line(desk, one) for one in found.lines]
    # By department, each standard in the order of the scope; the whole organisation comes first.
    places = list(dict.fromkeys(one.requirement.department for one in found.lines))
    places.sort(key=lambda place: place is not None)
    lines.sort(key=lambda one: places.index(one.line.requirement.department))
    told = [counted(count, str(outcome), str(outcome)) for outcome, count in found.counts.items()]
    return ComparedPage(
        organisation=organisation.name,
        synthetic=organisation.synthetic,
        title=f"Re-audit of {found.cycle.opened.body.title} ({found.cycle.id})",
        counts=f"Of {counted(len(lines), 'requirement')}: {', '.join(told)}.",
        notes=tuple(_notes(found, organisation)),
        lines=tuple(lines),
        found=found,
    )


def written(desk: Desk, found: Reaudit, format: str) -> str:
    """The re-audit in a format: "table", "json" or "csv". The first two end with the head of the
    chain of events."""
    page = compared_page(desk, found)
    if format == "csv":
        return _csv(page)
    top = head(desk.ledger)
    return _json(page, str(top) if top else None) if format == "json" else _table(page, top)


def _line(desk: Desk, one: Line) -> ComparedLine:
    found, unit = one.compared, one.requirement.unit
    style = STYLES[found.outcome]
    difference = UNKNOWN
    if found.difference is not None and found.interval is not None:
        ends = [shown(end, unit, signed=True) for end in found.interval]
        # Signed numbers without their unit: it stands beside the figures they are between.
        difference = f"{shown(found.difference, unit, signed=True)} ({ends[0]} to {ends[1]})"
    cells = (
        f"{style.shape} {style.word}",
        one.requirement.title,
        *_figure(found.before, unit),
        *_figure(found.after, unit),
        difference,
        _small(found.q),
    )
    reason = found.reason if found.test is None else f"{found.reason} By {found.test}."
    return ComparedLine(
        department_name(desk.declared, one.requirement.department), style, cells, reason, one
    )


def _figure(figure: Observed | None, unit: str) -> tuple[str, str]:
    """The value and how many it rests on; neither is 0 where nothing was measured."""
    if figure is None:
        return UNKNOWN, UNKNOWN
    value = with_unit(shown(figure.value, unit), unit) if figure.value is not None else "no data"
    return value, f"{figure.n:,}"


def _small(q: float | None) -> str:
    if q is None:
        return UNKNOWN
    return "< 0.001" if q < 0.001 else f"{q:.3f}"


def _notes(found: Reaudit, organisation: Organisation) -> list[str]:
    zone = organisation.zone
    known = found.known_at.astimezone(zone)
    pairs: dict[tuple[str, str], list[str]] = {}
    for one in found.lines:
        if one.before and one.after:
            names = tuple(
                period_words(_period(figure, organisation)) for figure in (one.before, one.after)
            )
            key = cast("tuple[str, str]", names)
            pairs.setdefault(key, []).append(one.requirement.title)
    notes = [f"The re-audit is as known on {moment_words(known)}."]
    baseline = found.cycle.opened.body.baseline
    if baseline:
        then = moment_words(baseline[0].known_at.astimezone(zone))
        notes[0] = f"The baseline is as known on {then}, the re-audit on {moment_words(known)}."
    for (was, now), titles in pairs.items():
        which = f" ({listed(list(dict.fromkeys(titles)))})" if len(pairs) > 1 else ""
        notes.append(f"{now} is held against {was}{which}.")
    finer = [
        f"{found.asked} lies in {period_words(period)}, and a {grain_words(period.grain, 1)} is "
        f"what these are judged by: {listed(titles)}."
        for period, titles in _coarser(found, organisation).items()
    ]
    notes += finer
    if found.same_period:
        notes.append(
            "Baseline and re-audit are of the same period, as known at two moments: a difference "
            "is what came to be known since, and no change of the service. Most cases are in both, "
            "so that the intervals, which take them for others, are too wide."
        )
    return [note[:1].upper() + note[1:] for note in notes]


def _coarser(found: Reaudit, organisation: Organisation) -> dict[Period, list[str]]:
    """The periods longer than a month that a month or a day was asked for, with their standards."""
    titles: dict[Period, dict[str, None]] = {}
    # 2026-08 is a month, 2026-08-01 a day; 2026 and 2023-24 name years.
    parts = found.asked.strip().split("-")
    finer = len(parts) == 3 or (len(parts) == 2 and len(parts[1]) == 2 and int(parts[1]) <= 12)
    for one in found.lines:
        if finer and one.after and one.after.grain in _LONGER:
            period = _period(one.after, organisation)
            titles.setdefault(period, {})[one.requirement.title] = None
    return {period: list(each) for period, each in titles.items()}


_LONGER = ("quarter", "year", "fiscal_quarter", "fiscal_year")


def _period(figure: Figure, organisation: Organisation) -> Period:
    return Period(figure.period, cast(Grain, figure.grain), organisation.fiscal_year_start)


def _table(page: ComparedPage, top: object) -> str:
    name = page.organisation + (" (synthetic data)" if page.synthetic else "")
    text = [_wrapped(printable(f"{name}. {page.title}.")), page.counts]
    text += [_wrapped(printable(note)) for note in page.notes]
    nothing: list[str] = []
    for department, lines in groupby(page.lines, key=lambda one: one.department):
        of = list(lines)
        if any(one.line.before or one.line.after for one in of):
            text += ["", printable(department), *_department(of)]
        else:
            nothing.append(department)
    if nothing:
        told = f"No figure in the baseline and none in the re-audit: {listed(nothing)}."
        text += ["", _wrapped(printable(told))]
    return "\n".join([*text, "", head_text(top)])


def _department(of: Sequence[ComparedLine]) -> list[str]:
    """A department's table, and below it each reason with the requirements it is about."""
    text = aligned(COLUMNS, [[printable(cell) for cell in one.cells] for one in of], _RIGHT)
    told: dict[str, list[str]] = {}
    for one in of:
        told.setdefault(one.reason, []).append(one.line.requirement.title)
    for reason, titles in told.items():
        which = f"{listed(titles)}: " if len(of) > 1 else ""
        text.append(_wrapped(printable(f"{which}{reason}"), "  "))
    return text


def _objects(page: ComparedPage) -> list[dict[str, Any]]:
    return [
        {
            "standard": one.line.requirement.standard,
            "title": one.line.requirement.title,
            "department": one.line.requirement.department,
            "department_name": one.department if one.line.requirement.department else None,
            "unit": one.line.requirement.unit,
            "better": one.line.better,
            "outcome": one.style.word,
            **_side("before", one.line.before, one.line.compared.before),
            **_side("after", one.line.after, one.line.compared.after),
            **_difference(one.line),
            "reason": one.line.compared.reason,
        }
        for one in page.lines
    ]


def _side(name: str, figure: Figure | None, found: Observed | None) -> dict[str, Any]:
    return {
        f"{name}_period": figure.period.isoformat() if figure else None,
        f"{name}_grain": figure.grain if figure else None,
        f"{name}_known_at": figure.known_at.isoformat() if figure else None,
        name: found.value if found else None,
        f"{name}_n": found.n if found else None,
    }


def _difference(line: Line) -> dict[str, Any]:
    found = line.compared
    low, high = found.interval or (None, None)
    return {
        "difference": found.difference,
        "low": low,
        "high": high,
        "test": str(found.test) if found.test else None,
        "p": found.p,
        "q": found.q,
        "tolerance": line.requirement.tolerance,
        "shown_to_have_held": found.steady,
    }


def _json(page: ComparedPage, top: str | None) -> str:
    found = page.found
    made = {
        "organisation": page.organisation,
        "synthetic": page.synthetic,
        "cycle": found.cycle.id,
        "version": found.cycle.version,
        "asked": found.asked,
        "known_at": found.known_at.isoformat(),
        "counts": {str(outcome): count for outcome, count in found.counts.items()},
        "notes": list(page.notes),
        "requirements": _objects(page),
        "head": top,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _csv(page: ComparedPage) -> str:
    """One line a requirement; text that a spreadsheet would run gets an apostrophe."""
    extra = {"synthetic": True} if page.synthetic else {}
    objects = [one | extra for one in _objects(page)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(objects[0])
    for each in objects:
        writer.writerow([csv_cell(value) for value in each.values()])
    return text.getvalue()


def _wrapped(text: str, mark: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=mark, subsequent_indent=mark)
