"""What a standard's page says of its control chart, in words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dashboard.behaviour import behaviour_section
from dashboard.parts import behaviour_cell, behaviour_mark
from scorecard.declare.standards import Standard
from scorecard.report.behaviour import behaviour
from scorecard.report.behaviour_style import variation_style
from scorecard.report.cells import line
from scorecard.report.history import History
from scorecard.report.row import ScorecardRow
from tests.report.rows_builder import SHARE, months, row

CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]
LOW = [value - 15 for value in CALM]
HOSTILE = "<img src=x onerror=alert(1)>"


def text(rows: list[ScorecardRow], **chart: Any) -> str:
    standard = Standard.model_validate(
        {
            "id": "closed-on-time",
            "title": "Requests are closed on time",
            "metric": "closed_on_time",
            "departments": "all",
            "expected": [{"from": date(2020, 1, 1), "at_least": 80}],
            "chart": chart,
        }
    )
    return words(str(behaviour_section(behaviour(rows, standard))))


def shares(actuals: list[Any], **given: Any) -> list[ScorecardRow]:
    return months(actuals, **{**SHARE, **given})


def words(html: str) -> str:
    assert HOSTILE not in html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html).replace("&nbsp;", " "))


def test_a_calm_series_is_read_in_plain_words() -> None:
    told = text(months(CALM, **SHARE))
    assert "common cause : The usual ups and downs: no sign that anything has changed." in told
    assert "keeps : As it works now, nearly every period keeps the promise." in told
    assert (
        "Usually A usual month lies between 80.2 and 89.8 %: between the two limits of the "
        "chart." in told
    )
    assert (
        "Rests on 12 months, so the limits are provisional; rules “making-data-count-2021”." in told
    )
    assert "proposed" not in told


def test_a_signal_and_what_its_limits_leave_out_are_said() -> None:
    told = text(months([*CALM, *CALM, 74.0], **SHARE))
    assert "concerning : Below the lower limit in July 2026." in told
    assert "hit or miss : As it has worked so far, one period may keep" in told
    assert (
        "Rests on 25 months; an unusually large step from one month to the next left out; rules"
        in told
    )


def test_too_few_periods_and_refusals_stand_in_place_of_the_chart() -> None:
    assert text(months(CALM[:5], **SHARE)).endswith(
        "Too few for a control chart: five months can be charted, and it takes eight. "
    )
    early = [{"from": date(2019, 1, 1), "reason": "New crew", "accepted": "Mayor"}]
    assert "rebase-no-period: No period begins on 2019-01-01." in text(
        months(CALM, **SHARE), rebases=early
    )


def test_a_period_that_is_not_over_is_said_to_be_no_point() -> None:
    rows = [*months(CALM, last=date(2026, 6, 1), **SHARE), row(10.0, **SHARE, complete=False)]
    told = text(rows)
    assert "July 2026 is no point of the chart: not complete yet." in told
    assert "A usual month lies between 80.2 and 89.8 %" in told
    assert "Assurance" not in told


def test_what_never_varies_and_what_has_hardly_begun_are_said() -> None:
    assert "It has been the same in every month measured." in text(months([100.0] * 9, **SHARE))
    new = [{"from": date(2026, 6, 1), "reason": "New crew", "accepted": "Mayor"}]
    told = text(months([*LOW, *CALM[:2]], **SHARE), rebases=new)
    assert "Too few months in a row are known since June 2026 to say what is usual." in told
    assert "Rests on 2 months; rules" in told
    assert "Assurance" not in told


def test_a_proposed_phase_waits_for_a_person() -> None:
    rows = months([*CALM, *LOW], **SHARE)
    told = text(rows)
    assert "A new phase is proposed and waits for a person. The level has shifted" in told
    assert (
        "To accept it, add to the list “rebases” under [standard.chart]: { from = 2025-08-01, "
        in told.replace("&quot;", '"')
    )
    whole = text(shares([*CALM, *LOW], department=None))
    assert "under [standard.chart]; it then holds for every department: {" in whole
    nobody = text(shares([*CALM, *LOW], department="unassigned"))
    assert "A new phase is proposed" in nobody
    assert "To accept it" not in nobody


def test_what_people_declared_is_listed_and_escaped() -> None:
    told = text(
        months(CALM, **SHARE),
        excluded=[{"period": date(2026, 1, 1), "reason": f"Storm {HOSTILE}"}],
        baseline=[{"until": date(2026, 5, 1)}],
    )
    assert "1 January 2026 left out Storm &lt;img" in told
    assert "1 May 2026 baseline The limits rest on the periods before this day." in told
    assert "Rests on 8 months, so the limits are provisional" in told


def cell(rows: list[ScorecardRow]) -> str:
    history = History(rows)
    return str(behaviour_cell(line(rows[-1], history, history.period_of(rows[-1]))))


def test_a_cell_has_both_words_or_says_why_not() -> None:
    assert words(cell(months(CALM, **SHARE))) == " ≈ common cause ✓ keeps "
    few = cell(months(CALM[:5], **SHARE))
    assert words(few) == " too few periods "
    assert 'title="Too few for a control chart: five months' in few
    unfinished = [*months(CALM, last=date(2026, 6, 1), **SHARE), row(9.0, **SHARE, complete=False)]
    assert words(cell(unfinished)) == " not complete yet "


def test_a_mark_carries_its_meaning_and_hides_its_shape_from_readers() -> None:
    style = variation_style(behaviour(months(CALM, **SHARE)))
    assert style is not None
    html = str(behaviour_mark(style))
    assert 'title="The usual ups and downs: no sign that anything has changed."' in html
    assert '<span aria-hidden="true">≈</span>' in html
