from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scorecard import (
    age_of_open,
    backlog,
    count,
    distinct,
    elapsed,
    known_until,
    mean,
    median,
    percentile,
    rate,
    ratio,
    rounded,
    share,
    spread,
    sum,
    tally,
    working_days,
    working_hours,
)
from scorecard.declare.suggest import nearest
from scorecard.declare.vocabulary import Row
from scorecard.errors import DeclarationError


@pytest.fixture
def r() -> Row:
    return Row(
        "requests",
        {
            "opened_at": "timestamp",
            "closed_at": "timestamp",
            "day": "date",
            "topic": "text",
            "visits": "integer",
            "cost": "number",
            "urgent": "boolean",
        },
        nearest,
    )


def refusal(write: Callable[[], Any]) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        write()
    return caught.value


def test_a_comparison_has_its_canonical_form(r: Row):
    assert (r.closed_at <= r.opened_at).describe() == [
        "comparison",
        "<=",
        ["column", "closed_at", "timestamp"],
        ["column", "opened_at", "timestamp"],
    ]
    assert (r.visits == 3).describe()[-1] == ["constant", 3]


def test_the_canonical_form_is_the_same_for_the_same_words_only(r: Row):
    written = [
        count(),
        count(r.urgent),
        count(~r.urgent),
        count(r.urgent == True),  # noqa: E712
        share(r.urgent),
        share(r.urgent, of=r.topic.known),
        share(r.topic.known, of=r.urgent),
        sum(r.cost),
        mean(r.cost),
        median(r.cost),
        percentile(r.cost, 0.9),
        percentile(r.cost, 0.9, r.urgent),
        mean(rounded(r.cost, 1)),
        mean(rounded(r.cost, 2)),
        mean(r.cost - r.visits),
        mean(r.visits - r.cost),
        mean(elapsed(r.opened_at, r.closed_at, "days")),
        mean(elapsed(r.opened_at, r.closed_at, "hours")),
        mean(working_hours(r.opened_at, r.closed_at)),
        mean(working_days(r.opened_at, r.closed_at)),
        mean(working_days(r.opened_at, known_until())),
        ratio(sum(r.cost), count()),
        ratio(count(), sum(r.cost)),
        rate(sum(r.cost), count()),
        rate(sum(r.cost), count(), per=100),
        backlog(r.opened_at, r.closed_at),
        backlog(r.opened_at, r.closed_at, overdue=r.closed_at),
        backlog(r.opened_at, r.closed_at, where=r.urgent),
        age_of_open(r.opened_at, r.closed_at, "days"),
        age_of_open(r.opened_at, r.closed_at, "hours"),
        distinct(r.topic),
        distinct(r.topic, r.urgent),
        spread(r.cost),
        count(r.closed_at <= known_until()),
        count(r.topic.contains("Pot")),
        count(r.topic.one_of("Pot", "Hole")),
        count(r.topic.missing),
    ]
    assert len({str(one.describe()) for one in written}) == len(written)
    assert median(r.cost).describe() == percentile(r.cost, 0.5).describe()


def test_a_node_knows_the_columns_it_reads(r: Row):
    condition = (r.closed_at <= known_until()) & r.topic.one_of("a", "b") | ~r.urgent
    assert condition.columns() == {"closed_at", "topic", "urgent"}
    assert share(condition, of=r.cost > 1).columns() == {"closed_at", "topic", "urgent", "cost"}
    assert ratio(sum(r.cost), count(r.day.known)).columns() == {"cost", "day"}


