"""Working time by the engine is what counting minute by minute gives."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import sqlalchemy as sa

from scorecard.declare import vocabulary as v
from scorecard.declare.load import bind_source
from scorecard.declare.organisation import WEEKDAYS, WorkingCalendar
from scorecard.declare.periods import Period
from scorecard.declare.sources import date as day_column
from scorecard.declare.sources import source, text, timestamp
from scorecard.declare.working_time import working_moments
from scorecard.measure.behind import behind
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.observations import observations
from scorecard.measure.working_time import with_working_time, working_now, working_time
from scorecard.observe.render import render
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of

MINUTE = timedelta(minutes=1)
OFFICE = WorkingCalendar(
    opens=time(8, 30),
    closes=time(16, 45),
    holidays=[date(2025, 11, 27), date(2025, 12, 25), date(2026, 1, 1), date(2011, 12, 26)],
)
# Open while clocks are changed.
NIGHT = WorkingCalendar(days=[*WEEKDAYS], opens=time(0, 15), closes=time(6))
ALWAYS = WorkingCalendar(
    days=["saturday", "sunday", "friday"], opens=time(0), closes=time(23, 59), holidays=[]
)


@dataclass(frozen=True)
class Case:
    zone: str
    calendar: WorkingCalendar
    start: datetime
    days: int


def since(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]


CASES = {
    "new-york-office": Case("America/New_York", OFFICE, since(2025, 9, 1), 400),
    "london-night": Case("Europe/London", NIGHT, since(2025, 9, 20), 220),
    "auckland-office": Case("Pacific/Auckland", OFFICE, since(2025, 9, 1), 220),
}
# Half an hour of summer time; no 30 December 2011; summer time from midnight on; change at 00:01,
# which takes the date back; an offset of quarters; west of everything.
ODD = {
    "lord-howe-night": Case("Australia/Lord_Howe", NIGHT, since(2025, 9, 1), 250),
    "apia-office": Case("Pacific/Apia", OFFICE, since(2011, 9, 1), 220),
    "sao-paulo-always": Case("America/Sao_Paulo", ALWAYS, since(2017, 9, 1), 220),
    "st-johns-night": Case("America/St_Johns", NIGHT, since(2009, 9, 1), 250),
    "st-johns-always": Case("America/St_Johns", ALWAYS, since(2009, 9, 1), 250),
    "kathmandu-always": Case("Asia/Kathmandu", ALWAYS, since(2025, 9, 1), 60),
    "niue-office": Case("Pacific/Niue", OFFICE, since(2025, 9, 1), 60),
    "before-1970": Case("America/New_York", NIGHT, since(1969, 9, 1), 200),
}
PAIRS = bind_source(
    source(
        "pairs",
        key="id",
        columns={
            "id": text(),
            "start": timestamp(),
            "end": timestamp(),
            "start_day": day_column(),
            "end_day": day_column(),
        },
    )
)
r = row_of(PAIRS)


class ByMinute:
    """Every minute looked at on the clock on the wall; no rule of its own for anything."""

    def __init__(self, case: Case) -> None:
        zone, calendar = ZoneInfo(case.zone), case.calendar
        self.start = case.start
        walls = [(case.start + i * MINUTE).astimezone(zone) for i in range(case.days * 24 * 60 + 1)]

        def works(day: date) -> bool:
            return WEEKDAYS[day.weekday()] in calendar.days and day not in calendar.holidays

        self.open = np.array(
            [
                calendar.opens <= wall.time() < calendar.closes and works(wall.date())
                for wall in walls
            ]
        )
        self.before = np.concatenate([[0], np.cumsum(self.open)])
        self.dates = [wall.date() for wall in walls]
        self.worked = sorted({day for day in self.dates if works(day)})

    def hours(self, start: datetime, end: datetime) -> float:
        return (self._minutes(end) - self._minutes(start)) / 60

    def days(self, start: datetime | date, end: datetime | date) -> int:
        first, last = (self._date(at) for at in (start, end))
        if last < first:
            return -self.days(last, first)
        return sum(first < day <= last for day in self.worked)

    def _minutes(self, at: datetime) -> float:
        index, rest = divmod(at - self.start, MINUTE)
        return float(self.before[index]) + (rest / MINUTE if self.open[index] else 0.0)

    def _date(self, at: datetime | date) -> date:
        return self.dates[(at - self.start) // MINUTE] if isinstance(at, datetime) else at


def pairs(case: Case, count: int, by_minute: ByMinute) -> list[dict[str, Any]]:
    """Pairs anywhere, at the very minutes at which it opens and closes, and missing ones."""
    chance = random.Random(case.zone)
    changes = [
        case.start + int(i) * MINUTE
        for i in np.flatnonzero(np.diff(by_minute.open.astype(int)) != 0) + 1
    ]
    last = case.days * 86400 * 10**6 - 1

    def moment() -> datetime | None:
        kind = chance.random()
        if kind < 0.02:
            return None
        if kind < 0.3:
            return chance.choice(changes) + timedelta(microseconds=chance.randint(-1, 1))
        return case.start + timedelta(microseconds=chance.randint(0, last))

    rows: list[dict[str, Any]] = []
    for i in range(count):
        start, end = moment(), moment()
        rows.append(
            {
                "id": str(i),
                "start": start,
                "end": end,
                "start_day": start and by_minute.dates[(start - case.start) // MINUTE],
                "end_day": end and by_minute.dates[(end - case.start) // MINUTE],
            }
        )
    return rows


ASKED: dict[str, v.Working] = {
    "hours": v.working_hours(r.start, r.end),
    "days": v.working_days(r.start, r.end),
    "dates": v.working_days(r.start_day, r.end_day),
    "mixed": v.working_days(r.start_day, r.end),
    "hours_so_far": v.working_hours(r.start, v.known_until()),
    "days_so_far": v.working_days(r.start_day, v.known_until()),
}


def by_engine(
    case: Case, rows: list[dict[str, Any]], folder: Path, known_until: datetime
) -> list[dict[str, Any]]:
    declared = declarations({"pairs": PAIRS}, [], case.zone)
    organisation = declared.organisation.model_copy(update={"calendar": case.calendar})
    declared = replace(declared, organisation=organisation)
    moments = {k: m for asked in ASKED.values() for k, m in working_moments(asked).items()}
    landed = landed_rows(PAIRS, rows, folder, known_until)
    with DuckDB({"pairs": landed}, declared) as engine:
        calendar = provide_calendar(moments, PAIRS, declared, engine, known_until)
        table = observations(PAIRS, declared.sources, set())
        joined = with_working_time(table, moments, calendar)
        columns = {**joined.c, **working_now(moments, calendar, known_until)}
        select = sa.select(
            *(render(asked, columns, known_until=known_until) for asked in ASKED.values())
        ).order_by(sa.cast(joined.c["id"], sa.Integer()))
        return [dict(zip(ASKED, row, strict=True)) for row in engine.rows(select)]


def assert_equal(case: Case, count: int, folder: Path) -> None:
    by_minute = ByMinute(case)
    rows = pairs(case, count, by_minute)
    known_until = case.start + timedelta(days=case.days / 2, hours=3, microseconds=7)
    got = by_engine(case, rows, folder, known_until)
    assert len(got) == count
    differences = 0
    for row, found in zip(rows, got, strict=True):
        start, end = row["start"], row["end"]
        wanted = dict.fromkeys(ASKED)
        if start is not None:
            wanted["hours_so_far"] = by_minute.hours(start, known_until)
            wanted["days_so_far"] = by_minute.days(row["start_day"], known_until)
        if start is not None and end is not None:
            wanted["hours"] = by_minute.hours(start, end)
            wanted["days"] = by_minute.days(start, end)
            wanted["dates"] = by_minute.days(row["start_day"], row["end_day"])
            wanted["mixed"] = by_minute.days(row["start_day"], end)
        same = all(
            found[name] is None if one is None else found[name] == pytest.approx(one, abs=1e-9)
            for name, one in wanted.items()
        )
        differences += not same
        assert same, (row, found, wanted)
    assert differences == 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_working_time_is_what_counting_minutes_gives(case: Case, tmp_path: Path) -> None:
    assert_equal(case, 500, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", (CASES | ODD).values(), ids=[*CASES, *ODD])
def test_100_000_pairs_in_all(case: Case, tmp_path: Path) -> None:
    assert_equal(case, 100_000 // len(CASES | ODD) + 1, tmp_path)


MONDAY = since(2026, 7, 13, 14)  # 10:00 in New York, in summer


def worked(start: datetime | None, end: datetime | None, folder: Path) -> tuple[Any, Any]:
    day = {"start_day": None, "end_day": None}
    case = Case("America/New_York", OFFICE, since(2026, 7, 1), 60)
    rows = [{"id": "1", "start": start, "end": end, **day}]
    [found] = by_engine(case, rows, folder, since(2026, 7, 30))
    return found["hours"], found["days"]


@pytest.mark.parametrize(
    ("end", "hours", "days"),
    [
        (MONDAY, 0, 0),
        (MONDAY + timedelta(minutes=90), 1.5, 0),
        (MONDAY + timedelta(hours=12), 6.75, 0),
        (MONDAY + timedelta(days=1), 8.25, 1),
        (MONDAY + timedelta(days=4, hours=12), 4 * 8.25 + 6.75, 4),
        (MONDAY + timedelta(days=5), 4 * 8.25 + 6.75, 4),
        (MONDAY + timedelta(days=7), 5 * 8.25, 5),
        (MONDAY - timedelta(days=3), -8.25, -1),
        (None, None, None),
    ],
    ids=["same", "inside", "night", "next", "friday", "saturday", "week", "backwards", "missing"],
)
def test_from_a_monday_at_ten(
    end: datetime | None, hours: float | None, days: int | None, tmp_path: Path
) -> None:
    assert worked(MONDAY, end, tmp_path) == (hours, days)


def test_the_examples_of_the_documents(tmp_path: Path) -> None:
    # The week of Thursday 1 January 2026 to that of Monday 19 January, made a holiday.
    nine_to_five = WorkingCalendar(holidays=[date(2026, 1, 19)])
    case = Case("UTC", nine_to_five, since(2026, 1, 1), 40)
    written = [
        (since(2026, 1, 5, 10), since(2026, 1, 5, 16, 30), 6.5, 0),
        (since(2026, 1, 5, 16), since(2026, 1, 6, 10), 2, 1),
        (since(2026, 1, 9, 16), since(2026, 1, 12, 10), 2, 1),
        (since(2026, 1, 9, 18), since(2026, 1, 12, 10), 1, 1),
        (since(2026, 1, 10, 12), since(2026, 1, 12, 10), 1, 1),
        (since(2026, 1, 9, 10), since(2026, 1, 10, 12), 7, 0),
        (since(2026, 1, 16, 10), since(2026, 1, 20, 10), 8, 1),
        (since(2026, 1, 6, 10), since(2026, 1, 5, 10), -8, -1),
    ]
    day = {"start_day": None, "end_day": None}
    rows = [
        {"id": str(i), "start": start, "end": end, **day}
        for i, (start, end, _, _) in enumerate(written)
    ]
    found = by_engine(case, rows, tmp_path, since(2026, 2, 1))
    assert [(one["hours"], one["days"]) for one in found] == [(h, d) for _, _, h, d in written]


def test_what_comes_in_at_the_weekend_has_monday_as_its_first_day(tmp_path: Path) -> None:
    saturday = MONDAY - timedelta(days=2)
    assert worked(saturday, MONDAY, tmp_path) == (1.5, 1)


def test_a_moment_of_a_wrong_century_has_no_working_time(tmp_path: Path) -> None:
    assert worked(MONDAY, since(2999, 1, 1), tmp_path) == (None, None)
    assert worked(since(201, 1, 1), MONDAY, tmp_path) == (None, None)


def test_a_day_that_never_was_is_no_working_day() -> None:
    spread = working_time(OFFICE, ZoneInfo("Pacific/Apia"), date(2011, 12, 20), date(2012, 1, 5))
    assert date(2011, 12, 30) not in spread.by_date
    assert spread.by_date[date(2011, 12, 31)] == spread.by_date[date(2011, 12, 29)]


def test_ten_years_need_one_row_a_day() -> None:
    spread = working_time(OFFICE, ZoneInfo("America/Denver"), date(2016, 1, 1), date(2025, 12, 31))
    assert 3653 <= len(spread.by_day) <= 3660


def test_a_figure_of_working_time_can_be_explained(tmp_path: Path) -> None:
    requests_ = requests()
    q = row_of(requests_)
    metric = metric_of("m", v.share(v.working_days(q.opened_at, q.closed_at) <= 1))
    rows = [
        {"id": "1", "opened_at": MONDAY, "closed_at": MONDAY + timedelta(days=1)},
        {"id": "2", "opened_at": MONDAY, "closed_at": MONDAY + timedelta(days=2)},
    ]
    known_until = since(2026, 7, 30)
    declared = declarations({"requests": requests_}, [metric])
    landed = landed_rows(requests_, rows, tmp_path, known_until)
    with DuckDB({"requests": landed}, declared) as engine:
        moments = working_moments(metric.aggregate)
        calendar = provide_calendar(moments, requests_, declared, engine, known_until)
        found = behind(
            metric,
            declared.sources,
            engine,
            department=None,
            where={},
            period=Period(date(2026, 7, 1), "month"),
            zone=declared.organisation.zone,
            known_until=known_until,
            calendar=calendar,
        )
    assert (found.in_period, found.counted) == (2, 2)
    assert [row["_kept"] for row in found.rows] == [False, True]
    assert "_working_time" in found.sql
