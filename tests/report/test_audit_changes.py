"""The change log of a standard: expected values with who decided them, and its audits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scorecard.audit.events import EffectRecorded, StandardWritten
from scorecard.declare.standards import Expected, Override, Standard
from scorecard.report.audit_changes import change_log
from tests.audit.room import TODAY, Room, room_at
from tests.report.audited import town
from tests.report.test_standard import METRIC

PROMISED = Expected.model_validate({"from": date(2025, 7, 1), "at_least": 90, "source": "Charter"})
DECIDED = Expected.model_validate({"from": date(2026, 7, 1), "at_least": 94, "source": "Audit one"})


def calls(*own: Expected) -> Standard:
    overrides = {"streets": Override(expected=[PROMISED, *own])} if own else {}
    return Standard(
        id="calls",
        title="Calls are answered",
        metric="answered",
        departments="all",
        expected=[PROMISED],
        overrides=overrides,
    )


def log(room: Room, standard: Standard, department: str | None):
    metric = replace(METRIC, name="answered", unit="percent")
    declared = replace(town(), metrics={"answered": metric}, standards={"calls": standard})
    return change_log(declared, [room.cycle], standard, department)


def written() -> Room:
    room = room_at("re-audit")
    room.do(StandardWritten(proposal=3, file="standards.toml", diff="+"), "dirk")
    return room


def test_a_value_that_an_audit_wrote_says_who_proposed_decided_and_wrote_it() -> None:
    entries = log(written(), calls(DECIDED), "streets")
    values = [one for one in entries if one.what == "expected value"]
    assert [(one.day, one.text, one.cycle, one.cycle_title) for one in values] == [
        (
            date(2026, 7, 1),
            "At least 94 %, before that at least 90 %. Proposed by Amy, accepted by Dirk on "
            "2 March 2026, written into standards.toml by Dirk. Reason: shown in the re-audit.",
            "one",
            "Calls",
        ),
        (date(2025, 7, 1), "At least 90 %. Decided by: Charter.", "", ""),
    ]
    # Those that are not in force through this audit are proposals still.
    proposals = [one.text for one in entries if one.what == "proposal"]
    assert len(proposals) == 2
    assert any(text.endswith("Proposed by Amy; not decided yet.") for text in proposals)
    assert any(
        text.startswith("At least 88 % instead of at least 90 %, from 1 July 2026 on.")
        for text in proposals
    )


def test_a_value_that_is_in_the_files_no_more_stays_in_the_log_as_it_was_decided() -> None:
    entries = log(written(), calls(), "streets")
    assert [one.day for one in entries if one.what == "expected value"] == [date(2025, 7, 1)]
    [gone] = [one for one in entries if "94" in one.text]
    assert (gone.what, gone.day) == ("proposal", TODAY)
    assert "written into standards.toml by Dirk" in gone.text


def test_a_value_decided_by_hand_is_not_taken_for_the_audits() -> None:
    other = DECIDED.model_copy(update={"at_least": 95.0})
    entries = log(written(), calls(other), "streets")
    [first, _] = [one for one in entries if one.what == "expected value"]
    assert (first.cycle, first.text) == (
        "",
        "At least 95 %, before that at least 90 %. Decided by: Audit one.",
    )


def test_audits_findings_and_actions_stand_with_what_became_of_them() -> None:
    room = room_at("closed")
    room.write(EffectRecorded(action=2, worked=True, reason="It is."), "ada")
    entries = log(room, calls(), "streets")
    assert [one.day for one in entries] == sorted((one.day for one in entries), reverse=True)
    told = {what: [one.text for one in entries if one.what == what] for what in ("audit", "action")}
    assert told == {
        "audit": [
            "Opened by Dora; closed, signed by Dora on 2 March 2026. Re-audit: improved.",
        ],
        "action": [
            "Action 1, for finding 1, done: A second line.",
            "Action 2, for finding 4, done: A second line; it worked.",
        ],
    }
    findings = [one.text for one in entries if one.what == "finding"]
    assert findings[:2] == [
        "Finding 1 raised by Ada, a minor finding: Calls wait. Settled by Dora on 2 March 2026.",
        "Finding 2 raised by Ada, a minor finding: Calls wait. Settled by Amy on 2 March 2026.",
    ]
    open_ = [one.text for one in log(room_at("fieldwork"), calls(), "streets")]
    assert "Finding 1 raised by Ada, a minor finding: Calls wait. Open." in open_


def test_another_departments_findings_are_not_told_and_the_whole_names_places() -> None:
    room = room_at("re-audit")
    assert {one.what for one in log(room, calls(), "parks")} == {"expected value", "audit"}
    whole = log(room, calls(), None)
    assert any(one.text.startswith("Finding 1 raised by Ada (Streets), a minor") for one in whole)
    [audit] = [one for one in whole if one.what == "audit"]
    assert audit.text == "Opened by Dora; now in re-audit. Re-audit: improved (Streets)."
