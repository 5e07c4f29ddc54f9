"""Both versions of two people at once, in plain words and whole."""

from __future__ import annotations

from scorecard.audit import Clash, fold
from scorecard.audit import events as e
from scorecard.audit.body import Body, CauseNode
from scorecard.audit.evidence import Reference
from scorecard.report.audit_clash import ClashView, clash_text, clash_view
from tests.audit.room import TODAY, room_at
from tests.report.audited import town

PHOTO = Reference("a" * 64, 5, "hole.jpg", "2026-02-01", "2026-03-02T12:00:00Z", "ada")


def clashing(theirs: Body, mine: Body, by: str) -> ClashView:
    room = room_at("actions")
    room.write(theirs, "amy")
    return clash_view(town(), Clash(mine, room.past[-1:], fold("one", room.past)), by)


def wording(text: str) -> e.FindingChanged:
    return e.FindingChanged(
        finding=1,
        grade="major",
        nature="fault",
        lies_in="individual",
        text=text,
        reason="looked\nagain",
        evidence=(PHOTO,),
    )


def test_every_word_of_both_is_there() -> None:
    found = clashing(wording("theirs"), wording("mine"), "ada")
    (theirs,) = found.theirs
    assert (theirs.who, theirs.seq, theirs.at) == ("Amy", 15, "2 March 2026, 07:00")
    assert dict(theirs.fields)["text"] == "theirs"
    mine = dict(found.mine.fields)
    assert mine == {
        "finding": "1",
        "grade": "major",
        "nature": "fault",
        "lies in": "individual",
        "text": "mine",
        "reason": "looked\nagain",
        "evidence": f"hole.jpg of 2026-02-01, SHA-256 {'a' * 64}",
    }
    assert (found.mine.who, found.mine.seq, found.now) == ("Ada", None, 15)
    assert found.mine.sentence.startswith("Ada changed finding 1 to a major finding")


def test_people_and_days_are_told_as_people_say_them() -> None:
    changed = e.ActionChanged(action=1, text="t", owner="sue", due=TODAY, reason="r")
    theirs = dict(clashing(changed, changed, "lea").theirs[0].fields)
    assert (theirs["owner"], theirs["due"]) == ("Sue", "2 March 2026")
    staff = e.AuditorsChanged(auditors=("ada", "amy"), reason="r")
    assert dict(clashing(staff, staff, "dora").mine.fields)["auditors"] == "Ada and Amy"
    tree = CauseNode(text="dark", because=(CauseNode(text="no money"),))
    caused = e.CauseRecorded(finding=1, tree=tree)
    assert dict(clashing(caused, caused, "lea").mine.fields)["tree"] == "dark (because no money)"


def test_the_text_says_how_to_record_yours_again() -> None:
    told = clash_text(clashing(wording("theirs"), wording("mine"), "ada"))
    assert told.index("  text: theirs\n") < told.index("Yours, not recorded:")
    assert told.index("Yours, not recorded:") < told.index("  text: mine\n")
    # A text of several lines stays one, indented; a terminal is not made to obey it.
    assert "  reason: looked\n    again\n" in told
    assert "\x1b" not in clash_text(clashing(wording("\x1b[31m"), wording("\x1b[2J"), "ada"))
    assert "give the same command with --seen 15; to keep theirs, do nothing." in told
