"""The audit that is overdue: an action against late potholes is past its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from scorecard.audit import Desk
from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.fieldwork import end_fieldwork
from scorecard.audit.opening import Planned, open_audit
from scorecard.demo_audits.stage import (
    PLAY,
    Step,
    before,
    examine,
    last_month,
    not_met,
    record,
    weekday,
)

ID = "potholes"
# From its opening to the day on which the play is seen: whole weeks.
SINCE = timedelta(days=77)
_FILLED = "Was the pothole filled by the day it was due?"


def steps(day: date) -> list[Step]:
    """All its steps, as seen on `day`."""
    about = {"standard": "pothole-repair", "department": "public-works"}
    due = weekday(day - timedelta(days=9))

    def opening(desk: Desk) -> object:
        plan = Planned(
            title="Public Works: potholes filled in time (played)",
            standards=["pothole-repair"],
            departments=["public-works"],
            period=last_month(day - SINCE),
            method=f"{PLAY} Random sample of the potholes closed in the month.",
            auditors=["omar-haddad", "ruth-adler"],
            fieldwork_due=weekday(day - timedelta(days=55)),
            close_due=weekday(day - timedelta(days=5)),
        )
        return open_audit(desk, ID, plan)

    def late(desk: Desk) -> object:
        count, asked = not_met(desk, ID, _FILLED)
        return record(
            desk,
            ID,
            "finding-raised",
            **about,
            team="street-maintenance",
            grade="major",
            lies_in="system",
            text=f"{count} of the {asked} potholes examined were filled after the day they were "
            "due: one crew patches in the whole city.",
        )

    def ago(days: int, clock: str, by: str, kind: str, **told: Any) -> Step:
        return Step(before(day, days, clock), by, lambda desk: record(desk, ID, kind, **told))

    return [
        Step(before(day, SINCE.days, "09:15"), "omar-haddad", opening),
        ago(70, "08:50", "omar-haddad", "fieldwork-started"),
        Step(
            before(day, 70, "09:10"),
            "omar-haddad",
            lambda desk: draw_sample(
                desk,
                ID,
                "pothole-repair",
                "public-works",
                [_FILLED],
                Size(within=10, expected=60),
                of_record=_FILLED,
            ),
        ),
        Step(before(day, 62, "15:30"), "omar-haddad", lambda desk: examine(desk, ID)),
        Step(before(day, 58, "10:20"), "omar-haddad", lambda desk: end_fieldwork(desk, ID)),
        Step(before(day, 58, "11:00"), "omar-haddad", late),
        ago(
            54,
            "10:00",
            "marta-silva",
            "cause-recorded",
            finding=1,
            whys=["One crew patches in the whole city.", "The second was lent to storm repairs."],
        ),
        ago(50, "09:00", "omar-haddad", "actions-started"),
        ago(
            50,
            "10:30",
            "marta-silva",
            "action-planned",
            finding=1,
            corrective=True,
            text="The second patching crew comes back from storm repairs",
            owner="marta-silva",
            due=due.isoformat(),
            effect={**about, "change": 8},
        ),
        ago(
            46,
            "13:00",
            "lucy-chen",
            "input-recorded",
            finding=1,
            voice="staff",
            text="We drive across the city for a single hole. Sorting the day's list by "
            "neighborhood would save an hour.",
        ),
        ago(
            46,
            "16:00",
            "marta-silva",
            "input-recorded",
            finding=1,
            voice="management",
            text="The crew comes back as soon as the storm repairs are handed over.",
        ),
    ]
