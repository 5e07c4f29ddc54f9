"""Measuring only what was touched gives what measuring everything gives."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare import vocabulary as v
from scorecard.declare.load import Declarations, bind_source
from scorecard.declare.organisation import Department, Organisation, WorkingCalendar
from scorecard.declare.sources import Source
from scorecard.ledger import Ledger, RunReceipt, current, latest_run, open_ledger, record_run
from scorecard.ledger.tables import Measurement, Run
from scorecard.measure import run as run_module
from scorecard.measure import touched
from scorecard.measure.plan import Cut, Level
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.measure.builder import declarations, metric_of, row_of
from tests.measure.test_figures import FORMS

LEVELS: frozenset[Level] = frozenset({(), ("department",), ("department", "topic")})
GRAINS: tuple[Any, ...] = ("day", "week", "month", "quarter", "fiscal_quarter", "fiscal_year")


def callers() -> Source:
    """Who asks: what requests look up."""
    return bind_source(
        s.source(
            "callers",
            key="caller",
            columns={
                "caller": s.text(),
                "area": s.text(optional=True),
                "since": s.timestamp(optional=True),
            },
        )
    )


def requests() -> Source:
    """Requests with a column of each kind, those looked up in others and in themselves too."""
    return bind_source(
        s.source(
            "requests",
            key="id",
            department="department",
            dimensions={"topic": "topic"},
            columns={
                "id": s.text(),
                "department": s.text(optional=True),
                "topic": s.text(optional=True),
                "opened_at": s.timestamp(optional=True),
                "closed_at": s.timestamp(optional=True),
                "due_at": s.timestamp(optional=True, planned=True),
                "booked_for": s.date(optional=True, planned=True),
                "score": s.integer(optional=True),
                "weight": s.number(optional=True),
                "received_on": s.date(optional=True, planned=True),
                "answered_on": s.date(optional=True, planned=True),
                "urgent": s.boolean(optional=True),
                "size": s.number(optional=True),
                "big": s.integer(optional=True),
                "far": s.timestamp(optional=True, planned=True),
                "caller": s.text(optional=True),
                "area": s.looked_up(s.text(), source="callers", column="area", by="caller"),
                "since": s.looked_up(s.timestamp(), source="callers", column="since", by="caller"),
                "of_caller": s.counted(source="requests", by="caller"),
            },
        )
    )


SOURCES = {"requests": requests(), "callers": callers()}
r = row_of(SOURCES["requests"])
METRICS = {
    **{name: metric_of(name, form) for name, form in FORMS.items()},
    "by_closing": metric_of("by_closing", v.mean(r.weight), at="closed_at"),
    "by_due": metric_of("by_due", v.share(r.closed_at <= r.due_at, of=r.due_at.known), at="due_at"),
    "by_due_so_far": metric_of(
        "by_due_so_far", v.count(where=r.due_at <= v.known_until()), at="due_at"
    ),
    "by_booking": metric_of("by_booking", v.median(r.weight), at="booked_for"),
    "in_north": metric_of("in_north", v.share(r.area == "north", of=r.caller.known)),
    "by_callers_first_day": metric_of("by_callers_first_day", v.count(), at="since"),
    "of_callers": metric_of("of_callers", v.sum(r.of_caller)),
}
CUTS = [Cut(metric, grain, LEVELS) for metric in METRICS.values() for grain in GRAINS]


SPREAD = ("squares", "lower_95", "upper_95", "lower_80", "upper_80")


@dataclass(frozen=True)
class Town:
    """A workspace, and a ledger that is brought up to date again and again."""

    folder: Path
    ledger: Ledger
    declared: Declarations
    cuts: list[Cut]

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder / "workspace")

    def land(self, rows: list[dict[str, Any]], as_of: datetime, source: str = "requests") -> None:
        file = self.folder / f"{source}.jsonl"
        file.write_text("\n".join(json.dumps(row, default=written) for row in rows))
        import_file(
            self.declared.organisation,
            self.declared.sources[source],
            file,
            self.workspace,
            self.ledger,
            as_of=as_of,
        )

    def measure(self, **more: Any) -> RunReceipt:
        with patch.object(run_module, "cuts", lambda declared: self.cuts):
            return measure(self.declared, self.workspace, self.ledger, **more)

    def figures(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        return as_figures(self.ledger)

    def in_full(self) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """What a new ledger holds that has never seen another state."""
        with open_ledger(self.folder / "other.sqlite3") as other:
            replace(self, ledger=other).measure()
            found = as_figures(other)
        (self.folder / "other.sqlite3").unlink()
        return found


def as_figures(ledger: Ledger) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = current(ledger, "small-town")
    found = {
        (row.metric, row.grain, row.period, row.department, row.scope): (
            row.fingerprint,
            *(row.value, row.numerator, row.denominator, row.n, row.squares),
            *(row.lower_95, row.upper_95, row.lower_80, row.upper_80),
        )
        for row in rows
    }
    assert len(found) == len(rows)
    return found


def written(value: Any) -> str:
    return value.isoformat()


def assert_same(town: Town) -> None:
    got, wanted = town.figures(), town.in_full()
    assert got.keys() == wanted.keys()
    for key, (fingerprint, *numbers) in wanted.items():
        assert got[key][0] == fingerprint
        assert list(got[key][1:]) == [
            number if number is None else pytest.approx(number, rel=1e-9, abs=1e-9)
            for number in numbers
        ], key


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield Town(tmp_path, ledger, declarations(SOURCES, list(METRICS.values())), monthly())


def monthly(*names: str) -> list[Cut]:
    """Monthly cuts of these metrics; of a few that look neither around nor ahead by default."""
    chosen = names or ("count", "mean", "percentile", "distinct", "by_closing")
    return [Cut(METRICS[name], "month", LEVELS) for name in chosen]


def at(month: int, day: int = 1, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def request(id: Any, opened_at: datetime | None, **more: Any) -> dict[str, Any]:
    return {"id": str(id), "department": "works", "opened_at": opened_at, "weight": 1} | more


# Around the ends of local months and days, both changes of the clock, and further away.
MOMENTS = [
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2026, 2, 1, 4, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 2, 1, 5, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 4, 1, 4, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
]
times = st.one_of(
    st.none(),
    st.sampled_from(MOMENTS),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 5, 1)).map(lambda d: d.replace(tzinfo=UTC)),
)
contents = st.fixed_dictionaries(
    {
        "department": st.sampled_from(["Works", "parks", "Nobody", None]),
        "topic": st.sampled_from(["Pothole", "Tree", None]),
        "opened_at": times,
        "closed_at": times,
        "due_at": times,
        "booked_for": st.none() | st.dates(date(2026, 1, 1), date(2026, 5, 1)),
        "score": st.none() | st.integers(0, 5),
        "weight": st.none() | st.integers(-8, 40).map(lambda n: n / 4),
        "received_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 5, 1)),
        "answered_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 5, 1)),
        "urgent": st.none() | st.booleans(),
        "size": st.sampled_from([None, 0.1, 1e15]),
        "big": st.sampled_from([None, 2**62, 2**53 + 1]),
        "far": times,
        "caller": st.sampled_from(["Ann", "Bob", None]),
    }
)
ids = st.sampled_from([str(i) for i in range(9)])


def rows_of_requests(least: int, most: int) -> st.SearchStrategy[tuple[str, list[Any]]]:
    """So many requests, of the same few ids again and again."""
    return st.dictionaries(ids, contents, min_size=least, max_size=most).map(
        lambda rows: ("requests", [{"id": id} | row for id, row in rows.items()])
    )


rows_of_callers = st.dictionaries(
    st.sampled_from(["Ann", "Bob"]),
    st.fixed_dictionaries({"area": st.sampled_from(["north", "south"]), "since": times}),
    min_size=1,
).map(lambda rows: ("callers", [{"caller": name} | row for name, row in rows.items()]))
# Mostly later than what came before (None), but older files come too, and the same file again, said
# to be of another moment.
moments = st.none() | st.none() | st.sampled_from([*MOMENTS[1:6], at(4, 20), at(5, 5)])
steps = st.lists(
    st.tuples(
        st.one_of(rows_of_requests(1, 3), rows_of_requests(1, 3), rows_of_callers),
        moments,
        st.sampled_from([True, True, False]),
        st.none() | st.none() | moments,
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=12, deadline=None)
@given(
    rows_of_requests(6, 9),
    rows_of_callers,
    steps,
    st.sets(st.sampled_from(range(len(CUTS))), min_size=6, max_size=9),
)
def test_any_imports_measured_one_after_the_other_give_what_one_full_measure_gives(
    first: tuple[str, list[Any]], people: tuple[str, list[Any]], later: list[Any], chosen: set[int]
) -> None:
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        ledger = held.enter_context(open_ledger(folder / "ledger.sqlite3"))
        declared = declarations(SOURCES, list(METRICS.values()))
        town = Town(folder, ledger, declared, [CUTS[number] for number in sorted(chosen)])
        town.land(people[1], at(4), "callers")
        town.land(first[1], at(4, 10), "requests")
        town.measure()
        for days, ((source, rows), as_of, measured, again_as_of) in enumerate(later):
            town.land(rows, as_of or at(4, 11 + days), source)
            if again_as_of is not None:
                town.land(rows, again_as_of, source)
            if measured:
                town.measure()
        town.measure()
        assert_same(town)


# What has to be measured again is decided for each metric by itself, so that one after the other
# finds no more than all at once.
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(tuple(METRICS), id="all at once"),
        *(pytest.param((name,), id=name, marks=pytest.mark.slow) for name in METRICS),
    ],
)
def test_each_form_follows_a_row_that_moves_from_one_month_to_another(
    town: Town, names: tuple[str, ...]
) -> None:
    town = replace(town, cuts=monthly(*names))
    people = [{"caller": "Ann", "area": "north", "since": at(1, 5)}]
    common = {"topic": "Pothole", "score": 2, "weight": 3, "caller": "Ann", "urgent": True}
    common |= {"size": 3.5, "big": 2**53 + 1, "booked_for": "2026-02-03"}
    common |= {"received_on": "2026-01-08", "answered_on": "2026-01-20"}
    days = {"closed_at": at(2, 20), "due_at": at(3, 1), "far": at(4)}
    town.land(people, at(3), "callers")
    requests = [request(n, at(1 + n % 3, 4 + n), **common, **days) for n in range(9)]
    requests[1] |= {"topic": "Tree"}
    # Of a month that no import touches, but other once the moment has moved on.
    requests[7] |= {"closed_at": None, "due_at": at(4) + timedelta(minutes=30)}
    town.land(requests, at(4))
    town.measure()
    moved = {"closed_at": at(3, 20), "due_at": at(1, 10), "weight": 4}
    town.land([request(0, at(3, 4), **common | moved)], at(4, 1, 13))
    town.measure()
    assert {metric for metric, *_ in town.figures()} == set(names)
    assert_same(town)


def test_one_more_day_is_measured_in_its_own_months_and_the_rest_stays(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    first = town.measure()
    town.land([request(4, at(3, 20)), request(1, at(1), closed_at=at(3, 19))], at(3, 21))

    second = town.measure()

    assert (first.in_full, first.in_part, first.untouched) == (5, 0, 0)
    assert (second.in_full, second.in_part, second.untouched) == (0, 5, 0)
    assert second.periods == 2  # January and March, not February
    assert second.withdrawn == 0
    assert_same(town)


def test_figures_without_what_intervals_need_are_measured_once_more(town: Town) -> None:
    """As a ledger that an earlier version wrote: only means and percentiles lack something."""
    town.land([request(n, at(1 + n % 3), weight=n) for n in range(60)], at(3, 2))
    with patch.object(touched, "KEPT", "nothing"):
        town.measure()
    with town.ledger.write() as session:
        session.execute(sa.update(Measurement).values(dict.fromkeys(SPREAD)))

    receipt = town.measure()

    # Of count, mean, percentile, distinct and by_closing (a mean).
    assert (receipt.in_full, receipt.in_part, receipt.untouched) == (3, 0, 2)
    assert (receipt.new, receipt.changed, receipt.withdrawn) == (0, 0, 0)
    means = [row for row in current(town.ledger, "small-town") if row.metric == "mean"]
    assert means
    assert all(row.squares is not None for row in means)
    assert_same(town)
    assert town.measure().untouched == 5


def test_where_nothing_was_imported_nothing_is_measured(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town = replace(town, cuts=monthly(*METRICS))
    town.land([{"caller": "Ann"}], at(3), "callers")
    first = town.measure()

    with patch.object(run_module, "figures", side_effect=lambda *given: iter([])):
        second = town.measure()

    assert (second.in_full, second.in_part, second.untouched) == (0, 0, len(METRICS))
    assert (second.new, second.changed, second.unchanged, second.withdrawn) == (0, 0, 0, 0)
    assert first.new == len(town.figures()) > 0
    assert_same(town)


def test_rows_that_are_only_said_again_by_a_later_file_touch_nothing(town: Town) -> None:
    rows = [request(n, at(n)) for n in (1, 2, 3)]
    town.land(rows, at(3, 2))
    town.measure()
    town.land(rows[:1], at(3, 3))

    again = town.measure()

    # But March is not over, and known further than before.
    assert (again.in_part, again.periods) == (5, 1)
    assert_same(town)


def test_a_row_that_moves_touches_the_month_it_left_and_the_one_it_came_to(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3, 4)], at(4, 2))
    town.measure()
    town.land([request(1, at(3, 5))], at(4, 2, 13))

    again = town.measure()

    assert again.periods == 3  # January, which it left, March, and April, which is not over
    assert again.withdrawn > 0
    assert not any(period == date(2026, 1, 1) for _, _, period, *_ in town.figures())
    assert_same(town)


def test_two_imports_before_one_measure_touch_what_both_touch(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3, 4)], at(4, 2))
    town.measure()
    town.land([request(1, at(1), weight=7)], at(4, 2, 13))
    town.land([request(2, at(2), weight=7)], at(4, 2, 14))

    assert town.measure().periods == 3
    assert_same(town)


def test_an_older_file_touches_the_rows_it_brings(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3, 4)], at(4, 2))
    town.measure()
    town.land([request(1, at(1), weight=7), request(5, at(2, 3))], at(3))

    assert town.measure().periods == 1
    assert_same(town)


def test_a_moment_that_moves_on_brings_planned_days_into_view(town: Town) -> None:
    town = replace(town, cuts=monthly("by_due", "by_due_so_far"))
    town.land([request(n, at(1), due_at=at(n, 20)) for n in (1, 2, 3, 4)], at(1, 25))
    town.measure()
    assert {period for _, _, period, *_ in town.figures()} == {date(2026, 1, 1)}
    town.land([request(9, None)], at(3, 25))

    again = town.measure()

    assert (again.in_full, again.in_part) == (1, 1)  # known_until() may count in any month
    assert_same(town)


def test_a_moment_that_was_mistyped_and_is_set_right_measures_in_full(town: Town) -> None:
    rows = [request(n, at(1), due_at=at(n, 20)) for n in (1, 2, 3, 4)]
    town = replace(town, cuts=monthly("by_due", "count"))
    town.land(rows, at(4, 25))
    town.measure()
    town.land(rows, at(2, 25))

    assert town.measure().in_full == 2
    assert_same(town)


def test_a_source_that_is_looked_up_in_touches_all_rows_that_look(town: Town) -> None:
    town = replace(town, cuts=monthly("in_north", "by_callers_first_day", "count"))
    town.land([{"caller": "Ann", "area": "north"}], at(3), "callers")
    town.land([request(n, at(n), caller="Ann") for n in (1, 2, 3)], at(3, 2))
    town.measure()
    town.land([{"caller": "Ann", "area": "south"}], at(3, 2), "callers")

    again = town.measure()

    assert (again.in_full, again.untouched) == (2, 1)
    assert_same(town)


def test_a_row_that_counts_for_other_rows_of_its_source_touches_them(town: Town) -> None:
    town = replace(town, cuts=monthly("of_callers"))
    town.land([request(n, at(n), caller="Ann") for n in (1, 2, 3)], at(3, 2))
    town.land([{"caller": "Ann"}], at(3), "callers")
    town.measure()
    town.land([request(4, at(3, 3), caller="Ann")], at(3, 4))

    assert town.measure().in_full == 1
    assert_same(town)


@pytest.mark.parametrize(
    "change",
    [
        {"time_zone": "Europe/Madrid"},
        {"fiscal_year_start": 4},
        {"calendar": WorkingCalendar(holidays=[date(2026, 1, 1)])},
        {"departments": [Department(id="parks", name="Works"), Department(id="works", name="W")]},
    ],
)
def test_what_is_declared_anew_is_measured_in_full(town: Town, change: dict[str, Any]) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town.measure()
    organisation = Organisation.model_validate(town.declared.organisation.model_dump() | change)
    town = replace(town, declared=replace(town.declared, organisation=organisation))

    assert town.measure().in_full == 5
    assert_same(town)


def test_other_levels_another_definition_and_a_new_metric_are_measured_in_full(
    town: Town,
) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    replace(town, cuts=monthly("count", "mean", "median")).measure()
    fewer = Cut(METRICS["count"], "month", frozenset({()}))
    other = Cut(metric_of("mean", v.mean(r.score)), "month", LEVELS)
    weekly = Cut(METRICS["median"], "week", LEVELS)
    town = replace(town, cuts=[fewer, other, weekly, *monthly("distinct", "median")])

    again = town.measure()

    assert (again.in_full, again.untouched) == (4, 1)


def test_a_contract_that_changes_is_measured_in_full(town: Town) -> None:
    town.land([request(n, at(n), caller="Ann") for n in (1, 2, 3)], at(3, 2))
    town.land([{"caller": "Ann", "area": "north"}], at(3), "callers")
    town = replace(town, cuts=monthly("in_north"))
    town.measure()
    columns = SOURCES["requests"].columns
    other = replace(
        SOURCES["requests"],
        columns=columns
        | {"area": s.looked_up(s.text(), source="callers", column="caller", by="caller")},
    )
    declared = replace(town.declared, sources=SOURCES | {"requests": other})

    assert replace(town, declared=declared).measure().in_full == 1


def test_a_table_begun_anew_is_measured_in_full_although_its_version_is_the_same(
    town: Town,
) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town.measure()
    shutil.rmtree(town.workspace.landed("small-town", "requests"))
    town.land([request(n, at(n), weight=5) for n in (1, 2)], at(3, 2))

    assert town.measure().in_full == 5
    assert_same(town)


def test_a_table_restored_from_a_copy_is_measured_in_full(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    landed, copy = town.workspace.landed("small-town", "requests"), town.folder / "copy"
    shutil.copytree(landed, copy)
    town.land([request(1, at(1), weight=5)], at(3, 3))
    town.measure()
    shutil.rmtree(landed)
    shutil.copytree(copy, landed)
    assert town.measure().in_full == 5
    assert_same(town)
    shutil.rmtree(landed)
    shutil.copytree(copy, landed)
    town.land([request(2, at(2), weight=9)], at(3, 3))

    town.measure()

    assert_same(town)


def test_a_run_that_came_in_between_is_not_built_upon(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town.measure()
    town.land([request(1, at(1), weight=5)], at(3, 3))
    earlier = latest_run(town.ledger, "small-town")

    def meanwhile(*given: Any) -> Run | None:
        # Somebody withdraws all that stands, and this run does not know of it.
        pairs = {(cut.metric.name, cut.grain) for cut in town.cuts}
        record_run(town.ledger, "small-town", "duckdb", {}, [], [], pairs)
        return earlier

    with patch.object(run_module, "latest_run", meanwhile):
        receipt = town.measure()

    assert receipt.in_full == 5
    assert_same(town)


def test_all_periods_are_measured_when_asked(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    first = town.measure()

    again = town.measure(in_full=True)

    assert (again.in_full, again.unchanged) == (5, first.new)


def test_periods_beyond_the_most_that_are_measured_are_withdrawn(town: Town) -> None:
    town = replace(town, cuts=[Cut(METRICS["count"], "day", LEVELS)])
    with (
        patch("scorecard.measure.figures.MOST_PERIODS", 10),
        patch("scorecard.measure.touched.MOST_PERIODS", 10),
    ):
        town.land([request(n, at(1, n)) for n in range(1, 11)], at(1, 11))
        town.measure()
        for day in range(11, 16):
            town.land([request(day, at(1, day))], at(1, day + 1))
            receipt = town.measure()
            assert (receipt.in_full, receipt.in_part) == (0, 1)
            assert_same(town)


def test_an_import_that_is_killed_before_its_receipt_is_measured_all_the_same(
    town: Town,
) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town.measure()
    with (
        patch("scorecard.observe.importing.record_batch", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        town.land([request(1, at(1), weight=5)], at(3, 2, 14))
    assert town.measure().in_part == 5
    assert_same(town)
    town.land([request(1, at(1), weight=5)], at(3, 2, 14))

    assert town.measure().untouched == 5
    assert_same(town)


def test_rows_that_go_to_quarantine_touch_nothing(town: Town) -> None:
    town.land([request(n, at(n)) for n in (1, 2, 3)], at(3, 2))
    town.measure()
    town.land([request(1, at(1)), {"id": "2", "opened_at": "soon"}], at(3, 2))

    assert town.measure().untouched == 5
    assert_same(town)


def test_so_many_days_that_their_stretches_are_joined_are_all_measured(town: Town) -> None:
    town = replace(town, cuts=[Cut(METRICS["count"], "day", LEVELS)])
    start = at(1)
    town.land([request(n, start + timedelta(days=n)) for n in range(60)], at(4))
    town.measure()
    changed = range(0, 60, 2)
    town.land([request(n, start + timedelta(days=n), topic="Tree") for n in changed], at(4, 1, 13))

    assert town.measure().in_part == 1
    assert_same(town)
