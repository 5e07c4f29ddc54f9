from pathlib import Path

import pytest

from scorecard.declare.metrics import Better, Metric, Unit
from scorecard.declare.vocabulary import (
    Aggregate,
    Row,
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
)
from scorecard.report.words import definition_words, expression_words

r = Row(
    "requests",
    {
        "opened_at": "timestamp",
        "closed_at": "timestamp",
        "due_at": "timestamp",
        "topic": "text",
        "answered": "boolean",
        "volume": "integer",
        "volume_meeting_target": "integer",
    },
    lambda name, names: None,
)


def metric(aggregate: Aggregate, unit: Unit = "percent", better: Better = "higher") -> Metric:
    return Metric(
        name="m",
        title="M",
        description="",
        source="requests",
        at="closed_at",
        aggregate=aggregate,
        unit=unit,
        better=better,
        min_n=1,
        decimals=None,
        examples=(),
        file=Path("metrics.py"),
        line=1,
    )


def test_a_share_names_what_is_counted_out_of_what_and_what_is_left_out() -> None:
    words = definition_words(
        metric(share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known))
    )
    assert words.figure == "The numerator as a percentage of the denominator."
    assert (
        words.numerator == "Of the denominator, those where “closed at” is no later than “due at”."
    )
    assert words.denominator == "Records where “closed at” is known and “due at” is known."
    assert words.exclusions == "Records where “closed at” is missing or “due at” is missing."
    assert words.placed == "A record belongs to the period in which its “closed at” falls."


def test_a_condition_that_may_be_undecided_says_that_missing_values_are_left_out() -> None:
    words = definition_words(metric(share(r.closed_at.known, of=r.due_at <= known_until())))
    assert words.denominator == (
        "Records where “due at” is no later than the latest moment the records know."
    )
    assert words.exclusions == (
        "Records where “closed at” is missing or “due at” is after the latest moment the records "
        "know, or where that cannot be told because a value is missing."
    )


def test_counted_things_are_summed() -> None:
    words = definition_words(metric(share(r.volume_meeting_target, of=r.volume)))
    assert words.numerator == "The sum of “volume meeting target”."
    assert words.denominator == "The sum of “volume”."
    assert "“volume” is missing" in words.exclusions


def test_a_percentile_says_what_stays_within_it() -> None:
    days = elapsed(r.opened_at, r.closed_at, "days")
    words = definition_words(metric(percentile(days, 0.9, where=r.due_at.known), "days", "lower"))
    assert words.figure == ("The 90 % percentile: the value that 90 % of the records stay within.")
    assert words.numerator == (
        "The days from “opened at” to “closed at” over records where “due at” is known."
    )
    assert words.denominator == ""
    assert words.exclusions == (
        "Records where “closed at” is missing, “opened at” is missing or “due at” is missing."
    )
    assert definition_words(metric(median(days), "days")).figure.startswith("The median")


def test_means_sums_counts_and_ratios() -> None:
    assert definition_words(metric(mean(r.volume), "count")).numerator == (
        "The sum of “volume” over all records."
    )
    assert definition_words(metric(count(), "count")).numerator == "All records."
    assert definition_words(metric(sum(r.volume), "count")).denominator == ""
    words = definition_words(metric(ratio(sum(r.volume), count(r.answered)), "number"))
    assert words.figure == "The numerator divided by the denominator."
    assert words.denominator == "Records where “answered” is yes."


def test_what_does_not_add_up_and_rates() -> None:
    words = definition_words(metric(distinct(r.topic, r.answered), "count"))
    assert words.figure == "How many different values."
    assert words.numerator == "“topic” over records where “answered” is yes."
    assert "(n - 1)" in definition_words(metric(spread(r.volume), "number")).figure
    words = definition_words(metric(rate(count(r.answered), sum(r.volume)), "number"))
    assert words.figure == "The numerator for every 1,000 of the denominator."
    assert words.numerator == "Records where “answered” is yes."
    filtered = share(r.volume_meeting_target, of=r.volume, where=r.answered)
    assert definition_words(metric(filtered)).denominator == (
        "The sum of “volume” over records where “answered” is yes."
    )


def test_what_stands_at_the_end_of_a_period() -> None:
    words = definition_words(
        metric(backlog(r.opened_at, r.closed_at, overdue=r.due_at, where=r.answered), "count")
    )
    assert words.figure == "How many are open at the end of the period."
    assert words.numerator == (
        "Records where “opened at” is before the end of the period, “closed at” is not, “due at” "
        "is before it and “answered” is yes."
    )
    assert words.placed == "A record counts at the end of every period in which it stands open."
    aged = definition_words(metric(age_of_open(r.opened_at, r.closed_at, "days"), "days"))
    assert aged.numerator.startswith("The days from “opened at” to the end of the period, summed")
    assert aged.denominator == "The number of those records."


def test_the_scope_of_the_standard_is_named() -> None:
    shared = metric(share(r.answered, of=r.due_at.known))
    words = definition_words(shared, {"topic": "Pothole", "answered": True})
    assert words.denominator == (
        'Records where “due at” is known, only where “topic” is "Pothole" and “answered” is yes.'
    )
    assert definition_words(metric(count(), "count"), {"topic": "Pothole"}).denominator == (
        'Only where “topic” is "Pothole".'
    )


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (r.topic == "Pothole", '“topic” is "Pothole"'),
        (~(r.topic == "Pothole"), '“topic” is not "Pothole"'),
        (r.topic.contains("light"), '“topic” contains "light"'),
        (~r.topic.contains("light"), '“topic” does not contain "light"'),
        (r.volume > 1000, "“volume” is more than 1,000"),
        (r.volume / 2 >= 3, "(“volume” divided by 2) is at least 3"),
        (
            rounded(r.volume / 2, 1) > 1,
            "(“volume” divided by 2) rounded to 1 decimals is more than 1",
        ),
        (
            tally(r.answered, r.volume > 1),
            "how many of these hold: “answered” is yes; “volume” is more than 1",
        ),
        (
            working_days(r.opened_at, known_until()) <= 3,
            "the working days from “opened at” to the latest moment the records know is at most 3",
        ),
        (r.closed_at.missing, "“closed at” is missing"),
        (~r.closed_at.missing, "“closed at” is known"),
        (~r.answered, "“answered” is no"),
        (
            (r.answered | r.closed_at.known) & r.due_at.known,
            "(“answered” is yes or “closed at” is known) and “due at” is known",
        ),
        (
            ~(r.answered | (r.closed_at.known & r.due_at.known)),
            "“answered” is no and (“closed at” is missing or “due at” is missing)",
        ),
        (
            r.topic.one_of("a", "b", "c"),
            '“topic” is "a", “topic” is "b" or “topic” is "c"',
        ),
    ],
)
def test_conditions_read_as_english(made, words) -> None:
    assert expression_words(made) == words
