"""Three audits of Harbor City, played: one is closed, one is in fieldwork, one is overdue.

The city, its records and its people are made up; the steps are those of the software. Each step is
taken by one of the people in organisation.toml at a moment of the play, as they would take it at
the command line or on the page, and by the same rules.

    scorecard demo

plays them once. What an auditor finds in a case is what its record says, but for a few cases that
the hash of their key chooses: there is nothing else to look at.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scorecard.audit import Desk, body_of
from scorecard.audit.bringing import Piece, record_with
from scorecard.audit.comparison import reaudit
from scorecard.audit.cycle import Finding
from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.events import FindingClosed, ReauditScheduled
from scorecard.audit.fieldwork import end_fieldwork
from scorecard.audit.opening import Planned, open_audit
from scorecard.audit.proposed import decide_on, propose
from scorecard.audit.sheet import record_sheet, sheet, to_examine
from scorecard.audit.signing import sign
from scorecard.report.audit_effects import action_effects, record_effects

CLOSED, OVERDUE, FIELDWORK = "collections-2025", "potholes", "housing-inspections"
# From the opening of the overdue cycle to the day on which the play is seen: whole weeks.
OVERDUE_SINCE = timedelta(days=77)
# The closed one ends before this day, whatever day it is.
EARLIEST = date(2026, 10, 20)
ZONE = ZoneInfo("America/New_York")
PLAY = "A play for the demonstration: synthetic people in a synthetic city, on played days."

Does = Callable[[Desk], object]


class Step(NamedTuple):
    """What one person does at one moment: one entry, or several that are recorded together."""

    at: datetime
    by: str
    does: Does


def steps(day: date) -> list[Step]:
    """All steps, no two at one moment, in their order. They end shortly before `day`."""
    day = _weekday(max(day, EARLIEST))
    return sorted((*_closed(day), *_overdue(day), *_fieldwork(day)), key=lambda one: one.at)


# --- Collections by the due day: the whole cycle ---

_DONE_BY_DUE = "Was the request done by the day it was due?"
_PROVED = "Does the crew's log or a photo show that it was done?"


def _closed(day: date) -> list[Step]:
    about = {"standard": "kept-by-due", "department": "sanitation"}
    plan = Planned(
        title="Sanitation: done by the due day",
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
        _step("2025-06-02 09:10", "ruth-adler", lambda desk: open_audit(desk, CLOSED, plan)),
        _entry("2025-06-03 08:40", "ruth-adler", CLOSED, "fieldwork-started"),
        _step(
            "2025-06-03 09:05",
            "ruth-adler",
            lambda desk: draw_sample(
                desk,
                CLOSED,
                "kept-by-due",
                "sanitation",
                [_DONE_BY_DUE, _PROVED],
                Size(within=10, expected=70),
                of_record=_DONE_BY_DUE,
            ),
        ),
        _step("2025-06-10 16:20", "ruth-adler", lambda desk: _examine(desk, CLOSED, spared=23)),
        # A case that the criteria did not apply to was replaced by the next one in reserve.
        _step("2025-06-11 09:30", "ruth-adler", lambda desk: _examine(desk, CLOSED)),
        _step(
            "2025-06-13 15:45",
            "peter-lang",
            lambda desk: _examine(desk, CLOSED, recheck=True, first=25),
        ),
        _step("2025-06-16 10:00", "ruth-adler", lambda desk: end_fieldwork(desk, CLOSED)),
        _step("2025-06-16 14:10", "ruth-adler", lambda desk: _late_collections(desk, about, log)),
        _entry(
            "2025-06-16 14:40",
            "ruth-adler",
            CLOSED,
            "finding-raised",
            **about,
            team="bulky-items-and-carts",
            grade="minor",
            lies_in="individual",
            text="One dispatcher closed requests before the crew had reported back.",
        ),
        _entry(
            "2025-06-16 15:05",
            "ruth-adler",
            CLOSED,
            "finding-raised",
            **about,
            grade="observation",
            nature="improvement",
            lies_in="system",
            text="Residents could be told the new day by text message when a round runs late.",
        ),
        _entry(
            "2025-06-17 09:20",
            "peter-lang",
            CLOSED,
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
        _entry(
            "2025-06-17 11:00",
            "james-okoro",
            CLOSED,
            "cause-recorded",
            finding=1,
            whys=[
                "The rounds were not finished by the end of the shift.",
                "A round has more stops than a shift has time for.",
                "The rounds were cut in 2019, for fewer households than there are now.",
            ],
        ),
        _entry(
            "2025-06-17 11:30",
            "james-okoro",
            CLOSED,
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
        _entry("2025-06-18 09:00", "ruth-adler", CLOSED, "actions-started"),
        _entry(
            "2025-06-18 10:15",
            "james-okoro",
            CLOSED,
            "action-planned",
            finding=1,
            corrective=True,
            text="Two more collection crews",
            owner="james-okoro",
            due="2025-07-01",
            effect={**about, "change": 5},
            control="Rounds that are not finished are counted every week",
        ),
        _entry(
            "2025-06-18 10:40",
            "james-okoro",
            CLOSED,
            "action-planned",
            finding=4,
            corrective=False,
            text="The dispatcher rings back before a missed bin is closed",
            owner="nina-brandt",
            due="2025-07-11",
        ),
        _entry(
            "2025-06-19 13:20",
            "nina-brandt",
            CLOSED,
            "input-recorded",
            finding=1,
            voice="staff",
            text="We have said for two years that the rounds are too long. More crews help; "
            "newly cut rounds would help as much.",
        ),
        _entry(
            "2025-06-19 16:00",
            "james-okoro",
            CLOSED,
            "input-recorded",
            finding=1,
            voice="management",
            text="The finding is right. The crews start on 1 July; new rounds come in 2027.",
        ),
        _step(
            "2025-07-01 17:30",
            "james-okoro",
            lambda desk: _with_file(
                desk,
                CLOSED,
                "action-done",
                receipt,
                "Both new crews went out on 1 July 2025.",
                action=1,
                on="2025-07-01",
                remark="Both crews went out this morning.",
            ),
        ),
        _entry(
            "2025-07-08 12:00",
            "nina-brandt",
            CLOSED,
            "action-done",
            action=2,
            on="2025-07-08",
        ),
        _entry(
            "2025-07-08 14:00",
            "james-okoro",
            CLOSED,
            "control-recorded",
            finding=1,
            text="Rounds that were not finished are counted and shown to the commissioner",
            owner="james-okoro",
            every="week",
        ),
        _entry(
            "2025-07-08 14:20",
            "james-okoro",
            CLOSED,
            "control-recorded",
            finding=4,
            text="Ten closed complaints are rung back",
            owner="nina-brandt",
            every="month",
        ),
        _settled("2025-09-12 10:00", "peter-lang", 2, "The dispatcher was spoken with."),
        _settled("2025-09-12 10:20", "peter-lang", 3, "Taken into the budget talks for 2027."),
        _settled("2025-09-15 11:00", "ruth-adler", 4, "Ringing back is done and is checked."),
        _step("2025-09-16 09:00", "peter-lang", _settled_by_chance),
        _entry(
            "2026-04-01 09:00",
            "helen-ward",
            CLOSED,
            "auditors-changed",
            auditors=["ruth-adler", "omar-haddad"],
            reason="Peter Lang left at the end of March; Omar Haddad takes over.",
        ),
        _entry("2026-06-15 09:00", "ruth-adler", CLOSED, "reaudit-started"),
        _step("2026-06-16 10:30", "ruth-adler", _reaudited),
        _step("2026-10-05 10:00", "omar-haddad", _effects),
        _settled(
            "2026-10-06 09:30",
            "omar-haddad",
            1,
            "The crews are out, and more is done in time. Whether by them cannot be told: it was "
            "rising before.",
        ),
        _step(
            "2026-10-06 11:00",
            "omar-haddad",
            lambda desk: propose(
                desk,
                CLOSED,
                standard="kept-by-due",
                department="sanitation",
                value=84,
                ground="Each of the last four months, June to September 2026, was above 83 %.",
            ),
        ),
        _step(
            "2026-10-08 15:00",
            "helen-ward",
            lambda desk: decide_on(
                desk,
                CLOSED,
                1,
                "declined",
                "Raised to 82 in April already; a full year is waited for before the next step.",
            ),
        ),
        _step(
            "2026-10-08 15:20",
            "helen-ward",
            lambda desk: desk.record(
                CLOSED, ReauditScheduled(on=max(date(2027, 6, 14), day + timedelta(days=180)))
            ),
        ),
        _step(
            "2026-10-12 09:45",
            "helen-ward",
            lambda desk: sign(desk, CLOSED, "Read in full. (Played: nobody has signed anything.)"),
        ),
        _entry("2026-10-13 09:00", "ruth-adler", CLOSED, "cycle-closed"),
    ]


def _late_collections(desk: Desk, about: dict[str, str], log: tuple[str, date]) -> object:
    late, asked = _not_met(desk, CLOSED, _DONE_BY_DUE)
    return _with_file(
        desk,
        CLOSED,
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
    cycle = desk.cycle(CLOSED)
    found = reaudit(desk, cycle, period="2026-05")
    return desk.record(CLOSED, found.body, seen=cycle.version)


def _effects(desk: Desk) -> object:
    cycle = desk.cycle(CLOSED)
    # Of the crews alone: nobody expected a figure of ringing back.
    found = [one for one in action_effects(desk, cycle) if one.action.number == 1]
    return record_effects(desk, cycle, found)


def _settled_by_chance(desk: Desk) -> object:
    """Close what the end of fieldwork raised, if it did: one sample in twenty at most is off."""
    remark = "The records were gone through and hold. One random sample in twenty is off by chance."
    off = [one for one in desk.cycle(CLOSED).findings.values() if _by_chance(one)]
    closings = [FindingClosed(finding=one.number, remark=remark) for one in off]
    return desk.record_all(CLOSED, closings) if closings else None


def _settled(at: str, by: str, finding: int, remark: str) -> Step:
    return _entry(at, by, CLOSED, "finding-closed", finding=finding, remark=remark)


# --- Potholes: an action is past its day, and so is the cycle ---

_FILLED = "Was the pothole filled by the day it was due?"


def _overdue(day: date) -> list[Step]:
    about = {"standard": "pothole-repair", "department": "public-works"}
    due = _weekday(day - timedelta(days=9))

    def opening(desk: Desk) -> object:
        plan = Planned(
            title="Public Works: potholes filled in time",
            standards=["pothole-repair"],
            departments=["public-works"],
            period=_last_month(day - OVERDUE_SINCE),
            method=f"{PLAY} Random sample of the potholes closed in the month.",
            auditors=["omar-haddad", "ruth-adler"],
            fieldwork_due=_weekday(day - timedelta(days=55)),
            close_due=_weekday(day - timedelta(days=5)),
        )
        return open_audit(desk, OVERDUE, plan)

    def late(desk: Desk) -> object:
        count, asked = _not_met(desk, OVERDUE, _FILLED)
        return _record(
            desk,
            OVERDUE,
            "finding-raised",
            **about,
            team="street-maintenance",
            grade="major",
            lies_in="system",
            text=f"{count} of the {asked} potholes examined were filled after the day they were "
            "due: one crew patches in the whole city.",
        )

    def ago(days: int, clock: str, by: str, kind: str, **told: Any) -> Step:
        return Step(
            _before(day, days, clock), by, lambda desk: _record(desk, OVERDUE, kind, **told)
        )

    return [
        Step(_before(day, OVERDUE_SINCE.days, "09:15"), "omar-haddad", opening),
        ago(70, "08:50", "omar-haddad", "fieldwork-started"),
        Step(
            _before(day, 70, "09:10"),
            "omar-haddad",
            lambda desk: draw_sample(
                desk,
                OVERDUE,
                "pothole-repair",
                "public-works",
                [_FILLED],
                Size(within=10, expected=60),
                of_record=_FILLED,
            ),
        ),
        Step(_before(day, 62, "15:30"), "omar-haddad", lambda desk: _examine(desk, OVERDUE)),
        Step(_before(day, 58, "10:20"), "omar-haddad", lambda desk: end_fieldwork(desk, OVERDUE)),
        Step(_before(day, 58, "11:00"), "omar-haddad", late),
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


# --- Housing inspections: half of the sample is examined ---

_INSPECTED = "Did an inspector see the home by the day it was due?"
_WRITTEN = "Is there a written report of the visit?"


def _fieldwork(day: date) -> list[Step]:
    def opening(desk: Desk) -> object:
        plan = Planned(
            title="Inspections: homes in bad condition",
            standards=["housing-condition"],
            departments=["inspections"],
            period=_last_month(_weekday(day - timedelta(days=10))),
            method=f"{PLAY} Random sample of the homes due for inspection in the month.",
            auditors=["omar-haddad", "ruth-adler"],
            fieldwork_due=_weekday(day + timedelta(days=21)),
            close_due=_weekday(day + timedelta(days=120)),
        )
        return open_audit(desk, FIELDWORK, plan)

    return [
        Step(_before(day, 10, "10:05"), "ruth-adler", opening),
        Step(
            _before(day, 10, "10:30"),
            "ruth-adler",
            lambda desk: _record(desk, FIELDWORK, "fieldwork-started"),
        ),
        Step(
            _before(day, 10, "10:45"),
            "ruth-adler",
            lambda desk: draw_sample(
                desk,
                FIELDWORK,
                "housing-condition",
                "inspections",
                [_INSPECTED, _WRITTEN],
                Size(cases=40),
                of_record=_INSPECTED,
            ),
        ),
        Step(
            _before(day, 3, "16:40"), "ruth-adler", lambda desk: _examine(desk, FIELDWORK, first=21)
        ),
    ]


# --- What the steps are made of ---


def _step(at: str, by: str, does: Does) -> Step:
    return Step(datetime.fromisoformat(at).replace(tzinfo=ZONE), by, does)


def _entry(at: str, by: str, id: str, kind: str, **told: Any) -> Step:
    return _step(at, by, lambda desk: _record(desk, id, kind, **told))


def _record(desk: Desk, id: str, kind: str, **told: Any) -> object:
    """Record something. `finding` counts those that people raised: by chance there is one more,
    that a sample disagrees with its records.
    """
    if "finding" in told:
        raised = [n for n, one in desk.cycle(id).findings.items() if not _by_chance(one)]
        told["finding"] = raised[told["finding"] - 1]
    return desk.record(id, body_of(kind, told))


def _by_chance(finding: Finding) -> bool:
    return finding.raised.body.origin == "sample-disagreement"


def _with_file(
    desk: Desk, id: str, kind: str, file: tuple[str, date], says: str, **told: Any
) -> object:
    name, dated = file
    content = f"{PLAY}\n{says}\n".encode()
    pieces: Sequence[Piece] = [Piece(BytesIO(content), dated, name)]
    return record_with(desk, id, body_of(kind, told), pieces)


def _weekday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _before(day: date, days: int, clock: str) -> datetime:
    """So many days before `day`. Steps are four days apart or more, or at one day's other hour."""
    on = _weekday(day - timedelta(days=days))
    # No step of the closed cycle is at such a second: some lie on fixed days in between.
    return datetime.combine(on, time.fromisoformat(clock).replace(second=30), ZONE)


