"""Checking what is declared about a standard's chart against its periods and departments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scorecard.declare.charts import Baseline, Event, Excluded, Rebase
from scorecard.declare.organisation import Organisation
from scorecard.declare.periods import containing
from scorecard.declare.standards import Standard
from scorecard.declare.standards_check import Checked, department_hint
from scorecard.declare.toml_lines import Keys
from scorecard.errors import DeclarationError

Entry = Rebase | Excluded | Baseline | Event


def chart_mistakes(
    standard: Standard, organisation: Organisation, entry: Checked
) -> list[DeclarationError]:
    """Days that begin no period, entries that repeat each other, departments that do not report."""
    chart = standard.chart
    found: list[DeclarationError] = []
    if chart.since is not None:
        found += _no_period(standard, organisation, entry, [chart.since], ("chart", "since"))
    dated: list[tuple[Sequence[Entry], Sequence[date], Keys, str]] = [
        (chart.rebases, [each.from_ for each in chart.rebases], ("chart", "rebases"), "from"),
        (chart.excluded, [each.period for each in chart.excluded], ("chart", "excluded"), "period"),
        (chart.baseline, [each.until for each in chart.baseline], ("chart", "baseline"), "until"),
    ]
    for entries, days, inside, key in dated:
        places = [(*inside, index, key) for index in range(len(days))]
        found += _no_period(standard, organisation, entry, days, *places)
        # A fixed baseline is one a department, whatever its day.
        marks = [None] * len(days) if key == "until" else days
        found += _repeated(entry, list(zip(marks, entries, strict=True)), inside, key)
        found += _departments(standard, organisation, entry, entries, inside)
    found += _departments(standard, organisation, entry, standard.events, ("events",))
    return found


def _no_period(
    standard: Standard,
    organisation: Organisation,
    entry: Checked,
    days: Sequence[date],
    *places: Keys,
) -> Iterator[DeclarationError]:
    for day, place in zip(days, places, strict=True):
        period = containing(day, standard.period, organisation.fiscal_year_start)
        if period.start != day:
            grain = standard.period.replace("_", " ")
            yield entry.error(
                "chart-day-no-period",
                f"No {grain} begins on {day}.",
                *place,
                hint=f"Write {period.start} or {period.end}.",
            )


def _repeated(
    entry: Checked,
    marked: Sequence[tuple[date | None, Entry]],
    inside: Keys,
    key: str,
) -> Iterator[DeclarationError]:
    first: dict[tuple[date | None, str | None], int] = {}
    for index, (mark, each) in enumerate(marked):
        other = first.setdefault((mark, each.department), index)
        if other != index:
            what = "baselines are fixed" if mark is None else f"entries are for {mark}"
            yield entry.error(
                "chart-entry-repeated",
                f"Two {what}.",
                *(*inside, index, key),
                hint=f"The other is on line {entry.toml.line(*entry.keys, *inside, other)}.",
            )


def _departments(
    standard: Standard,
    organisation: Organisation,
    entry: Checked,
    entries: Sequence[Entry],
    inside: Keys,
) -> Iterator[DeclarationError]:
    named = [standard.department] if standard.department else standard.departments
    # Who reports the standard is not known where its own departments are misspelt.
    known = named == "all" or all(organisation.department(id) for id in named or ())
    for index, each in enumerate(entries):
        if each.department is None:
            continue
        place = (*inside, index, "department")
        if organisation.department(each.department) is None:
            yield entry.error(
                "department-unknown",
                f"There is no department {each.department!r}.",
                *place,
                hint=department_hint(each.department, organisation),
            )
        elif known and not standard.reported_by(each.department):
            yield entry.error(
                "chart-out-of-scope",
                f"The department {each.department!r} does not report this standard.",
                *place,
                hint="Name a department that does, or none.",
            )
