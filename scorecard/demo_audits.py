"""The audits of the demo: played once, completed where the play was cut short, else told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType

from scorecard.audit import Cycle, Desk, notices
from scorecard.ledger.events import last_at
from scorecard.progress import Progress
from scorecard.report.opened import Opened


def play_audits(opened: Opened, play: ModuleType, progress: Progress | None = None) -> list[str]:
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
    ids = (play.CLOSED, play.OVERDUE, play.FIELDWORK)
    steps = play.steps(_day(cycles, play, now.astimezone(organisation.zone).date()))
    last = last_at(ledger)
    left = [one for one in steps if last is None or one.at > last]
    if not left and all(id in cycles for id in ids):
        return ["Its audits are in the workspace already; nothing was played."]
    if (
        last is not None
        and last not in [one.at.astimezone(UTC) for one in steps]
        and (len(left) < len(steps))
    ):
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
    today = max(now.astimezone(organisation.zone).date(), play.EARLIEST)
    return [
        "Three audits were played by its made-up people, on played days: nobody examined anything.",
        *(_told(desk().cycle(id), opened, today) for id in ids),
    ]


def _day(cycles: dict[str, Cycle], play: ModuleType, today: date) -> date:
    """The day on which the play is seen: that of an earlier one, if it was cut short."""
    if play.OVERDUE not in cycles:
        return today
    return cycles[play.OVERDUE].opened.at.astimezone(play.ZONE).date() + play.OVERDUE_SINCE


def _told(cycle: Cycle, opened: Opened, today: date) -> str:
    overdue = any(one.topic == "overdue" for one in notices(cycle, opened.declarations, today))
    state = f"{cycle.state}, overdue" if overdue else cycle.state
    return f"  {cycle.opened.body.title}: {state}."
