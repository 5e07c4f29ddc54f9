"""Before and after, in words: an effect that is there, one that is not, and too little to tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scorecard.judge.before_after import Effect
from scorecard.report.behaviour import behaviour
from scorecard.report.effects import EffectLine, effects
from tests.report.rows_builder import months
from tests.report.test_standard import standard

WOBBLE = [0.3, -0.4, 0.1, 0.6, -0.5, 0.0, -0.2, 0.4, -0.6, 0.2, 0.5, -0.3]


def told(actuals: list[float | None], *events: dict[str, Any], **chart: Any) -> list[EffectLine]:
    one = standard(events=list(events), chart=chart)
    return list(effects(behaviour(months(actuals, expected=20.0), one), one))


def event(day: date, text: str = "New crew", **more: Any) -> dict[str, Any]:
    return {"on": day, "text": text, "kind": "action"} | more


def level(before: float, after: float) -> list[float | None]:
    """Two years up to July 2026 with a jump at July 2025, the thirteenth from the end."""
    return [
        *(before + each for each in WOBBLE),
        *(after + each for each in (*WOBBLE[::-1], 0.1)),
    ]


def test_a_jump_at_an_action_is_an_improvement_of_that_size() -> None:
    [found] = told(level(20, 12), event(date(2025, 7, 1)))
    assert found.verdict is Effect.IMPROVED
    assert found.found is not None
    assert found.found.average is not None
    assert found.found.average.value == pytest.approx(-8, abs=1)
    assert found.words.startswith("New crew, 1 July 2025: improved (on average ")
    assert "days below where it was heading, 95 % interval −" in found.words
    assert found.words.endswith("; 12 months before, 13 after).")


def test_no_effect_shown_is_a_result_with_its_interval() -> None:
    [found] = told(level(20, 20), event(date(2025, 7, 1)))
    assert found.verdict is Effect.NONE_SHOWN
    assert found.found is not None
    assert found.found.average is not None
    assert found.found.average.lower < 0 < found.found.average.upper
    assert " to +" in found.change


def test_an_event_within_a_period_leaves_that_period_out() -> None:
    [found] = told(level(20, 12), event(date(2025, 7, 20)))
    assert found.found is not None
    assert (found.found.n_before, found.found.n_after) == (12, 12)
    assert found.rests == "12 months before, 12 after"


def test_too_few_on_a_side_are_counted() -> None:
    [found] = told(level(20, 12), event(date(2026, 5, 1)))
    assert found.verdict is Effect.TOO_FEW
    assert found.words == (
        "New crew, 1 May 2026: too few (22 months before, three after; it takes eight on either "
        "side)."
    )


def test_events_at_the_ends_of_the_record_have_one_side() -> None:
    first, last = told(
        level(20, 12), event(date(2024, 7, 1), "First"), event(date(2026, 7, 9), "Last")
    )
    assert first.rests == "no whole month before is on record"
    assert last.rests == "no whole month since is on record"
    assert first.verdict is last.verdict is Effect.TOO_FEW


def test_an_event_beside_it_and_an_accepted_phase_cut_the_stretch() -> None:
    _, second = told(level(20, 12), event(date(2025, 4, 1), "Storm"), event(date(2025, 7, 1)))
    assert second.verdict is Effect.CANNOT_TELL
    assert second.rests == (
        "between the events beside it three months before, 13 after; it takes eight on either side"
    )
    phase = {"from": date(2025, 4, 1), "reason": "Software", "accepted": "Director"}
    [alone] = told(level(20, 12), event(date(2025, 7, 1)), rebases=[phase])
    assert alone.verdict is Effect.CANNOT_TELL


def test_events_of_other_departments_and_after_the_period_shown_are_not_told() -> None:
    one = standard(
        department=None,
        departments="all",
        events=[
            event(date(2025, 7, 1), "Parks only", department="parks"),
            event(date(2026, 9, 1), "Later"),
        ],
    )
    assert effects(behaviour(months(level(20, 12)), one), one) == ()