def _last_month(day: date) -> str:
    """The month that was over on `day`, and of which there are records."""
    return f"{min(day.replace(day=1) - timedelta(days=1), date(2026, 9, 30)):%Y-%m}"


def _examine(
    desk: Desk,
    id: str,
    *,
    recheck: bool = False,
    first: int | None = None,
    spared: int = 0,
) -> object:
    """Fill in the sheet of the first sample, or of its `first` cases, and record it.

    One case in `spared` is one that the criteria do not apply to.
    """
    cycle = desk.cycle(id)
    if not to_examine(cycle, 1, recheck_by=desk.by if recheck else None):
        return cycle
    read = list(csv.DictReader(StringIO(sheet(desk, id, 1, recheck=recheck, first=first))))
    for line in read:
        due, closed = line["record: due_at"], line["record: closed_at"]
        in_time = bool(closed) and datetime.fromisoformat(closed) <= datetime.fromisoformat(due)
        case, criterion = line["case"], line["criterion"]
        if spared and _chance(case, spared):
            line["outcome"], line["remark"] = "not-applicable", "Reported twice"
        elif criterion in (_PROVED, _WRITTEN):
            line["outcome"] = "not-met" if _chance(f"{case} paper", 7) else "met"
        elif in_time and _chance(f"{case} seen", 29):
            line["outcome"], line["remark"] = "not-met", "Closed before anybody was there"
        else:
            line["outcome"] = "met" if in_time else "not-met"
        if recheck and _chance(f"{case} {criterion} again", 11):
            line["outcome"] = "not-met" if line["outcome"] == "met" else "met"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sheet.csv")
        with file.open("w", newline="", encoding="utf-8") as written:
            writer = csv.DictWriter(written, list(read[0]))
            writer.writeheader()
            writer.writerows(read)
        return record_sheet(desk, id, 1, file, recheck=recheck)


def _chance(text: str, one_in: int) -> bool:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % one_in == 0


def _not_met(desk: Desk, id: str, criterion: str) -> tuple[int, int]:
    """How many cases of a criterion were not met, and of how many."""
    outcomes = [
        one.body.outcome
        for (_, _, asked), one in desk.cycle(id).results.items()
        if asked == criterion and one.body.outcome != "not-applicable"
    ]
    return outcomes.count("not-met"), len(outcomes)
