"""Three audits of Harbor City, played: one is closed, one is in fieldwork, one is overdue.

The city, its records and its people are made up; the steps are those of the software. Each is taken
by one of the people in organisation.toml at a moment of the play, by the functions that the command
line and the page call, and by the same rules.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from scorecard.audit import Cycle, Desk, notices
from scorecard.demo_audits import closed, fieldwork, overdue
from scorecard.demo_audits.stage import ZONE, Step, weekday
from scorecard.ledger.events import last_at
from scorecard.progress import Progress
from scorecard.report.opened import Opened

# The closed one ends before this day, whatever day it is.
EARLIEST = date(2026, 10, 20)
_IDS = (closed.ID, overdue.ID, fieldwork.ID)


def steps(day: date) -> list[Step]:
    """All steps, no two at one moment, in their order. They end shortly before `day`."""
    day = weekday(max(day, EARLIEST))
    every = (*closed.steps(day), *overdue.steps(day), *fieldwork.steps(day))
    return sorted(every, key=lambda one: one.at)


def play_audits(opened: Opened, progress: Progress | None = None) -> list[str]:
    """Play the steps that the ledger does not hold yet, and say in sentences what was done.

    Every step has a moment of its own, so that the time of the chain's last event tells how far an
    earlier play came. The ledger's clock shows the moment of the step while it is taken. Where the
    chain has gone beyond a step that is still to be taken, nothing is played: its time never falls.

    Raises what the steps raise; what was recorded by then stays.
    """
    ledger, organisation = opened.ledger, opened.declarations.organisation
    clock, now = ledger.clock, ledger.clock()

    def desk(by: str = "", at: datetime | None = None) -> Desk:
        return Desk(opened.declarations, opened.workspace, ledger, by, at)

    cycles = {one.id: one for one in desk().cycles()}
    every = steps(_day(cycles, now.astimezone(organisation.zone).date()))
    last = last_at(ledger)
    left = [one for one in every if last is None or one.at > last]
    if not left and all(id in cycles for id in _IDS):
        return ["Its audits are in the workspace already; nothing was played."]
    cut_short = last in [one.at.astimezone(UTC) for one in every]
    if last is not None and len(left) < len(every) and not cut_short:
        return [
            f"Its audits were not played: the ledger holds events up to {last:%Y-%m-%d}, and the "
            "times of its events never fall. Build the demo in a new workspace to see them."
        ]
    try:
        for number, step in enumerate(left):
            if progress:
                progress("playing audits", number / len(left))
            ledger.clock = lambda at=step.at: at
            step.does(desk(step.by, step.at))
    finally:
        ledger.clock = clock
    today = max(now.astimezone(organisation.zone).date(), EARLIEST)
    return [
        "Three audits were played by its made-up people, on played days: nobody examined anything.",
        *(_told(desk().cycle(id), opened, today) for id in _IDS),
    ]


def _day(cycles: dict[str, Cycle], today: date) -> date:
    """The day on which the play is seen: that of an earlier one, if it was cut short."""
    if overdue.ID not in cycles:
        return today
    return cycles[overdue.ID].opened.at.astimezone(ZONE).date() + overdue.SINCE


def _told(cycle: Cycle, opened: Opened, today: date) -> str:
    late = any(one.topic == "overdue" for one in notices(cycle, opened.declarations, today))
    state = f"{cycle.state}, overdue" if late else cycle.state
    return f"  {cycle.opened.body.title}: {state}."
