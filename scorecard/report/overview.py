"""The overview: the whole organisation on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.organisation import UNASSIGNED, Organisation
from scorecard.declare.periods import Period
from scorecard.declare.standards import Standard
from scorecard.judge.rollup import Met, met
from scorecard.judge.status import Status
from scorecard.report.attainment import AttainmentPage, attainment_page
from scorecard.report.cells import Line, line
from scorecard.report.history import History, choices, last_twelve, pick, usual
from scorecard.report.phrases import number_word, period_words, short_period
from scorecard.report.ranking import by_service_gap
from scorecard.report.row import ScorecardRow
from scorecard.report.sentence import scorecard_sentence
from scorecard.report.status_style import Style, styled

ATTENTION = 10


@dataclass(frozen=True)
class Tile:
    """A department: n of m judged standards met, its word, and how that was over twelve periods.

    `series` is the percent of the judged standards met, oldest first, None where none was judged.
    """

    department: str
    name: str
    met: Met
    style: Style
    change: str
    series: tuple[float | None, ...]
    series_words: str


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows. `known_until` is the latest moment the records know.

    `met` counts every standard once for each department that reports it: those are the promises
    somebody answers for. Records without a department belong to no tile, as nobody answers for
    them; they count in the organisation's own figures. `unassigned` says for how many standards.
    """

    organisation: str
    synthetic: bool
    period: Period | None
    choices: tuple[Period, ...]
    known_until: datetime | None
    sentence: str
    met: Met
    attainment: AttainmentPage | None
    tiles: tuple[Tile, ...]
    attention: tuple[Line, ...]
    behind: int
    chosen: Line | None
    unassigned: int
    rows: tuple[ScorecardRow, ...]


def overview(
    organisation: Organisation,
    rows: Sequence[ScorecardRow],
    *,
    period: date | None = None,
    chosen: tuple[str, str] | None = None,
    known_until: datetime | None = None,
    standards: Mapping[str, Standard] | None = None,
) -> Overview:
    """The overview at `period` (its first day); the newest with anything judged by default.

    `chosen` is the (standard, department) whose chart stands beside the list: by default the first
    in need of attention. Both fall back to the default where they name nothing that is there.
    `standards`, the declared ones by id, hold what people decided about charts.
    """
    start = organisation.fiscal_year_start
    mine = (row for row in rows if row.department not in (None, UNASSIGNED))
    history = History(mine, start, standards)
    periods = choices((row for row in rows if row.department != UNASSIGNED), start)
    shown = pick(periods, period) or usual(periods, history)
    now = history.at(shown) if shown else []
    behind = by_service_gap(now, history)
    attention = [line(row, history, shown) for row in behind[:ATTENTION]] if shown else []
    figure = attainment_page(organisation, history, shown) if shown else None
    return Overview(
        organisation=organisation.name,
        synthetic=organisation.synthetic,
        period=shown,
        choices=tuple(periods),
        known_until=known_until,
        sentence=scorecard_sentence(
            organisation.name,
            shown,
            now,
            history,
            synthetic=organisation.synthetic,
        ),
        met=figure.whole.met if figure else _met(()),
        attainment=figure,
        tiles=tuple(_tiles(organisation, history, shown)) if shown else (),
        attention=tuple(attention),
        behind=len(behind),
        chosen=_chosen(chosen, now, attention, history, shown),
        unassigned=_unassigned(rows, shown, start),
        rows=tuple(now),
    )


def tile_style(statuses: Sequence[Status]) -> Style:
    """One word for a department: the worst of its judged standards, and how many are so."""
    missed, near = statuses.count(Status.MISSED), statuses.count(Status.NEAR)
    if missed:
        return styled("missed", f"{number_word(missed)} missed")
    if near:
        return styled("near", f"{number_word(near)} near")
    if any(status.judged for status in statuses):
        return styled("met", "all met")
    return styled("unknown", "none judged")


def _tiles(organisation: Organisation, history: History, period: Period) -> list[Tile]:
    periods = last_twelve(period)
    by_period = [_by_department(history.at(each)) for each in periods]
    tiles: list[Tile] = []
    for department in organisation.departments:
        counts = [_met(found.get(department.id, [])) for found in by_period]
        now = by_period[-1].get(department.id, [])
        if not any(count.total for count in counts):
            continue
        series = tuple(count.share_of_judged for count in counts)
        tiles.append(
            Tile(
                department=department.id,
                name=department.name,
                met=counts[-1],
                style=tile_style([row.status for row in now]),
                change=change_words(
                    counts[-1],
                    counts[-2],
                    periods[-2],
                    alike=_judged(now) == _judged(by_period[-2].get(department.id, [])),
                ),
                series=series,
                series_words=_series_words(department.name, counts, periods),
            )
        )
    return tiles


def change_words(now: Met, before: Met, previous: Period, *, alike: bool) -> str:
    """What changed since the previous period: `2 more than in Jun`, where the same standards were
    judged in both (`alike`); else how it was. The year is named where it is another one."""
    following = previous.next()
    same_year = previous.grain == "month" and previous.start.year == following.start.year
    when = short_period(previous).split()[0] if same_year else short_period(previous)
    if not before.judged:
        return f"none judged in {when}"
    if not alike:
        return f"{before.met} of {before.judged} in {when}"
    difference = now.met - before.met
    if not difference:
        return f"as in {when}"
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'} than in {when}"


def _series_words(name: str, counts: Sequence[Met], periods: Sequence[Period]) -> str:
    judged = [(p, c) for p, c in zip(periods, counts, strict=True) if c.judged]
    if not judged:
        return f"{name}: nothing judged in these twelve periods."
    (first, before), (last, now) = judged[0], judged[-1]
    return (
        f"{name}: {before.met} of {before.judged} standards met in {period_words(first)}, "
        f"{now.met} of {now.judged} in {period_words(last)}."
    )


def _by_department(rows: Sequence[ScorecardRow]) -> dict[str, list[ScorecardRow]]:
    found: dict[str, list[ScorecardRow]] = {}
    for row in rows:
        found.setdefault(row.department or "", []).append(row)
    return found


def _judged(rows: Sequence[ScorecardRow]) -> set[str]:
    return {row.standard for row in rows if row.status.judged}


def _met(rows: Sequence[ScorecardRow]) -> Met:
    return met((row.status, row.weight) for row in rows)


def _chosen(
    key: tuple[str, str] | None,
    rows: Sequence[ScorecardRow],
    attention: Sequence[Line],
    history: History,
    period: Period | None,
) -> Line | None:
    if key and period:
        for row in rows:
            if (row.standard, row.department) == key:
                return line(row, history, period)
    if attention:
        return attention[0]
    judged = [row for row in rows if row.status.judged]
    return line(judged[0], history, period) if judged and period else None


def _unassigned(rows: Sequence[ScorecardRow], period: Period | None, start: int) -> int:
    if period is None:
        return 0
    nobody = History((row for row in rows if row.department == UNASSIGNED), start)
    return sum(row.n > 0 for row in nobody.at(period))