def test_calculation_follows_types(r: Row):
    assert (r.visits + 1).type == "integer"
    assert (r.visits / 2).type == "number"
    assert (1.5 * r.visits).type == "number"
    assert (10 - r.cost).describe()[2] == ["constant", 10]
    assert elapsed(r.opened_at, r.closed_at, "days").type == "duration"
    assert elapsed(r.day, r.day, "days").type == "duration"
    assert tally(r.urgent, r.cost > 1).type == "integer"
    assert working_days(r.day, r.closed_at).type == "duration"
    assert working_hours(r.opened_at, known_until()).columns() == {"opened_at"}


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (lambda r: sum(r.cost, r.urgent), {"cost", "urgent"}),
        (lambda r: percentile(r.cost, 0.5), {"cost"}),
        (lambda r: share(r.urgent, of=r.topic.known), {"topic"}),
        (lambda r: share(r.visits, of=r.cost), {"visits", "cost"}),
        (lambda r: share(r.visits, of=r.cost, where=r.urgent), {"visits", "cost", "urgent"}),
        (lambda r: distinct(r.topic, r.urgent), {"topic", "urgent"}),
        (lambda r: spread(r.cost), {"cost"}),
        (lambda r: rate(sum(r.cost), count(r.urgent)), {"urgent"}),
        (lambda r: ratio(sum(r.cost), count(r.urgent)), {"urgent"}),
    ],
)
def test_an_aggregate_counts_the_rows_it_is_made_of(
    rows: Callable[[Row], Any], columns: set[str], r: Row
):
    assert rows(r).rows().columns() == columns


def test_a_count_looks_at_all_rows_and_a_ratio_at_those_of_its_bottom(r: Row):
    assert count(r.urgent).rows() is None
    assert ratio(count(r.urgent), count(r.day.known)).rows() is not None


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 2**63])
def test_a_number_that_engines_cannot_hold_is_refused(number: float, r: Row):
    with pytest.raises(DeclarationError) as refused:
        _ = r.cost > number
    assert refused.value.code == "number-not-finite"


def test_counting_all_rows_has_no_condition(r: Row):
    assert count().rows() is None
    assert count(r.urgent).rows() is None
    assert share(r.urgent).rows() is None


def test_a_share_of_numbers_is_a_share_of_counted_things(r: Row):
    assert share(r.visits, of=r.visits + 1).counted
    assert not share(r.urgent).counted


def test_a_share_of_rows_holds_every_condition_in_its_whole(r: Row):
    filtered = share(r.urgent, of=r.topic.known, where=r.cost > 1)
    assert filtered.describe() == share(r.urgent, of=r.topic.known & (r.cost > 1)).describe()
    assert share(r.urgent, where=r.cost > 1).describe() == share(r.urgent, r.cost > 1).describe()


def test_a_share_without_a_filter_keeps_the_canonical_form_it_always_had(r: Row):
    assert share(r.visits, of=r.cost).describe() == [
        "share",
        ["column", "visits", "integer"],
        ["column", "cost", "number"],
    ]
    assert len(share(r.visits, of=r.cost, where=r.urgent).describe()) == 4


def test_what_does_not_add_up_says_so(r: Row):
    assert rate(count(), count()).adds_over_periods
    for figure in (distinct(r.topic), spread(r.cost), median(r.cost)):
        assert not figure.adds_over_units
        assert not figure.adds_over_periods


def test_what_stands_adds_up_over_units_alone(r: Row):
    standing = backlog(r.opened_at, r.closed_at, where=r.urgent)
    assert standing.adds_over_units
    assert not standing.adds_over_periods
    assert standing.columns() == {"opened_at", "closed_at", "urgent"}


