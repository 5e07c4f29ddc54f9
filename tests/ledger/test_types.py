"""Timestamps: an instant comes back as the same instant, in UTC, from every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from scorecard.ledger import Ledger, Run

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 2),
    max_value=datetime(9999, 12, 30),
    timezones=st.sampled_from(
        [UTC, ZoneInfo("America/New_York"), timezone(timedelta(hours=5, minutes=45))]
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instant=INSTANTS)
def test_an_instant_comes_back_in_utc(ledger: Ledger, instant: datetime) -> None:
    with ledger.write() as session:
        run = Run(organisation=uuid4().hex, known_at=instant, engine="duckdb", sources={})
        session.add(run)

    with ledger.read() as session:
        found = session.scalars(sa.select(Run.known_at).where(Run.id == run.id)).one()

    assert found == instant.astimezone(UTC)
    assert found.tzinfo is UTC


def test_instants_are_compared_in_time_and_not_as_text(ledger: Ledger) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    instants = [noon, noon + timedelta(microseconds=1), noon + timedelta(seconds=1)]
    with ledger.write() as session:
        session.add_all(
            Run(organisation="harbor", known_at=instant, engine="duckdb", sources={})
            for instant in reversed(instants)
        )

    as_seen_in_boston = noon.astimezone(ZoneInfo("America/New_York"))
    with ledger.read() as session:
        later = sa.select(Run.known_at).where(Run.known_at > as_seen_in_boston)
        assert session.scalars(later.order_by(Run.known_at)).all() == instants[1:]


def test_a_time_without_a_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), ledger.write() as session:
        session.add(
            Run(organisation="harbor", known_at=datetime(2026, 7, 1), engine="x", sources={})
        )
