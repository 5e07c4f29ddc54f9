"""The outlook as a whole: from a standard's rows up to the period shown, and no further."""

from __future__ import annotations

from datetime import date

from scorecard.judge.before_after import Effect
from scorecard.report.behaviour import behaviour
from scorecard.report.history import History
from scorecard.report.outlook import outlook
from tests.report.rows_builder import months
from tests.report.test_effects import event, level
from tests.report.test_promise_words import STEADY
from tests.report.test_standard import standard


def test_what_came_after_the_period_shown_changes_nothing() -> None:
    one = standard(events=[event(date(2025, 7, 1))])
    rows = months(level(20, 12), expected=20.0)
    history = History(rows, standards={one.id: one})
    early = behaviour(history.until(rows[11]), one)
    assert outlook(one, early) == outlook(one, behaviour(rows[:12], one))
    assert outlook(one, early).effects == ()


def test_each_part_speaks_of_the_same_rows() -> None:
    one = standard(promise=None, expected=[{"from": date(2020, 1, 1), "at_most": 80}])
    found = outlook(one, behaviour(months(list(STEADY), expected=80.0), one))
    assert found.promise.basis.startswith("Rests on 30 months")
    assert found.capability.found is not None
    assert found.capability.found.n == 30
    assert found.tightening.value is not None
    assert (found.effects, found.teams) == ((), None)


def test_a_rebased_phase_is_what_promises_rest_on_while_effects_see_it_all() -> None:
    phase = {"from": date(2025, 7, 1), "reason": "New crew", "accepted": "Council"}
    one = standard(chart={"rebases": [phase]}, events=[event(date(2025, 7, 1))], promise=None)
    found = outlook(one, behaviour(months(level(20, 12), expected=20.0), one))
    assert found.promise.basis.startswith("Rests on 13 months since July 2025")
    assert [line.verdict for line in found.effects] == [Effect.IMPROVED]


def test_rows_that_cannot_be_charted_leave_words_and_no_figures() -> None:
    found = outlook(standard(), behaviour(months([None, None])))
    assert "it takes 12 months, and none are known" in found.promise.reason
    assert found.tightening.value is None
    assert found.capability.reason == "Too few: no months, and it takes eight."


def test_a_chart_that_was_refused_leaves_nothing_promised() -> None:
    phase = {"from": date(2001, 7, 1), "reason": "New crew", "accepted": "Council"}
    one = standard(chart={"rebases": [phase]}, promise=None)
    found = outlook(one, behaviour(months(list(STEADY), expected=80.0), one))
    assert "without a control chart nobody can tell whether" in found.promise.reason
    assert (found.promise.calls, found.promise.offers) == ((), ())
    assert found.tightening.value is None
    assert "()" not in " ".join([found.tightening.words, *found.capability.cautions])