def test_a_refused_ratio_says_why(r: Row):
    found = refusal(lambda: ratio(distinct(r.topic), count()))  # type: ignore[arg-type]
    assert "counted twice" in found.message
    assert "average of averages" in refusal(lambda: rate(mean(r.cost), count())).message  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (lambda r: r.topc, "column-unknown"),
        (lambda r: r.topic < 3, "type-mismatch"),
        (lambda r: r.day <= r.opened_at, "type-mismatch"),
        (lambda r: r.urgent < r.urgent, "type-mismatch"),
        (lambda r: r.topic & r.urgent, "type-mismatch"),
        (lambda r: r.urgent & True, "not-an-expression"),
        (lambda r: r.topic + 1, "type-mismatch"),
        (lambda r: r.cost.contains("1"), "type-mismatch"),
        (lambda r: r.topic.one_of(), "one-of-nothing"),
        (lambda r: tally(), "tally-of-nothing"),
        (lambda r: tally(r.cost), "type-mismatch"),
        (lambda r: r.cost == None, "not-an-expression"),  # noqa: E711
        (lambda r: r.urgent and r.urgent, "logic-in-python"),
        (lambda r: 1 < r.cost < 3, "logic-in-python"),
        (lambda r: elapsed(r.day, r.closed_at, "days"), "type-mismatch"),
        (lambda r: elapsed(r.opened_at, r.closed_at, "months"), "time-unit-unknown"),  # type: ignore[arg-type]
        (
            lambda r: (
                elapsed(r.opened_at, r.closed_at, "days")
                < elapsed(r.opened_at, r.closed_at, "hours")
            ),
            "unit-mismatch",
        ),
        (lambda r: sum(r.topic), "type-mismatch"),
        (lambda r: mean(3), "not-an-expression"),  # type: ignore[arg-type]
        (lambda r: share(True), "not-an-expression"),  # type: ignore[arg-type]
        (lambda r: share(r.visits), "type-mismatch"),
        (lambda r: share(r.visits, of=r.urgent), "type-mismatch"),
        (lambda r: percentile(r.cost, 0), "quantile-out-of-range"),
        (lambda r: percentile(r.cost, 1), "quantile-out-of-range"),
        (lambda r: percentile(r.cost, 95), "quantile-out-of-range"),
        (lambda r: ratio(mean(r.cost), count()), "not-additive"),  # type: ignore[arg-type]
        (lambda r: ratio(distinct(r.topic), distinct(r.day)), "not-additive"),  # type: ignore[arg-type]
        (lambda r: rate(median(r.cost), count()), "not-additive"),  # type: ignore[arg-type]
        (lambda r: rate(count(), spread(r.cost)), "not-additive"),  # type: ignore[arg-type]
        (lambda r: rate(count(), count(), per=0), "per-invalid"),
        (lambda r: rate(count(), count(), per="1000"), "per-invalid"),  # type: ignore[arg-type]
        (lambda r: sum(percentile(r.cost, 0.9)), "aggregate-nested"),  # type: ignore[arg-type]
        (lambda r: mean(mean(r.cost)), "aggregate-nested"),  # type: ignore[arg-type]
        (lambda r: mean(r.cost) / count(), "aggregate-nested"),
        (lambda r: 2 * median(r.cost), "aggregate-nested"),
        (lambda r: mean(r.cost) > 3, "aggregate-nested"),
        (lambda r: distinct(r.cost), "type-mismatch"),
        (lambda r: backlog(r.opened_at, r.day), "type-mismatch"),
        (lambda r: backlog(r.opened_at, known_until()), "type-mismatch"),
        (lambda r: age_of_open(r.opened_at, r.topic, "days"), "type-mismatch"),
        (lambda r: age_of_open(r.opened_at, r.closed_at, "moons"), "time-unit-unknown"),  # type: ignore[arg-type]
        (lambda r: ratio(backlog(r.opened_at, r.closed_at), count()), "not-additive"),  # type: ignore[arg-type]
        (lambda r: working_hours(r.day, r.closed_at), "type-mismatch"),
        (lambda r: working_days(r.topic, r.day), "type-mismatch"),
        (lambda r: working_days(3, r.day), "not-an-expression"),  # type: ignore[arg-type]
        (
            lambda r: (
                working_hours(r.opened_at, r.closed_at) < elapsed(r.opened_at, r.closed_at, "days")
            ),
            "unit-mismatch",
        ),
        (lambda r: spread(r.day), "type-mismatch"),
        (lambda r: rounded(r.cost, -1), "decimals-out-of-range"),
    ],
)
def test_a_mistake_is_refused_where_it_is_written(write: Callable[[Row], Any], code: str, r: Row):
    assert refusal(lambda: write(r)).code == code


def test_a_misspelt_column_names_the_nearest(r: Row):
    assert refusal(lambda: r.opend_at).hint == "Did you mean 'opened_at'?"
    assert str(refusal(lambda: r.zzz).hint).startswith("It has opened_at, ")


def test_a_percentage_in_place_of_a_fraction_is_answered_with_the_fraction(r: Row):
    assert refusal(lambda: percentile(r.cost, 95)).hint == "Write 0.95."
