"""What each action of an audit did: the series of its requirement before and after it, in words."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit import Cycle, Desk
from scorecard.audit.cycle import Action
from scorecard.audit.effectiveness import ActionJudged, Effectiveness, effectiveness
from scorecard.audit.events import EffectRecorded, FindingReopened
from scorecard.declare.charts import Event
from scorecard.declare.periods import containing
from scorecard.declare.standards import Standard
from scorecard.judge.before_after import BeforeAfter
from scorecard.judge.gap import Better, service_gap
from scorecard.ledger import head
from scorecard.report.audit_text import head_text
from scorecard.report.behaviour import behaviour
from scorecard.report.behaviour_style import BAD, GOOD, PLAIN, BehaviourStyle
from scorecard.report.effects import effects
from scorecard.report.phrases import counted, day_words, grain_words, listed
from scorecard.report.rows import department_name, scorecard_rows
from scorecard.report.text_table import printable

_WIDTH = 100
_TEST = "interrupted time series with autoregressive errors"
STYLES = {
    Effectiveness.WORKED: BehaviourStyle(
        "worked", "▲", GOOD, "the service is surely better than where it was heading."
    ),
    Effectiveness.REOPENS: BehaviourStyle(
        "did not work", "▼", BAD, "the service is no better, or worse; the finding is open again."
    ),
    Effectiveness.NOT_YET: BehaviourStyle(
        "cannot be told yet", "○", PLAIN, "neither is said, and neither is recorded."
    ),
}
_WORKED = {Effectiveness.WORKED: True, Effectiveness.REOPENS: False, Effectiveness.NOT_YET: None}


@dataclass(frozen=True)
class ActionEffect:
    """What an action that was done did to its requirement.

    `rests` says how much that is, with its interval, and on how many periods it rests, or why
    nothing can be said. `is_news` is False
    where the last recorded effect of the action says the same already.
    """

    action: Action
    standard: str
    title: str
    department: str | None
    department_name: str
    judged: ActionJudged
    rests: str
    body: EffectRecorded
    is_news: bool

    @property
    def style(self) -> BehaviourStyle:
        """Its word, and the shape before it."""
        return STYLES[self.judged.word]

    @property
    def words(self) -> str:
        """`Action 2, “A second line”, done on 1 July 2025: worked. The service is surely …`"""
        done = self.action.done
        assert done is not None
        plan = self.action.plan.text
        day = day_words(done.body.on)
        text = f"Action {self.action.number}, “{plan}”, done on {day}: {self.style.word}. "
        return text + self.body.reason


def action_effects(desk: Desk, cycle: Cycle) -> tuple[ActionEffect, ...]:
    """What is said of each action that was done, by its number, from what is known now.

    The requirement is the one of the expected effect, or that of the finding. The actions' days are
    events of the standard, beside those it declares: where two are too close nothing can be told.
    """
    done = [one for one in cycle.actions.values() if one.done is not None]
    return tuple(_judged(desk, cycle, one, done) for one in sorted(done, key=lambda a: a.number))


def record_effects(
    desk: Desk, cycle: Cycle, found: Sequence[ActionEffect], *, seen: int | None = None
) -> list[str]:
    """Record every effect that is news, and reopen the closed findings of what did not work.

    Gives a sentence for each that was done or needed not be. Raises as `Desk.record` does; what
    was recorded before that stays.
    """
    seen = seen or cycle.version
    told: list[str] = []
    reopened: set[int] = set()
    for one in found:
        number, finding = one.action.number, cycle.findings[one.action.finding]
        if not one.is_news:
            told.append(f"The effect of action {number} is recorded as it is.")
            continue
        desk.record(cycle.id, one.body, seen=seen)
        told.append(f"The effect of action {number} is recorded: {one.style.word}.")
        if one.judged.word is not Effectiveness.REOPENS:
            continue
        if finding.open or finding.number in reopened:
            told.append(f"Its finding {finding.number} is open.")
            continue
        reason = f"Action {number}: {one.body.reason}"
        desk.record(cycle.id, FindingReopened(finding=finding.number, reason=reason), seen=seen)
        reopened.add(finding.number)
        told.append(f"Finding {finding.number} is open again.")
    return told


def written(desk: Desk, cycle: Cycle, found: Sequence[ActionEffect]) -> str:
    """The effects as text for a terminal, the head of the chain of events at its end."""
    name = desk.organisation.name + (" (synthetic data)" if desk.organisation.synthetic else "")
    text = [printable(f"{name}. What the actions of {cycle.opened.body.title} ({cycle.id}) did.")]
    words = [one.judged.word for one in found]
    told = ", ".join(f"{words.count(each)} {style.word}" for each, style in STYLES.items())
    waiting = len(cycle.actions) - len(found)
    text.append(f"Of {counted(len(found), 'action')} done: {told}. Not done yet: {waiting}.")
    for one in found:
        text += ["", _wrapped(f"{one.style.shape} {one.words}")]
        text.append(_wrapped(f"{one.department_name}, {one.title}: {one.rests}.", "  "))
    top = head(desk.ledger)
    return "\n".join([*text, "", head_text(top)])


@dataclass(frozen=True)
class _Aim:
    """The requirement that an action is held by, and the day it was done."""

    standard: str
    department: str | None
    day: date
    gain: float | None


def _aim(desk: Desk, cycle: Cycle, action: Action) -> _Aim:
    assert action.done is not None
    expected = action.planned.body.effect
    raised = cycle.findings[action.finding].raised.body
    about = expected or raised
    department = about.department
    if department is not None:
        department = desk.organisation.find_department(department) or department
    gain = expected.change if expected and expected.change > 0 else None
    return _Aim(about.standard, department, action.done.body.on, gain)


def _judged(desk: Desk, cycle: Cycle, action: Action, done: Sequence[Action]) -> ActionEffect:
    aims = {one.number: _aim(desk, cycle, one) for one in done}
    aim = aims[action.number]
    standard = desk.declared.standards.get(aim.standard)
    better: Better = "higher"
    found, together = None, ""
    rests = "the standard is not declared any more"
    if standard is not None:
        better = desk.declared.metric(standard.metric).better
        found, rests = _before_after(desk, standard, aims, action.number)
        together = _together(desk, standard, aims, action.number)
    if found is None:
        judged = ActionJudged(Effectiveness.NOT_YET, None, f"{rests[:1].upper()}{rests[1:]}.")
    else:
        judged = effectiveness(found, better=better, expected_gain=aim.gain)
    body = _body(action, judged, found, better, together)
    return ActionEffect(
        action=action,
        standard=aim.standard,
        title=standard.title if standard else aim.standard,
        department=aim.department,
        department_name=department_name(desk.declared, aim.department),
        judged=judged,
        rests=rests,
        body=body,
        is_news=not action.effects or action.effects[-1].body != body,
    )


def _before_after(
    desk: Desk, standard: Standard, aims: Mapping[int, _Aim], number: int
) -> tuple[BeforeAfter | None, str]:
    """What the machinery of declared events finds of the action, and on what that rests."""
    aim = aims[number]
    rows = [
        row
        for row in scorecard_rows(desk.declared, desk.ledger, standard=standard.id)
        if row.department == aim.department
    ]
    if not rows:
        return None, "no figure of it was measured"
    actions = [
        Event(on=one.day, text=_name(each), kind="action", department=one.department)
        for each, one in aims.items()
        if one.standard == standard.id
    ]
    with_actions = standard.model_copy(update={"events": [*standard.events, *actions]})
    told = behaviour(rows, with_actions, desk.organisation.fiscal_year_start)
    for line in effects(told, with_actions):
        if line.text == _name(number):
            return line.found, "; ".join(part for part in (line.change, line.rests) if part)
    return None, f"no whole {grain_words(standard.period, 1)} since is on record"


def _name(number: int) -> str:
    return f"action {number} of the audit"


def _together(desk: Desk, standard: Standard, aims: Mapping[int, _Aim], number: int) -> str:
    """That other actions on the same figure began to count in the same period; empty if none."""

    def counts_from(day: date) -> date:
        period = containing(day, standard.period, desk.organisation.fiscal_year_start)
        return period.start if period.start == day else period.end

    mine = aims[number]
    others = [
        f"action {each}"
        for each, one in aims.items()
        if each != number
        and one.standard == mine.standard
        and one.department in (None, mine.department)
        and counts_from(one.day) == counts_from(mine.day)
    ]
    if not others:
        return ""
    were = "was" if len(others) == 1 else "were"
    return (
        f" In the same {grain_words(standard.period, 1)} {listed(others)} {were} done: what each "
        "did by itself cannot be told."
    )


def _body(
    action: Action,
    judged: ActionJudged,
    found: BeforeAfter | None,
    better: Better,
    together: str,
) -> EffectRecorded:
    average = found.average if found else None
    change = low = high = None
    if average is not None:
        change = service_gap(average.value, better)
        ends = (service_gap(end, better) for end in (average.lower, average.upper))
        low, high = sorted(end for end in ends if end is not None)
    return EffectRecorded(
        action=action.number,
        worked=_WORKED[judged.word],
        change=change,
        low=low,
        high=high,
        test=_TEST if average is not None else "",
        reason=judged.reason + (together if average is not None else ""),
    )


def _wrapped(text: str, mark: str = "") -> str:
    return textwrap.fill(printable(text), _WIDTH, initial_indent=mark, subsequent_indent=mark)
