"""The audit in fieldwork: half of the homes drawn for housing inspections are looked into."""

from __future__ import annotations

from datetime import date, timedelta

from scorecard.audit import Desk
from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.opening import Planned, open_audit
from scorecard.demo_audits.stage import PLAY, Step, before, examine, last_month, record, weekday

ID = "housing-inspections"
_INSPECTED = "Did an inspector see the home by the day it was due?"
_WRITTEN = "Is there a written report of the visit?"


def steps(day: date) -> list[Step]:
    """All its steps, as seen on `day`."""

    def opening(desk: Desk) -> object:
        plan = Planned(
            title="Inspections: homes in bad condition (played)",
            standards=["housing-condition"],
            departments=["inspections"],
            period=last_month(weekday(day - timedelta(days=10))),
            method=f"{PLAY} Random sample of the homes due for inspection in the month.",
            auditors=["omar-haddad", "ruth-adler"],
            fieldwork_due=weekday(day + timedelta(days=21)),
            close_due=weekday(day + timedelta(days=120)),
        )
        return open_audit(desk, ID, plan)

    return [
        Step(before(day, 10, "10:05"), "ruth-adler", opening),
        Step(
            before(day, 10, "10:30"),
            "ruth-adler",
            lambda desk: record(desk, ID, "fieldwork-started"),
        ),
        Step(
            before(day, 10, "10:45"),
            "ruth-adler",
            lambda desk: draw_sample(
                desk,
                ID,
                "housing-condition",
                "inspections",
                [_INSPECTED, _WRITTEN],
                Size(cases=40),
                of_record=_INSPECTED,
            ),
        ),
        Step(
            before(day, 3, "16:40"),
            "ruth-adler",
            lambda desk: examine(desk, ID, _WRITTEN, first=21),
        ),
    ]
