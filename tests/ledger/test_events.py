"""Events: in order, nobody's overwritten, and refused before anything is half done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from scorecard.errors import LedgerError
from scorecard.ledger import (
    Ledger,
    NewEvent,
    VersionConflict,
    append,
    append_all,
    events,
    head,
    open_ledger,
    verify,
)
from scorecard.ledger.event_hash import canonical_json
from tests.ledger.tampering import HARBOR, around_the_guards, content, fill, set_field

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# By its name, since the package exports a function of that name.


def remark(ledger: Ledger, subject: str, version: int, body: Any = None) -> int:
    return append(
        ledger, HARBOR, subject, "remark", "ann", body or {}, expected_version=version
    ).seq


def by_hand(row: dict[str, Any]) -> str:
    """The hash as docs/auditors.md describes it, without our code."""
    names = ["seq", "organisation", "subject", "kind", "actor", "at", "clock", "body", "prev"]
    text = b""
    for name in names:
        field = str(row[name]).encode("utf-8")
        text += str(len(field)).encode("ascii") + b":" + field + b","
    return hashlib.sha256(text).hexdigest()


def test_events_come_back_as_they_were_written_in_order(ledger: Ledger) -> None:
    remark(ledger, "cycle-1", 0, {"words": "ä\n\u2028\0", "list": [1, 2.5, None, True]})
    remark(ledger, "cycle-2", 0)
    remark(ledger, "cycle-1", 1, "text alone")

    found = events(ledger, HARBOR)

    assert [one.seq for one in found] == [1, 2, 3]
    assert [one.seq for one in events(ledger, HARBOR, "cycle-1")] == [1, 3]
    assert [one.seq for one in events(ledger, HARBOR, after=2)] == [3]
    assert events(ledger, "another organisation") == []
    assert found[0].body == {"words": "ä\n\u2028\0", "list": [1, 2.5, None, True]}
    assert (found[0].kind, found[0].actor, found[2].body) == ("remark", "ann", "text alone")
    assert found[0].at.tzinfo is UTC
    last = head(ledger)
    assert last is not None
    assert (last.seq, last.hash) == (3, found[2].hash)


def test_every_hash_is_the_one_that_the_documents_describe(ledger: Ledger) -> None:
    fill(ledger, 25)
    with ledger.engine.connect() as connection:
        rows = content(connection, 1)

    assert [row["hash"] for row in rows] == [by_hand(row) for row in rows]
    assert [row["prev"] for row in rows] == ["0" * 64, *(row["hash"] for row in rows[:-1])]


def test_an_empty_ledger_has_no_head(ledger: Ledger) -> None:
    assert head(ledger) is None
    assert events(ledger, HARBOR) == []


def test_the_loser_of_a_race_is_handed_what_came_before(ledger: Ledger) -> None:
    remark(ledger, "cycle-1", 0, {"text": "first"})
    remark(ledger, "cycle-1", 1, {"text": "the winner's"})

    with pytest.raises(VersionConflict, match=r"version 1 .* at 2 now: remark by ann") as refused:
        remark(ledger, "cycle-1", 1, {"text": "the loser's"})

    assert refused.value.code == "event-conflict"
    assert [one.body for one in refused.value.since] == [{"text": "the winner's"}]
    assert len(events(ledger, HARBOR)) == 2
    assert remark(ledger, "cycle-1", refused.value.found) == 3


def test_a_version_that_was_never_reached_is_refused(ledger: Ledger) -> None:
    with pytest.raises(VersionConflict) as refused:
        remark(ledger, "cycle-1", 4)
    assert (refused.value.found, refused.value.since) == (0, ())


def test_several_events_are_recorded_all_or_none(ledger: Ledger) -> None:
    remark(ledger, "finding", 0)
    new = [NewEvent("cycle", "a", "ann", 1), NewEvent("finding", "b", "ann", 2)]

    with pytest.raises(VersionConflict):
        append_all(ledger, HARBOR, new, expected_versions={"cycle": 0, "finding": 0})
    assert len(events(ledger, HARBOR)) == 1

    done = append_all(ledger, HARBOR, new, expected_versions={"cycle": 0, "finding": 1})
    assert [one.seq for one in done] == [2, 3]
    assert events(ledger, HARBOR)[1:] == done


def test_a_subject_that_a_decision_only_rests_on_is_checked_too(ledger: Ledger) -> None:
    remark(ledger, "finding", 0)
    new = [NewEvent("cycle", "signed", "ann", {})]

    with pytest.raises(VersionConflict, match="finding"):
        append_all(ledger, HARBOR, new, expected_versions={"cycle": 0, "finding": 0})
    with pytest.raises(ValueError, match="cycle"):
        append_all(ledger, HARBOR, new, expected_versions={"finding": 1})


@pytest.mark.parametrize("body", [float("nan"), {"a": {1, 2}}, "\ud800", {"\ud800": 1}])
def test_a_body_that_json_cannot_hold_is_refused(ledger: Ledger, body: Any) -> None:
    with pytest.raises(LedgerError) as refused:
        remark(ledger, "cycle", 0, body)
    assert refused.value.code == "event-not-json"
    assert head(ledger) is None


@pytest.mark.parametrize("text", ["", "a\0b", "\udc80"])
def test_a_name_that_no_database_can_hold_is_refused(ledger: Ledger, text: str) -> None:
    with pytest.raises(LedgerError) as refused:
        remark(ledger, text, 0)
    assert refused.value.code == "event-text"
    assert head(ledger) is None


def test_a_clock_that_goes_back_is_kept_and_the_chain_stays_in_time(ledger: Ledger) -> None:
    for version, hours in enumerate((0, -5, 1)):
        moment = NOON + timedelta(hours=hours)
        ledger.clock = lambda now=moment: now
        remark(ledger, "cycle", version)

    found = events(ledger, HARBOR)

    assert [one.at for one in found] == [NOON, NOON, NOON + timedelta(hours=1)]
    assert [one.clock for one in found] == [NOON + timedelta(hours=h) for h in (0, -5, 1)]
    assert verify(ledger).faults == ()


def test_an_event_that_was_spoilt_says_so_to_its_reader(ledger: Ledger) -> None:
    remark(ledger, "cycle", 0)
    with around_the_guards(ledger) as connection:
        set_field(connection, 1, "body", "{")

    with pytest.raises(LedgerError, match="event 1") as refused:
        events(ledger, HARBOR)
    assert refused.value.code == "event-unreadable"


def test_only_the_next_event_can_be_inserted(ledger: Ledger) -> None:
    fill(ledger, 3)
    with ledger.engine.connect() as connection:
        last = content(connection, 3)[0]
    for changed in ({"seq": 5}, {"seq": 3}, {"seq": 4, "prev": "0" * 64}):
        columns = last | {"prev": last["hash"]} | changed
        follows = "an event follows the one before it"
        with pytest.raises(DBAPIError, match=follows), ledger.engine.begin() as connection:
            connection.execute(sa.table("event", *map(sa.column, columns)).insert(), columns)
    assert len(events(ledger, HARBOR)) == 3


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_a_body_has_one_text_and_comes_back_from_it(body: Any) -> None:
    try:
        text = canonical_json(body)
    except LedgerError:  # infinity, lone surrogates
        return
    assert json.loads(text) == body
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize(
    "times", [pytest.param(16, id="16"), pytest.param(250, id="250", marks=pytest.mark.slow)]
)
def test_processes_that_append_at_once_make_one_chain_without_gaps(
    ledger_url: str, tmp_path: Path, in_processes: Callable[..., list[str]], times: int
) -> None:
    anchors = tmp_path / "anchors"
    open_ledger(ledger_url).close()

    in_processes("append_events", ledger_url, anchors, 4, times)

    with open_ledger(ledger_url, anchors) as ledger:
        found = events(ledger, HARBOR)
        verified = verify(ledger)
    assert [one.seq for one in found] == list(range(1, 4 * times + 1))
    shared = [one.body["number"] for one in found if one.subject == "of all"]
    assert shared == list(range(2 * times))
    assert (verified.faults, verified.events) == ((), 4 * times)
    assert verified.anchors == 4 * times
