"""So what, now what: every form of both clauses, as they read, and that no other can come about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare.standards import Standard
from scorecard.judge.chart import Assurance
from scorecard.judge.confidence import Confidence
from scorecard.judge.status import Status
from scorecard.report.behaviour import behaviour
from scorecard.report.meaning import now_what, so_what
from scorecard.report.row import ScorecardRow
from tests.report.rows_builder import SHARE, months, row

CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]
"""Around 85, between 80.2 and 89.8 %."""
RUN_BELOW = [*CALM, 82.0, 83.0, 82.5, 82.2, 82.6, 82.1, 82.7]
RUN_ABOVE = [170 - value for value in RUN_BELOW]
FALLING = [*CALM, *[86.5, 86.0, 85.5, 85.0, 84.5, 84.0, 83.5]]
RISING = [170 - value for value in FALLING]
FAR_BELOW, FAR_ABOVE = [*CALM, 74.0], [*CALM, 96.0]
TWO_BELOW = [*CALM, 80.2, 83.0, 79.8]
TWO_ABOVE = [170 - value for value in TWO_BELOW]


def told(actuals: list[Any], **given: Any) -> tuple[str, str]:
    rows = months(actuals, **{**SHARE, **given})
    assert rows[-1].status.judged
    found = behaviour(rows)
    return so_what(rows[-1], found), now_what(rows[-1], found)


SINCE = "since January 2026"
FOR = "it is for the Service manager to "


@pytest.mark.parametrize(
    ("actuals", "expected", "what", "now"),
    [
        # A change for the worse, while the promise is kept, and when it is missed.
        (
            RUN_BELOW,
            80.0,
            f"but it has become worse (seven months running below the mean, {SINCE})",
            f"{FOR}find out what changed around January 2026 before the promise is missed",
        ),
        (
            RUN_BELOW,
            90.0,
            f"and it has become worse (seven months running below the mean, {SINCE})",
            f"{FOR}find out what changed around January 2026",
        ),
        (
            FALLING,
            80.0,
            f"but it is getting worse (falling over seven months, {SINCE})",
            f"{FOR}find out what changed around January 2026 before the promise is missed",
        ),
        (
            FALLING,
            90.0,
            f"and it is getting worse (falling over seven months, {SINCE})",
            f"{FOR}find out what changed around January 2026",
        ),
        (
            FAR_BELOW,
            70.0,
            "but it is clearly worse than usual (below the lower limit in July 2026; a usual month "
            "lies between 79.3 and 89.0 %)",
            f"{FOR}find out what changed in July 2026 before the promise is missed",
        ),
        (
            FAR_BELOW,
            80.0,
            "and it is clearly worse than usual (below the lower limit in July 2026; a usual month "
            "lies between 79.3 and 89.0 %)",
            f"{FOR}find out what changed in July 2026",
        ),
        (
            TWO_BELOW,
            79.0,
            "but it is worse than usual (two of three months close to the lower limit, since May "
            "2026; a usual month lies between 78.3 and 90.1 %)",
            f"{FOR}find out what changed around May 2026 before the promise is missed",
        ),
        (
            TWO_BELOW,
            81.0,
            "and it is worse than usual (two of three months close to the lower limit, since May "
            "2026; a usual month lies between 78.3 and 90.1 %)",
            f"{FOR}find out what changed around May 2026",
        ),
        # A change for the better.
        (
            RUN_ABOVE,
            80.0,
            f"and it has become better (seven months running above the mean, {SINCE})",
            f"{FOR}find out what helped and keep it up",
        ),
        (
            RUN_ABOVE,
            90.0,
            f"but it has become better (seven months running above the mean, {SINCE})",
            f"{FOR}find out what helped and do more of it",
        ),
        (
            RISING,
            80.0,
            f"and it is getting better (rising over seven months, {SINCE})",
            f"{FOR}find out what helped and keep it up",
        ),
        (
            RISING,
            90.0,
            f"but it is getting better (rising over seven months, {SINCE})",
            f"{FOR}find out what helped and do more of it",
        ),
        (
            FAR_ABOVE,
            80.0,
            "and it is clearly better than usual (above the upper limit in July 2026; a usual "
            "month lies between 81.0 and 90.7 %)",
            f"{FOR}find out what helped and keep it up",
        ),
        (
            FAR_ABOVE,
            97.0,
            "but it is clearly better than usual (above the upper limit in July 2026; a usual "
            "month lies between 81.0 and 90.7 %)",
            f"{FOR}find out what helped and do more of it",
        ),
        (
            TWO_ABOVE,
            80.0,
            "and it is better than usual (two of three months close to the upper limit, since May "
            "2026; a usual month lies between 79.9 and 91.7 %)",
            f"{FOR}find out what helped and keep it up",
        ),
        (
            TWO_ABOVE,
            95.0,
            "but it is better than usual (two of three months close to the upper limit, since May "
            "2026; a usual month lies between 79.9 and 91.7 %)",
            f"{FOR}find out what helped and do more of it",
        ),
        # No change: what the process, as it works, keeps and misses.
        (
            CALM,
            80.0,
            "and as it works now nearly every month keeps this promise (a usual month lies between "
            "80.2 and 89.8 %)",
            "nothing needs to be done",
        ),
        (
            CALM,
            90.0,
            "and as it works now nearly every month misses this promise (a usual month lies "
            "between 80.2 and 89.8 %)",
            f"{FOR}change how the work is done, or what is promised",
        ),
        (
            CALM,
            84.0,
            "and as it works now one month may keep this promise and the next one miss it without "
            "anything having changed (a usual month lies between 80.2 and 89.8 %)",
            f"{FOR}change how the work is done if every month is to keep the promise, since this "
            "one month by itself explains nothing",
        ),
        (
            CALM,
            86.0,
            "and as it works now one month may keep this promise and the next one miss it without "
            "anything having changed (a usual month lies between 80.2 and 89.8 %)",
            f"{FOR}change how the work is done if every month is to keep the promise, since this "
            "one month by itself explains nothing",
        ),
        # Nothing varies, or too little is known.
        ([100.0] * 9, 95.0, "and it has been the same in every month measured", ""),
        ([50.0] * 9, 95.0, "and it has been the same in every month measured", f"{FOR}act"),
        (
            [80.0, None, 81.0, None, 82.0, None, 83.0, None] * 2 + [84.0],
            80.0,
            "and too few months in a row are known to say what is usual",
            "",
        ),
        (
            [80.0, None, 81.0, None, 82.0, None, 83.0, None] * 2 + [84.0],
            90.0,
            "and too few months in a row are known to say what is usual",
            f"{FOR}act",
        ),
        # No chart.
        ([85.0, 84.0], 80.0, "", ""),
        ([85.0, 84.0], 90.0, "", f"{FOR}act"),
    ],
)
def test_each_form_with_a_chart(actuals: list[Any], expected: float, what: str, now: str) -> None:
    assert told(actuals, expected=expected) == (what, now)
    # Where less is better, the mirrored figures say the same; below is above then.
    mirrored = told(
        [None if value is None else -value for value in actuals],
        expected=-expected,
        better="lower",
        unit="number",
    )
    swapped = [one.split(" (")[0] for one in mirrored]
    assert swapped == [what.split(" (")[0], now]


def test_a_missed_promise_within_its_tolerance_reads_as_a_missed_one() -> None:
    assert told(CALM, expected=86.0, tolerance=0.0) == told(CALM, expected=86.0, tolerance=2.0)


@pytest.mark.parametrize(
    ("confidence", "what"),
    [
        (Confidence.SURELY_MET, "and that is more than chance"),
        (Confidence.SURELY_MISSED, "and that is more than chance"),
        (Confidence.LIKELY_MET, "and that is likely more than chance"),
        (Confidence.LIKELY_MISSED, "and that is likely more than chance"),
        (Confidence.UNCERTAIN, "and with 40 records chance alone may have decided it"),
        (Confidence.TOO_FEW, "and 40 records cannot tell whether chance decided it"),
        (None, ""),
    ],
)
@pytest.mark.parametrize("charted", [False, True], ids=["no chart", "too few to chart"])
def test_without_a_chart_it_is_how_sure_the_status_is(
    confidence: Confidence | None, what: str, charted: bool
) -> None:
    made = row(70.0, **SHARE, n=40, confidence=confidence)
    found = behaviour([made]) if charted else None
    assert so_what(made, found) == what
    chance = confidence in (Confidence.UNCERTAIN, Confidence.TOO_FEW)
    assert now_what(made, found) == FOR + ("watch what comes next" if chance else "act")
    kept = row(90.0, **SHARE, n=40, confidence=confidence)
    assert so_what(kept, found) == what
    assert now_what(kept, found) == ""


def test_one_record_is_said_as_one() -> None:
    made = row(70.0, **SHARE, n=1, confidence=Confidence.UNCERTAIN)
    assert so_what(made, None) == "and with 1 record chance alone may have decided it"


@pytest.mark.parametrize(
    "made",
    [
        row(None),
        row(70.0, n=3, min_n=20),
        row(70.0, complete=False),
        row(70.0, expected=None),
    ],
)
def test_what_is_not_judged_means_nothing_yet(made: ScorecardRow) -> None:
    rows = [*months(CALM, last=date(2026, 6, 1)), made]
    for found in (None, behaviour([made]), behaviour(rows)):
        assert (so_what(made, found), now_what(made, found)) == ("", "")


def test_nobody_to_act_is_said() -> None:
    assert told(CALM, expected=90.0, owner=None)[1] == (
        "nobody is named to change how the work is done, or what is promised"
    )
    assert told(RUN_BELOW, owner="The Mayor")[1].startswith("it is for the Mayor to find out")


@pytest.mark.parametrize(
    ("grain", "last", "what", "now"),
    [
        ("week", date(2026, 7, 6), "nearly every week keeps", "a usual week lies"),
        ("quarter", date(2026, 4, 1), "nearly every quarter keeps", "a usual quarter lies"),
        ("day", date(2026, 7, 6), "nearly every day keeps", "a usual day lies"),
        ("fiscal_year", date(2026, 1, 1), "nearly every fiscal year", "a usual fiscal year lies"),
    ],
)
def test_periods_are_called_what_they_are(grain: str, last: date, what: str, now: str) -> None:
    found, _ = told(CALM, grain=grain, last=last)
    assert what in found
    assert now in found


def test_a_day_is_on_and_a_week_is_in() -> None:
    day = told(FAR_BELOW, grain="day", last=date(2026, 7, 6))
    assert "below the lower limit on 6 July 2026; a usual day lies" in day[0]
    assert day[1].endswith("what changed on 6 July 2026")
    week = told(RUN_BELOW, grain="week", last=date(2026, 7, 6), expected=90.0)
    assert week[1].endswith("what changed around week 22 of 2026")
    fiscal = [
        row(value, **{**SHARE, "expected": 90.0}, grain="fiscal_year", period=date(2008 + i, 7, 1))
        for i, value in enumerate(RUN_BELOW)
    ]
    found = behaviour(fiscal, None, 7)
    assert now_what(fiscal[-1], found).endswith("what changed around fiscal year 2020-21")
    assert so_what(fiscal[-1], found) == (
        "and it has become worse (seven fiscal years running below the mean, since fiscal year "
        "2020-21)"
    )


def accepted(day: date) -> Standard:
    return Standard.model_validate(
        {
            "id": "closed-on-time",
            "title": "Requests are closed on time",
            "metric": "closed_on_time",
            "departments": "all",
            "expected": [{"from": date(2020, 1, 1), "at_least": 80}],
            "chart": {"rebases": [{"from": day, "reason": "New crew", "accepted": "Mayor"}]},
        }
    )


def test_a_phase_that_has_hardly_begun_is_not_said_to_keep_or_miss_anything() -> None:
    rows = months([*CALM, 95.0, 94.0, 96.0], **SHARE)
    found = behaviour(rows, accepted(date(2026, 5, 1)))
    assert so_what(rows[-1], found) == (
        "and too few months in a row are known since May 2026 to say what is usual"
    )
    assert now_what(rows[-1], found) == ""
    same = months([*CALM, 95.0, 95.0, 95.0], **SHARE)
    found = behaviour(same, accepted(date(2026, 5, 1)))
    assert so_what(same[-1], found) == (
        "and it has been the same in every month measured since May 2026"
    )


@settings(max_examples=150, deadline=None)
@given(
    actuals=st.lists(
        st.one_of(st.none(), st.floats(60, 100).map(lambda x: round(x, 1))), min_size=1, max_size=30
    ),
    expected=st.floats(55, 105).map(lambda x: round(x, 1)),
    better=st.sampled_from(["higher", "lower"]),
)
def test_a_clause_never_contradicts_the_status_beside_it(
    actuals: list[float | None], expected: float, better: str
) -> None:
    rows = months(actuals, **{**SHARE, "expected": expected, "better": better})
    last, found = rows[-1], behaviour(rows)
    what, now = so_what(last, found), now_what(last, found)
    if not last.status.judged:
        assert (what, now) == ("", "")
        return
    kept = last.status is Status.MET
    # A figure beyond the limits is a signal, so that what always keeps is not missed, nor the
    # other way round; those two forms are for differences of arithmetic alone.
    if found.signal is None and found.assurance is Assurance.KEEPS:
        assert kept
    if found.signal is None and found.assurance is Assurance.MISSES:
        assert not kept
    assert what.startswith(("and ", "but ")) or not found.is_told
    assert not what.startswith("but ") or found.signal is not None
    assert bool(now) or kept
    for clause in (what, now):
        assert "  " not in clause
        assert "nan" not in clause
        assert clause.count("(") == clause.count(")")


def test_what_is_beyond_the_limits_for_long_has_become_worse() -> None:
    rows = months([*CALM, *CALM, *[74.0, 75.0, 74.5, 75.5, 74.0, 75.0, 74.5, 75.2]], **SHARE)
    what = so_what(rows[-1], behaviour(rows))
    assert what == (
        "and it has become worse (eight months running below the lower limit, since December 2025; "
        "a usual month lies between 78.3 and 86.5 %)"
    )
