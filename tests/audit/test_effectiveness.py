"""The word for an action out of the series before and after it."""

from __future__ import annotations

import numpy as np
import pytest

from scorecard.audit.effectiveness import Effectiveness, effectiveness
from scorecard.judge.before_after import Effect, before_after

CHANCE = np.random.default_rng(11).normal(0, 1, 24)


def series(jump: float) -> list[float]:
    return [70 + float(e) + (jump if at >= 12 else 0) for at, e in enumerate(CHANCE)]


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_clear_gain_worked_and_a_clear_loss_reopens(better: str) -> None:
    turn = 1 if better == "higher" else -1
    for jump, word, effect in (
        (10, Effectiveness.WORKED, Effect.IMPROVED),
        (-10, Effectiveness.REOPENS, Effect.WORSENED),
    ):
        found = before_after(series(turn * jump), 12, better=better, slope=False)  # pyright: ignore[reportArgumentType]
        assert found.verdict is effect
        assert effectiveness(found, better=better).word is word  # pyright: ignore[reportArgumentType]


def test_what_worked_may_still_be_less_than_expected() -> None:
    found = before_after(series(10), 12, better="higher", slope=False)
    judged = effectiveness(found, better="higher", expected_gain=30)
    assert (judged.word, judged.as_large) == (Effectiveness.WORKED, False)
    assert "less than the 30" in judged.reason
    assert effectiveness(found, better="higher", expected_gain=5).as_large is True


def test_no_effect_shown_waits_only_while_the_expected_one_may_be_there() -> None:
    found = before_after(series(0), 12, better="higher", slope=False)
    assert found.verdict is Effect.NONE_SHOWN
    assert found.average is not None
    room = found.average.upper
    wait = effectiveness(found, better="higher", expected_gain=room * 0.9)
    gone = effectiveness(found, better="higher", expected_gain=room * 1.1)
    assert (wait.word, gone.word) == (Effectiveness.NOT_YET, Effectiveness.REOPENS)
    assert effectiveness(found, better="higher").word is Effectiveness.REOPENS


def test_too_few_points_and_another_event_cannot_be_told_yet() -> None:
    few = before_after(series(10)[:15], 12, better="higher")
    assert effectiveness(few, better="higher").word is Effectiveness.NOT_YET
    near = before_after(series(10), 12, better="higher", others=[15])
    judged = effectiveness(near, better="higher")
    assert judged.word is Effectiveness.NOT_YET
    assert "Another event is too close" in judged.reason


def test_a_series_that_never_moved_reopens() -> None:
    found = before_after([5.0] * 24, 12, better="higher")
    assert effectiveness(found, better="higher", expected_gain=1).word is Effectiveness.REOPENS
