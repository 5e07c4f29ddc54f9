"""Actions of audits on a control chart, beside the events that a standard declares."""

from __future__ import annotations

from datetime import date, timedelta

from scorecard.audit.body import Effect
from scorecard.audit.events import ActionDone
from scorecard.report.audit_actions import done_actions, with_actions
from scorecard.report.behaviour import behaviour
from scorecard.report.effects import effects
from tests.audit.room import TODAY, TOWN, action, room_at
from tests.report.audited import renamed
from tests.report.rows_builder import months
from tests.report.test_standard import standard


def test_only_what_was_done_for_the_standard_counts_in_the_order_of_days() -> None:
    room = room_at("actions")
    first = done_actions(TOWN, [room.cycle], "calls")
    assert [(one.number, one.aim.department, one.aim.day) for one in first] == [
        (2, "streets", TODAY)
    ]
    assert done_actions(TOWN, [room.cycle], "holes") == ()
    tomorrow = TODAY + timedelta(days=1)
    room.do(ActionDone(action=1, on=tomorrow), "sam", today=tomorrow)
    both = [room.cycle, renamed(room_at("actions"), "two", "Again", seq=500)]
    assert [(one.cycle, one.number) for one in done_actions(TOWN, both, "calls")] == [
        ("one", 2),
        ("two", 2),
        ("one", 1),
    ]


def test_an_expected_effect_on_another_standard_says_by_which_it_is_held() -> None:
    room = room_at("actions")
    effect = Effect(standard="holes", department=None, change=2.0)
    room.write(action(1).model_copy(update={"action": 3, "effect": effect}), "lea")
    room.write(ActionDone(action=3, on=TODAY), "sam")
    (found,) = done_actions(TOWN, [room.cycle], "holes")
    assert (found.number, found.aim.department, found.aim.gain) == (3, None, 2.0)
    assert [one.number for one in done_actions(TOWN, [room.cycle], "calls")] == [2]


def test_it_stands_on_the_chart_and_in_before_and_after_like_a_declared_event() -> None:
    values = [4.0 + i % 3 for i in range(24)]
    rows = {who: months(values, date(2027, 1, 1), department=who) for who in ("streets", "parks")}
    declared = standard(
        department=None,
        departments="all",
        events=[{"on": date(2025, 4, 1), "text": "Storm", "kind": "event"}],
    )
    done = done_actions(TOWN, [room_at("actions").cycle], "calls")
    assert with_actions(declared, []) is declared
    held = with_actions(declared, done)
    text = "A second line (action 2 of the audit Calls)"
    told = behaviour(rows["streets"], held)
    assert [(mark.day, mark.kind, mark.text) for mark in told.marks] == [
        (date(2025, 4, 1), "event", "Storm"),
        (TODAY, "action", text),
    ]
    lines = effects(told, held)
    assert [line.text for line in lines] == ["Storm", text]
    # As if it had been declared: thirteen months before, the month itself, ten after.
    by_hand = standard(
        department=None,
        departments="all",
        events=[
            {"on": date(2025, 4, 1), "text": "Storm", "kind": "event"},
            {"on": TODAY, "text": text, "kind": "action", "department": "streets"},
        ],
    )
    assert lines == effects(behaviour(rows["streets"], by_hand), by_hand)
    assert [mark.text for mark in behaviour(rows["parks"], held).marks] == ["Storm"]
