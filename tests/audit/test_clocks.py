"""Whose day it is: at both ends of the earth, at New Year, in the night of the clock change."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scorecard.audit import Desk, notices
from scorecard.audit import events as e
from scorecard.audit.book import subject
from scorecard.audit.bringing import Piece, record_with
from scorecard.declare.load import Declarations
from scorecard.declare.organisation import Organisation
from scorecard.errors import AuditError
from scorecard.ledger import Ledger, events, verify
from scorecard.report.audit_reminders import falling_due
from scorecard.workspace import Workspace
from tests.audit.kept_room import stop_clock
from tests.audit.room import OPENING, TOWN, action, finding

pytestmark = pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
# Half past the hour on both sides of midnight; the last is the hour that New York has twice.
MOMENTS = [
    ("Pacific/Kiritimati", datetime(2025, 12, 31, 9, 30, tzinfo=UTC), date(2025, 12, 31)),
    ("Pacific/Kiritimati", datetime(2025, 12, 31, 10, 30, tzinfo=UTC), date(2026, 1, 1)),
    ("Pacific/Pago_Pago", datetime(2026, 1, 1, 10, 30, tzinfo=UTC), date(2025, 12, 31)),
    ("Pacific/Pago_Pago", datetime(2026, 1, 1, 11, 30, tzinfo=UTC), date(2026, 1, 1)),
    ("America/New_York", datetime(2026, 3, 8, 4, 30, tzinfo=UTC), date(2026, 3, 7)),
    ("America/New_York", datetime(2026, 3, 9, 4, 30, tzinfo=UTC), date(2026, 3, 9)),
    ("America/New_York", datetime(2026, 11, 1, 4, 30, tzinfo=UTC), date(2026, 11, 1)),
    ("America/New_York", datetime(2026, 11, 2, 4, 30, tzinfo=UTC), date(2026, 11, 1)),
    ("America/New_York", datetime(2028, 3, 1, 4, 30, tzinfo=UTC), date(2028, 2, 29)),
]


def desk(ledger: Ledger, root: Path, by: str, zone: str = "America/New_York") -> Desk:
    # Not a copy: it would keep the zone that the other has looked up.
    town = Organisation.model_validate(TOWN.model_dump() | {"time_zone": zone})
    return Desk(Declarations(town, {}, {}, {}, (), root, {}, ()), Workspace(root), ledger, by)


def in_actions(ledger: Ledger, root: Path, zone: str) -> None:
    desk(ledger, root, "dora", zone).open("one", OPENING)
    for body in (e.FieldworkStarted(), finding(), e.FieldworkEnded(), e.ActionsStarted()):
        desk(ledger, root, "ada", zone).record("one", body)


@pytest.mark.parametrize(("zone", "now", "today"), MOMENTS)
def test_due_days_evidence_and_what_is_overdue_go_by_the_organisation_s_day(
    ledger: Ledger, tmp_path: Path, zone: str, now: datetime, today: date
) -> None:
    stop_clock(ledger, now)
    in_actions(ledger, tmp_path, zone)
    lea, sam = desk(ledger, tmp_path, "lea", zone), desk(ledger, tmp_path, "sam", zone)
    assert lea.today == today == now.astimezone(ZoneInfo(zone)).date()

    with pytest.raises(AuditError, match="before today") as caught:
        lea.record("one", action(1).model_copy(update={"due": today - DAY}))
    assert caught.value.code == "due-before-opening"
    cycle = lea.record("one", action(1).model_copy(update={"due": today}))
    for after, overdue in ((timedelta(0), False), (DAY, True)):
        told = falling_due(lea.declared, cycle, today + after)
        assert any(one.overdue for one in told) == overdue

    def done(on: date, dated: date) -> None:
        photo = Piece(io.BytesIO(b"a photo"), dated, "photo.jpg")
        record_with(sam, "one", e.ActionDone(action=1, on=on), [photo])

    for on, dated, code in (
        (today + DAY, today, "done-out-of-time"),
        (today - DAY, today, "done-out-of-time"),
        (today, today + DAY, "evidence-date"),
    ):
        with pytest.raises(AuditError, match=str(today)) as caught:
            done(on, dated)
        assert caught.value.code == code
    assert list(sam.evidence.files()) == []
    done(today, today)
    assert len(list(sam.evidence.files())) == 1


def test_a_clock_an_hour_ahead_over_midnight_and_back_takes_no_day_back(
    ledger: Ledger, tmp_path: Path
) -> None:
    """At half past eleven at night, the day has changed for the chain and stays so."""
    true = datetime(2026, 7, 2, 3, 30, tzinfo=UTC)
    stop_clock(ledger, true + timedelta(hours=1))
    in_actions(ledger, tmp_path, "America/New_York")
    stop_clock(ledger, true)
    lea = desk(ledger, tmp_path, "lea")
    assert lea.today == date(2026, 7, 2)
    with pytest.raises(AuditError, match="before today, 2026-07-02"):
        lea.record("one", action(1).model_copy(update={"due": date(2026, 7, 1)}))
    cycle = lea.record("one", action(1).model_copy(update={"due": date(2026, 7, 2)}))
    past = events(ledger, TOWN.id, subject("one"))
    assert [one.at for one in past] == sorted(one.at for one in past)
    assert (past[-1].at - past[-1].clock) == timedelta(hours=1)
    assert "clock" in [one.topic for one in notices(cycle, lea.declared, lea.today)]
    # What is decided before a file is kept, and when it is recorded, is decided by one day.
    photo = Piece(io.BytesIO(b"a photo"), date(2026, 7, 2), "photo.jpg")
    sam = desk(ledger, tmp_path, "sam")
    record_with(sam, "one", e.ActionDone(action=1, on=date(2026, 7, 2)), [photo])
    assert verify(ledger).faults == ()
