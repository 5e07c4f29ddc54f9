"""The audit that is closed: Sanitation's promise of a day, from the baseline to the signature."""

from __future__ import annotations

from datetime import date, timedelta

from scorecard.audit import Desk
from scorecard.audit.comparison import reaudit
from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.events import FindingClosed, ReauditScheduled
from scorecard.audit.fieldwork import end_fieldwork
from scorecard.audit.opening import Planned, open_audit
from scorecard.audit.proposed import decide_on, propose
from scorecard.audit.signing import sign
from scorecard.demo_audits.stage import (
    PLAY,
    Step,
    by_chance,
    entry,
    examine,
    not_met,
    step,
    with_file,
)
from scorecard.report.audit_effects import action_effects, record_effects

ID = "collections-2025"
_DONE_BY_DUE = "Was the request done by the day it was due?"
_PROVED = "Does the crew's log or a photo show that it was done?"


def steps(day: date) -> list[Step]:
    """All its steps, as seen on `day`."""
    about = {"standard": "kept-by-due", "department": "sanitation"}
    plan = Planned(
        title="Sanitation: done by the due day (played)",
        standards=["kept-by-due", "closed-on-time", "days-to-close"],
        departments=["sanitation"],
        period="2025-05",
        method=f"{PLAY} Random sample of the requests due in May 2025, each held against the "
        "crew's log; part of it examined again by a second auditor. Its figures are those that "
        "were known when the demonstration was built.",
        auditors=["ruth-adler", "peter-lang"],
        fieldwork_due=date(2025, 6, 20),
        close_due=date(2026, 10, 30),
    )
    log = "crew-log-2025-05.txt", date(2025, 5, 31)
    receipt = "crews-in-service-2025-07.txt", date(2025, 7, 1)
    return [
        step("2025-06-02 09:10", "ruth-adler", lambda desk: open_audit(desk, ID, plan)),
        entry("2025-06-03 08:40", "ruth-adler", ID, "fieldwork-started"),
        step(
            "2025-06-03 09:05",
            "ruth-adler",
            lambda desk: draw_sample(
                desk,
                ID,
                "kept-by-due",
                "sanitation",
                [_DONE_BY_DUE, _PROVED],
                Size(within=10, expected=70),
                of_record=_DONE_BY_DUE,
            ),
        ),
        step(
            "2025-06-10 16:20",
            "ruth-adler",
            lambda desk: examine(desk, ID, _PROVED, spared=23),
        ),
        # A case that the criteria did not apply to was replaced by the next one in reserve.
        step("2025-06-11 09:30", "ruth-adler", lambda desk: examine(desk, ID, _PROVED)),
        step(
            "2025-06-13 15:45",
            "peter-lang",
            lambda desk: examine(desk, ID, _PROVED, recheck=True, first=25),
        ),
        step("2025-06-16 10:00", "ruth-adler", lambda desk: end_fieldwork(desk, ID)),
        step("2025-06-16 14:10", "ruth-adler", lambda desk: _late_collections(desk, about, log)),
        entry(
            "2025-06-16 14:40",
            "ruth-adler",
            ID,
            "finding-raised",
            **about,
            team="bulky-items-and-carts",
            grade="minor",
            lies_in="individual",
            text="One dispatcher closed requests before the crew had reported back.",
        ),
        entry(
            "2025-06-16 15:05",
            "ruth-adler",
            ID,
            "finding-raised",
            **about,
            grade="observation",
            nature="improvement",
            lies_in="system",
            text="Residents could be told the new day by text message when a round runs late.",
        ),
        entry(
            "2025-06-17 09:20",
            "peter-lang",
            ID,
            "finding-raised",
            standard="closed-on-time",
            department="sanitation",
            team="collections",
            grade="minor",
            lies_in="system",
            origin="complaint",
            case="Letter of 4 June 2025",
            text="A resident wrote that a missed bin was closed as done and stood there for a "
            "week; nobody rang back.",
        ),
        entry(
            "2025-06-17 11:00",
            "james-okoro",
            ID,
            "cause-recorded",
            finding=1,
            whys=[
                "The rounds were not finished by the end of the shift.",
                "A round has more stops than a shift has time for.",
                "The rounds were cut in 2019, for fewer households than there are now.",
            ],
        ),
        entry(
            "2025-06-17 11:30",
            "james-okoro",
            ID,
            "cause-recorded",
            finding=4,
            tree={
                "text": "A missed bin was closed as done",
                "because": [
                    {"text": "A round counts as done when the vehicle is back"},
                    {"text": "Nobody is told to ring back"},
                ],
            },
        ),
        entry("2025-06-18 09:00", "ruth-adler", ID, "actions-started"),
        entry(
            "2025-06-18 10:15",
            "james-okoro",
            ID,
            "action-planned",
            finding=1,
            corrective=True,
            text="Two more collection crews",
            owner="james-okoro",
            due="2025-07-01",
            effect={**about, "change": 5},
            control="Rounds that are not finished are counted every week",
        ),
        entry(
            "2025-06-18 10:40",
            "james-okoro",
            ID,
            "action-planned",
            finding=4,
            corrective=False,
            text="The dispatcher rings back before a missed bin is closed",
            owner="nina-brandt",
            due="2025-07-11",
        ),
        entry(
            "2025-06-19 13:20",
            "nina-brandt",
            ID,
            "input-recorded",
            finding=1,
            voice="staff",
            text="We have said for two years that the rounds are too long. More crews help; "
            "newly cut rounds would help as much.",
        ),
        entry(
            "2025-06-19 16:00",
            "james-okoro",
            ID,
            "input-recorded",
            finding=1,
            voice="management",
            text="The finding is right. The crews start on 1 July; new rounds come in 2027.",
        ),
        step(
            "2025-07-01 17:30",
            "james-okoro",
            lambda desk: with_file(
                desk,
                ID,
                "action-done",
                receipt,
                "Both new crews went out on 1 July 2025.",
                action=1,
                on="2025-07-01",
                remark="Both crews went out this morning.",
            ),
        ),
        entry(
            "2025-07-08 12:00",
            "nina-brandt",
            ID,
            "action-done",
            action=2,
            on="2025-07-08",
        ),
        entry(
            "2025-07-08 14:00",
            "james-okoro",
            ID,
            "control-recorded",
            finding=1,
            text="Rounds that were not finished are counted and shown to the commissioner",
            owner="james-okoro",
            every="week",
        ),
        entry(
            "2025-07-08 14:20",
            "james-okoro",
            ID,
            "control-recorded",
            finding=4,
            text="Ten closed complaints are rung back",
            owner="nina-brandt",
            every="month",
        ),
        _settled("2025-09-12 10:00", "peter-lang", 2, "The dispatcher was spoken with."),
        _settled("2025-09-12 10:20", "peter-lang", 3, "Taken into the budget talks for 2027."),
        _settled("2025-09-15 11:00", "ruth-adler", 4, "Ringing back is done and is checked."),
        step("2025-09-16 09:00", "peter-lang", _settled_by_chance),
        entry(
            "2026-04-01 09:00",
            "helen-ward",
            ID,
            "auditors-changed",
            auditors=["ruth-adler", "omar-haddad"],
            reason="Peter Lang left at the end of March; Omar Haddad takes over.",
        ),
        entry("2026-06-15 09:00", "ruth-adler", ID, "reaudit-started"),
        step("2026-06-16 10:30", "ruth-adler", _reaudited),
        step("2026-10-05 10:00", "omar-haddad", _effects),
        _settled(
            "2026-10-06 09:30",
            "omar-haddad",
            1,
            "The crews are out, and more is done in time. Whether by them cannot be told: it was "
            "rising before.",
        ),
        step(
            "2026-10-06 11:00",
            "omar-haddad",
            lambda desk: propose(
                desk,
                ID,
                standard="kept-by-due",
                department="sanitation",
                value=84,
                ground="Each of the last four months, June to September 2026, was above 83 %.",
            ),
        ),
        step(
            "2026-10-08 15:00",
            "helen-ward",
            lambda desk: decide_on(
                desk,
                ID,
                1,
                "declined",
                "Raised to 82 in April already; a full year is waited for before the next step.",
            ),
        ),
        step(
            "2026-10-08 15:20",
            "helen-ward",
            lambda desk: desk.record(
                ID, ReauditScheduled(on=max(date(2027, 6, 14), day + timedelta(days=180)))
            ),
        ),
        step(
            "2026-10-12 09:45",
            "helen-ward",
            lambda desk: sign(desk, ID, "Read in full. (Played: nobody has signed anything.)"),
        ),
        entry("2026-10-13 09:00", "ruth-adler", ID, "cycle-closed"),
    ]


