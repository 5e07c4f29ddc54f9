"""Forms around a finding: its wording, cause, actions, controls, what people say, and settling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.audit_form import Sheet, Step
from dashboard.audit_words import (
    GRADES,
    LIES_IN,
    NATURES,
    ORIGINS,
    finding_name,
    people,
    requirements,
)
from scorecard.audit import Cycle
from scorecard.audit.cycle import Finding
from scorecard.report.phrases import shortened

_WHYS = 5


def chosen_finding(cycle: Cycle, asked: str | None, *, settled: bool = False) -> Finding | None:
    """The finding that the address names, else the first that is open (or is settled)."""
    fits = [one for one in cycle.findings.values() if one.open is not settled]
    named = [one for one in fits if str(one.number) == asked]
    return (named or fits or [None])[0]


def _finding(sheet: Sheet, *, settled: bool = False) -> Finding:
    found = chosen_finding(sheet.cycle, sheet.filters.finding, settled=settled)
    assert found is not None  # a step about a finding is offered where there is one
    return found


def _raised(sheet: Sheet) -> Mapping[str, Any]:
    held = sheet.cycle.opened.body.scope.requirements
    named = requirements(sheet.cycle, sheet.desk.declared)
    index = sheet.from_list("Requirement", "requirement", named, 0 if len(named) == 1 else None)
    place = (
        {}
        if index is None
        else {
            "standard": held[index].standard,
            "department": held[index].department,
        }
    )
    return {
        **place,
        **_wording(sheet, None),
        **_from(sheet),
    }


def _from(sheet: Sheet) -> Mapping[str, Any]:
    origin, case = sheet.beside(
        lambda: sheet.from_list("Where it is from", "origin", ORIGINS, "audit"),
        lambda: sheet.line("Key of the case or complaint", "case", needed=False),
    )
    return {"origin": origin, "case": case}


def _changed(sheet: Sheet) -> Mapping[str, Any]:
    finding = _finding(sheet)
    return {
        "finding": finding.number,
        **_wording(sheet, finding),
        "reason": sheet.line("Why it is worded anew", "reason"),
    }


def _wording(sheet: Sheet, finding: Finding | None) -> Mapping[str, Any]:
    now = finding.wording if finding else None
    return {
        "text": sheet.text("Finding in words", "text", value=now.text if now else ""),
        "grade": sheet.one_of("Grade", "grade", GRADES, now.grade if now else None),
        **_sort(sheet, finding),
    }


def _sort(sheet: Sheet, finding: Finding | None) -> Mapping[str, Any]:
    now = finding.wording if finding else None
    nature, lies_in = sheet.beside(
        lambda: sheet.one_of("Nature", "nature", NATURES, now.nature if now else "fault"),
        lambda: sheet.one_of("It lies in", "lies_in", LIES_IN, now.lies_in if now else None),
    )
    return {"nature": nature, "lies_in": lies_in}


def _cause(sheet: Sheet) -> Mapping[str, Any]:
    labels = ["Why did it happen?", *(f"And why that? ({n})" for n in range(2, _WHYS + 1))]
    whys = [
        sheet.line(label, f"why{number}", needed=number == 0) for number, label in enumerate(labels)
    ]
    return {"finding": _finding(sheet).number, "whys": [one for one in whys if one.strip()]}


def _planned(sheet: Sheet) -> Mapping[str, Any]:
    finding = _finding(sheet)
    place = finding.raised.body
    unit = next(
        (
            one.unit
            for one in sheet.cycle.opened.body.scope.requirements
            if (one.standard, one.department) == (place.standard, place.department)
        ),
        "its unit",
    )
    found: dict[str, Any] = {
        "finding": finding.number,
        "text": sheet.text("What is to be done", "text"),
        "corrective": sheet.one_of(
            "It",
            "corrective",
            {True: "mends the fault (corrective)", False: "prevents the next one (preventive)"},
        ),
        **_owner_and_day(sheet),
    }
    change = sheet.number(
        f"Expected effect: change of the service gap, in {unit} (plus is better)", "effect"
    )
    if change is not None:
        found["effect"] = {
            "standard": place.standard,
            "department": place.department,
            "change": change,
        }
    return {**found, "control": sheet.line("Control that keeps it so", "control", needed=False)}


def _owner_and_day(sheet: Sheet) -> Mapping[str, Any]:
    named = people(sheet.desk.declared, sheet.desk.today)
    owner, due = sheet.beside(
        lambda: sheet.from_list("Owner", "owner", named), lambda: sheet.day("Due", "due")
    )
    return {"owner": owner, "due": due}


def _action(sheet: Sheet) -> int | None:
    named = {
        one.number: f"{one.number} · due {one.plan.due} · {shortened(one.plan.text, 60)}"
        for one in sheet.cycle.actions.values()
        if not one.done
    }
    return sheet.from_list(
        "Action", "action", named, next(iter(named)) if len(named) == 1 else None
    )


def _action_changed(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "action": _action(sheet),
        "text": sheet.text("What is to be done, in its new words", "text"),
        **_owner_and_day(sheet),
        "reason": sheet.line("Why it is changed", "reason"),
    }


def _action_done(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "action": _action(sheet),
        "on": sheet.day("Done on", "on"),
        "remark": sheet.text("Remark", "remark", needed=False),
    }


def _control(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "finding": _finding(sheet).number,
        "text": sheet.text("What keeps it mended", "text"),
        "owner": sheet.from_list(
            "Who makes the check", "owner", people(sheet.desk.declared, sheet.desk.today)
        ),
        "every": sheet.line("How often", "every"),
    }


def _input(sheet: Sheet) -> Mapping[str, Any]:
    about = {0: "the audit as a whole"} | {
        number: f"Finding {finding_name(one)}" for number, one in sheet.cycle.findings.items()
    }
    return {
        "finding": sheet.from_list("About", "about", about, 0) or None,
        "voice": sheet.one_of(
            "Who speaks", "voice", {"staff": "staff", "management": "management"}
        ),
        "text": sheet.text("What they say", "text"),
    }


def _closed(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "finding": _finding(sheet).number,
        "remark": sheet.text("How it was settled", "remark"),
    }


def _reopened(sheet: Sheet) -> Mapping[str, Any]:
    return {
        "finding": _finding(sheet, settled=True).number,
        "reason": sheet.text("What did not work", "reason"),
    }


STEPS = (
    Step("finding-raised", "A finding", _raised, brings=True),
    Step("finding-changed", "A finding in other words", _changed, about="finding", brings=True),
    Step(
        "cause-recorded",
        "The cause of a finding",
        _cause,
        about="finding",
        note="Five whys: each answer is asked why in turn. Stop where a cause can be mended.",
    ),
    Step("action-planned", "An action", _planned, about="finding"),
    Step("action-changed", "An action in other words", _action_changed, about="action"),
    Step("action-done", "An action as done", _action_done, about="action", brings=True),
    Step("control-recorded", "A control", _control, about="finding"),
    Step("input-recorded", "What staff or management say", _input),
    Step(
        "finding-closed",
        "A finding as settled",
        _closed,
        about="finding",
        note="Nobody settles their own finding, or one that has an action of theirs.",
    ),
    Step("finding-reopened", "A finding as open again", _reopened, about="settled"),
)
