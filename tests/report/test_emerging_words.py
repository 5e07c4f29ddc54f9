"""Every form a sentence about what is emerging can take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from scorecard.declare.metrics import Metric
from scorecard.declare.periods import Grain, Period
from scorecard.judge.emerging import Entry, Kind
from scorecard.judge.intervals import Interval
from scorecard.report.emerging_series import Subject
from scorecard.report.emerging_words import (
    about,
    cases,
    counted_how,
    entry_sentence,
    look_at,
    parts_sentence,
)


def metric(
    source: str = "requests", at: str = "opened_at", title: str = "Closed on time"
) -> Metric:
    # What is aggregated plays no part in the words.
    return Metric(
        *("m", "Closed on time", "", "percent", "higher", 1, None, Path("metrics.py"), 1),
        *(source, at, cast(Any, None), ()),
    )


def subject(grain: Grain = "month", **given: Any) -> Subject:
    facts: dict[str, Any] = {
        **{"metric": metric(), "standard": "s", "own": False, "department": "works", "by": "topic"},
        **{"department_name": "Public Works", "value": "Pothole", "volume": True},
        "period": Period(date(2026, 7, 1), grain),
    }
    return Subject(**facts | given)


VOLUME = Entry(
    *("key", Kind.VOLUME_UP, 412.0, 291.0, Interval(260, 330), None, 121.0, Interval(82, 152)),
    *(1e-6, 1e-4, 2, False, True, True, 60),
)
SHARE = Entry(
    *("key", Kind.SERVICE_WORSE, 0.612, 0.75, Interval(0.701, 0.803), 412.0, 56.9),
    *(Interval(37, 79), 1e-6, 1e-4, 1, False, True, True, 60),
)


@pytest.mark.parametrize(
    ("entry", "about", "text"),
    [
        (
            VOLUME,
            subject(),
            "Pothole in Public Works: 412 requests opened in July 2026 where 260 to 330 would be "
            "usual for July; about 120 more than usual, the second month running.",
        ),
        (
            replace(VOLUME, running=3, running_at_least=True, season=False),
            subject(),
            "Pothole in Public Works: 412 requests opened in July 2026 where 260 to 330 would be "
            "usual; about 120 more than usual, at least the third month running.",
        ),
        (
            replace(VOLUME, kind=Kind.VOLUME_DOWN, observed=1012.0, excess=-1288.4, running=1),
            subject(by=None, value=None),
            "Public Works: 1,012 requests opened in July 2026 where 260 to 330 would be usual for "
            "July; about 1,300 fewer than usual.",
        ),
        (
            replace(VOLUME, observed=40.0, excess=39.9, usual=Interval(0, 0), running=1),
            subject(),
            "Pothole in Public Works: 40 requests opened in July 2026 where none would be usual "
            "for July; about 40 more than usual.",
        ),
        (
            replace(VOLUME, observed=40.0, excess=38.0, usual=Interval(0, 5), running=1),
            subject("quarter"),
            "Pothole in Public Works: 40 requests opened in 2026 Q3 where at most 5 would be usual "
            "for the time of year; about 38 more than usual.",
        ),
        (
            replace(VOLUME, usual=Interval(9, 9), running=2),
            subject("day", department=None, department_name="Town", by="channel", value="Web"),
            "channel Web: 412 requests opened on 1 July 2026 where 9 would be usual for the day of "
            "the week; about 120 more than usual, the second day running.",
        ),
        (
            SHARE,
            subject(volume=False),
            "Pothole in Public Works: “Closed on time” was 61.2 % (n = 412) in July 2026 where "
            "70.1 to 80.3 % would be usual for July; about 57 more than usual were served badly.",
        ),
        (
            replace(
                SHARE,
                kind=Kind.SERVICE_BETTER,
                excess=-1.2,
                usual=Interval(0.5, 0.5),
                season=False,
            ),
            subject("year", volume=False, value=None),
            "topic not recorded in Public Works: “Closed on time” was 61.2 % (n = 412) in 2026 "
            "where 50.0 % would be usual; about 1 fewer than usual was served badly.",
        ),
    ],
)
def test_a_sentence_for_every_form(entry: Entry, about: Subject, text: str) -> None:
    assert entry_sentence(about, entry) == text


def test_what_to_do_differs_by_kind() -> None:
    advice = {look_at(replace(VOLUME, kind=kind)) for kind in Kind}
    assert len(advice) == 4
    assert all(one.startswith("Look ") and one.endswith(".") for one in advice)


@pytest.mark.parametrize(
    ("source", "at", "words"),
    [
        ("requests", "opened_at", "requests opened"),
        ("requests", "due_at", "requests due"),
        ("requests", "closed_on", "requests closed"),
        ("calls", "date", "calls"),
        ("satisfaction", "answered_at", "satisfaction records answered"),
        ("park_visits", "day", "park visits"),
    ],
)
def test_cases_are_named_by_their_source_and_the_day_that_places_them(
    source: str, at: str, words: str
) -> None:
    assert cases(subject(metric=metric(source, at))) == words


def test_it_is_said_how_a_volume_is_counted_that_no_metric_counts() -> None:
    assert counted_how(subject()) == (
        "Requests opened are those out of which “Closed on time” is a share; others of them are "
        "not counted here."
    )


@pytest.mark.parametrize(
    ("size", "text"),
    [(0.2, "one"), (-1.4, "1"), (56.9, "57"), (121, "120"), (-1288.4, "1,300"), (99.6, "100")],
)
def test_sizes_have_two_figures(size: float, text: str) -> None:
    assert about(size) == text


def test_parts_are_named_with_their_size_and_the_rest_counted() -> None:
    assert parts_sentence([]) == ""
    two = [(subject(), VOLUME), (subject(by="channel", value="Web"), SHARE)]
    assert parts_sentence(two) == "Also in Pothole (about 120) and channel Web (about 57)."
    assert parts_sentence([*two, *two, *two]).endswith("channel Web (about 57) and 2 more.")