def _late_collections(desk: Desk, about: dict[str, str], log: tuple[str, date]) -> object:
    late, asked = not_met(desk, ID, _DONE_BY_DUE)
    return with_file(
        desk,
        ID,
        "finding-raised",
        log,
        "Rounds of May 2025 that were not finished by the end of the shift.",
        **about,
        team="collections",
        grade="major",
        lies_in="system",
        text=f"{late} of the {asked} requests examined were done after the day they were due: "
        "rounds are not finished by the end of the shift.",
    )


def _reaudited(desk: Desk) -> object:
    cycle = desk.cycle(ID)
    found = reaudit(desk, cycle, period="2026-05")
    return desk.record(ID, found.body, seen=cycle.version)


def _effects(desk: Desk) -> object:
    cycle = desk.cycle(ID)
    # Of the crews alone: nobody expected a figure of ringing back.
    found = [one for one in action_effects(desk, cycle) if one.action.number == 1]
    return record_effects(desk, cycle, found)


def _settled_by_chance(desk: Desk) -> object:
    """Close what the end of fieldwork raised, if it did: one sample in twenty at most is off."""
    remark = "The records were gone through and hold. One random sample in twenty is off by chance."
    off = [one for one in desk.cycle(ID).findings.values() if by_chance(one)]
    closings = [FindingClosed(finding=one.number, remark=remark) for one in off]
    return desk.record_all(ID, closings) if closings else None


def _settled(at: str, by: str, finding: int, remark: str) -> Step:
    return entry(at, by, ID, "finding-closed", finding=finding, remark=remark)
