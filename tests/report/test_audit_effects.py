"""Whether the actions of an audit worked, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scorecard.audit import Clash
from scorecard.audit.effectiveness import Effectiveness
from scorecard.audit.events import (
    ActionDone,
    ActionPlanned,
    EffectRecorded,
    FindingClosed,
    FindingRaised,
)
from scorecard.declare.charts import Event
from scorecard.report.audit_effects import ActionEffect, action_effects, record_effects, written
from scorecard.report.behaviour import behaviour
from scorecard.report.effects import effects
from scorecard.report.rows import scorecard_rows
from tests.audit.known import Known, known

# Far ahead: events carry the clock's time, and nothing is done before it was planned.
WOBBLE = [3, -4, 1, 6, -5, 0, -2, 4, -6, 2, 5, -3]
DONE = date(2090, 7, 1)
OPENED = datetime(2090, 6, 30, 12, tzinfo=UTC)
LATER = datetime(2091, 7, 3, 12, tzinfo=UTC)
PARKS, WORKS = "parks", "public-works"


def month(place: int) -> date:
    return date(2089 + (6 + place) // 12, (6 + place) % 12 + 1, 1)


def series(town: Known, department: str, before: int, after: int, months: int = 24):
    """Two years of a share in hundreds, with a jump at July 2090, the thirteenth month."""
    values = [(before if i < 12 else after) + WOBBLE[i % 12] for i in range(months)]
    return [town.share(department, month(i), value, 100) for i, value in enumerate(values)]


def at(town: Known, moment: datetime) -> Known:
    town.now = moment
    return town


def act(
    town: Known,
    department: str,
    day: date = DONE,
    expected: float | None = None,
    closed: bool = True,
) -> int:
    """A finding with an action that was done on the day; the number of the action."""
    finding = town.desk("ada").record(
        "one",
        FindingRaised(
            standard="on-time", department=department, grade="minor", lies_in="system", text="Late"
        ),
    )
    number = max(finding.findings)
    effect = {"standard": "on-time", "department": department, "change": expected}
    body = ActionPlanned.model_validate(
        {
            "finding": number,
            "corrective": True,
            "text": "A second line",
            "owner": "amy",
            "due": day,
            "effect": effect if expected is not None else None,
        }
    )
    action = max(town.desk("dora").record("one", body).actions)
    at(town, datetime.combine(day, OPENED.timetz()))
    town.desk("dora").record("one", ActionDone(action=action, on=day))
    if closed:
        town.desk("dora").record("one", FindingClosed(finding=number, remark="done"))
    return action


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Known]:
    made = known(tmp_path)
    at(made, OPENED)
    made.run(made.share(PARKS, date(2090, 5, 1), 60, 100), at=OPENED)
    made.open("on-time", departments=(PARKS, WORKS), day=date(2090, 5, 1))
    yield made
    made.ledger.close()


def found(town: Known) -> list[ActionEffect]:
    return list(action_effects(town.desk(), town.desk().cycle("one")))


def test_a_jump_at_the_action_worked_and_one_without_did_not(town: Known) -> None:
    act(town, PARKS, expected=15)
    act(town, WORKS, expected=40)
    rows = [*series(town, PARKS, 60, 85), *series(town, WORKS, 60, 60)]
    at(town, LATER).run(*rows, at=LATER)
    worked, failed = found(town)
    assert worked.judged.word is Effectiveness.WORKED
    assert worked.body.worked is True
    assert failed.judged.word is Effectiveness.REOPENS
    assert failed.body.worked is False
    assert worked.body.change == pytest.approx(25, abs=8)
    assert worked.words.startswith("Action 1, “A second line”, done on 1 July 2090: worked. ")


def test_it_is_what_a_declared_event_of_the_same_day_is_judged_to_be(town: Known) -> None:
    act(town, PARKS)
    at(town, LATER).run(*series(town, PARKS, 60, 70), at=LATER)
    (mine,) = found(town)
    declared = town.declared
    event = Event(on=DONE, text="Second line", kind="action")
    standard = declared.standards["on-time"].model_copy(update={"events": [event]})
    rows = [
        row
        for row in scorecard_rows(declared, town.ledger, standard="on-time")
        if row.department == PARKS
    ]
    (line,) = effects(behaviour(rows, standard, 7), standard)
    assert line.found is not None
    assert line.found.average is not None
    assert (mine.body.change, mine.body.low, mine.body.high) == (
        *(line.found.average.value, line.found.average.lower, line.found.average.upper),
    )


def test_recording_reopens_what_did_not_work_and_nothing_twice(town: Known) -> None:
    act(town, PARKS)
    act(town, WORKS)
    rows = [*series(town, PARKS, 60, 85), *series(town, WORKS, 60, 60)]
    at(town, LATER).run(*rows, at=LATER)
    desk, cycle = town.desk(), town.desk().cycle("one")
    told = record_effects(desk, cycle, action_effects(desk, cycle))
    assert told == [
        "The effect of action 1 is recorded: worked.",
        "The effect of action 2 is recorded: did not work.",
        "Finding 2 is open again.",
    ]
    after = desk.cycle("one")
    assert not after.findings[1].open
    assert after.findings[2].open
    reason = after.findings[2].reopenings[-1].body.reason
    assert reason.startswith("Action 2: No effect is shown")
    assert [one.effects[-1].body.worked for one in after.actions.values()] == [True, False]

    again = record_effects(desk, after, action_effects(desk, after))
    assert again == [f"The effect of action {n} is recorded as it is." for n in (1, 2)]
    assert desk.cycle("one").version == after.version


def test_where_somebody_was_first_no_effect_is_recorded(town: Known) -> None:
    act(town, PARKS)
    act(town, WORKS)
    rows = [*series(town, PARKS, 60, 85), *series(town, WORKS, 60, 60)]
    at(town, LATER).run(*rows, at=LATER)
    desk, cycle = town.desk(), town.desk().cycle("one")
    judged = action_effects(desk, cycle)
    town.desk("amy").record("one", judged[1].body)
    with pytest.raises(Clash):
        record_effects(desk, cycle, judged)
    assert [len(one.effects) for one in desk.cycle("one").actions.values()] == [0, 1]


def test_too_soon_is_recorded_as_neither_and_reopens_nothing(town: Known) -> None:
    act(town, PARKS)
    at(town, datetime(2090, 10, 2, tzinfo=UTC))
    town.run(*series(town, PARKS, 60, 85, months=15), at=town.now)
    (soon,) = found(town)
    assert soon.judged.word is Effectiveness.NOT_YET
    desk, cycle = town.desk(), town.desk().cycle("one")
    record_effects(desk, cycle, [soon])
    after = desk.cycle("one")
    assert after.actions[1].effects[-1].body.worked is None
    assert not after.findings[1].open
    text = written(desk, after, found(town))
    assert "Of 1 action done: 0 worked, 0 did not work, 1 cannot be told yet." in text
    assert text.rstrip().splitlines()[-1].startswith("Head of the chain: ")


def test_no_whole_month_since_and_no_figure_at_all_are_said(town: Known) -> None:
    act(town, PARKS)
    act(town, WORKS)
    at(town, datetime(2090, 7, 2, tzinfo=UTC))
    june = series(town, PARKS, 60, 85, months=12)
    town.run(*june, at=town.now, moment=datetime(2090, 6, 30, tzinfo=UTC))
    parks, works = found(town)
    assert parks.body == EffectRecorded(
        action=1, worked=None, reason="No whole month since is on record."
    )
    assert works.judged.word is Effectiveness.NOT_YET
    assert works.body.change is None


def test_actions_of_one_month_are_said_to_be_together_and_close_ones_cannot_be_told(
    town: Known,
) -> None:
    act(town, PARKS)
    act(town, PARKS)
    at(town, LATER).run(*series(town, PARKS, 60, 85), at=LATER)
    first, second = found(town)
    assert "In the same month action 2 was done" in first.body.reason
    assert "In the same month action 1 was done" in second.body.reason

    at(town, datetime(2090, 9, 1, 12, tzinfo=UTC))
    act(town, PARKS, day=date(2090, 10, 1))
    at(town, LATER)
    third = found(town)[2]
    assert third.judged.word is Effectiveness.NOT_YET
    assert "Another event is too close" in third.body.reason
