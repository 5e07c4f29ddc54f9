"""What the Overview says of all audits: overdue first, then unsigned, and who acts."""

from __future__ import annotations

from datetime import timedelta

from scorecard.report.audit_overdue import audits_overdue
from tests.audit.room import TODAY, room_at
from tests.report.audited import planned, renamed, town

DAY = timedelta(days=1)


def test_without_cycles_nothing_is_said_and_with_cycles_one_line_is() -> None:
    none = audits_overdue(town(), [], TODAY)
    assert (none.cycles, none.sentence, none.lines) == (0, "", ())
    quiet = audits_overdue(town(), [planned(), room_at("closed").cycle], TODAY)
    assert (quiet.cycles, quiet.lines) == (2, ())
    assert quiet.sentence == (
        "Nothing is overdue and nothing waits for a signature; one of 2 audit cycles is open."
    )


def test_what_is_overdue_the_longest_stands_first_and_signatures_below() -> None:
    acting = renamed(room_at("actions"), "acting", "Parks", seq=100)
    waiting = renamed(room_at("re-audit", settled=True), "waiting", "Streets", seq=200)
    late = planned("late", "Calls", seq=300, close_due=TODAY + 5 * DAY)
    today = TODAY + 9 * DAY
    found = audits_overdue(town(), [waiting, acting, late], today)
    told = [(one.cycle, one.title, one.what, one.who, one.overdue) for one in found.lines]
    assert told[:1] + told[-1:] == [
        (
            "acting",
            "Parks",
            "Action 1 of Sam (A second line) was due on 2 March 2026, 9 days ago.",
            "Sam",
            True,
        ),
        (
            "waiting",
            "Streets",
            "Waits for a signature since 2 March 2026: Dora may sign.",
            "Dora",
            False,
        ),
    ]
    assert ("late", True) in [(one.cycle, one.overdue) for one in found.lines]
    overdue = sum(one.overdue for one in found.lines)
    assert (found.overdue, found.unsigned) == (overdue, 1)
    assert found.sentence == (
        f"{overdue} matters are overdue and 1 audit waits for a signature. Next to act: Sam."
    )


def test_the_day_itself_and_the_review_of_a_standard_are_not_overdue_audits() -> None:
    acting = room_at("actions").cycle
    found = audits_overdue(town(review=TODAY - DAY), [acting], TODAY)
    assert found.lines == ()
