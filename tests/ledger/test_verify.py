"""What verification finds: each way to tamper by its name and at its place, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy.engine import Connection

from scorecard.ledger import ChainFault, Head, Ledger, head, open_ledger, verify
from tests.ledger.tampering import (
    around_the_guards,
    delete_events,
    fill,
    rewrite,
    set_field,
    swap,
)

Found = list[tuple[str, int | None]]


@pytest.fixture
def chain(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """Thirty events, each tenth of them anchored."""
    with open_ledger(ledger_url, tmp_path / "anchors") as ledger:
        fill(ledger, 30, at_once=10)
        yield ledger


def found(ledger: Ledger) -> Found:
    return [(fault.code, fault.seq) for fault in verify(ledger).faults]


def lines_of(ledger: Ledger) -> list[str]:
    assert ledger.anchors is not None
    return ledger.anchors.read_text().splitlines(keepends=True)


def write_lines(ledger: Ledger, lines: list[str]) -> None:
    assert ledger.anchors is not None
    ledger.anchors.write_text("".join(lines))


def test_a_whole_chain_has_no_faults(chain: Ledger) -> None:
    verified = verify(chain)

    assert verified.faults == ()
    assert (verified.events, verified.anchors, verified.anchored) == (30, 3, 30)
    assert verified.head == head(chain)


def test_no_events_need_no_anchors(ledger: Ledger) -> None:
    assert verify(ledger).faults == ()
    assert verify(ledger).head is None


TAMPERING: dict[str, tuple[Callable[[Connection], object], Found]] = {
    "a body": (lambda c: set_field(c, 7, "body", "{}"), [("event-altered", 7)]),
    "an actor": (lambda c: set_field(c, 7, "actor", "bob"), [("event-altered", 7)]),
    "a time": (
        lambda c: set_field(c, 7, "clock", "2020-01-01T00:00:00.000000Z"),
        [("event-altered", 7)],
    ),
    "its hash": (
        lambda c: set_field(c, 7, "hash", "a" * 64),
        [("event-altered", 7), ("event-link-broken", 8)],
    ),
    "an anchored one's hash": (
        lambda c: set_field(c, 10, "hash", "a" * 64),
        [("event-altered", 10), ("event-link-broken", 11)],
    ),
    "one deleted": (lambda c: delete_events(c, 12, 12), [("event-missing", 12)]),
    "the first deleted": (lambda c: delete_events(c, 1, 3), [("event-missing", 1)]),
    "the last deleted": (lambda c: delete_events(c, 26, 30), [("chain-cut-off", 30)]),
    "all deleted": (lambda c: delete_events(c, 1, 30), [("chain-cut-off", 30)]),
    "two swapped": (
        lambda c: swap(c, 4, 18),
        [
            *(("event-link-broken", 4), ("event-altered", 4), ("event-link-broken", 5)),
            *(("event-link-broken", 18), ("event-altered", 18), ("event-link-broken", 19)),
        ],
    ),
    "one made up before the first": (
        lambda c: set_field(c, 5, "seq", -5),
        [("event-out-of-place", -5), ("event-missing", 5)],
    ),
    "one written anew with its hash": (
        lambda c: rewrite(c, 14, {"actor": "bob"}, last=14),
        [("event-link-broken", 15)],
    ),
    "an anchored one written anew": (
        lambda c: rewrite(c, 20, {"actor": "bob"}, last=20),
        [("event-link-broken", 21), ("chain-rewritten", 20)],
    ),
    "everything written anew from there": (
        lambda c: rewrite(c, 14, {"actor": "bob"}),
        [("chain-rewritten", 20), ("chain-rewritten", 30)],
    ),
    "written anew with a time that falls": (
        lambda c: rewrite(c, 25, {"at": "2020-01-01T00:00:00.000000Z"}),
        [("event-time-falls", 25), ("chain-rewritten", 30)],
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_by_name_and_place(chain: Ledger, how: str) -> None:
    tamper, expected = TAMPERING[how]
    with around_the_guards(chain) as connection:
        tamper(connection)

    assert found(chain) == expected


# PostgreSQL keeps no bytes that are no text.
@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_what_is_no_text_is_found_too(chain: Ledger) -> None:
    with around_the_guards(chain) as connection:
        connection.exec_driver_sql("UPDATE event SET body = CAST(x'ff00' AS TEXT) WHERE seq = 3")
        connection.exec_driver_sql("UPDATE event SET hash = x'ff' WHERE seq = 30")

    assert found(chain) == [("event-altered", 3), ("event-altered", 30)]


def test_a_guard_that_was_taken_away_is_found(chain: Ledger) -> None:
    on = " ON event" if chain.engine.dialect.name != "sqlite" else ""
    with chain.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER event_keeps_delete{on}")

    [fault] = verify(chain).faults
    assert fault.code == "events-unguarded"
    assert "event_keeps_delete" in fault.message


@pytest.mark.parametrize(
    "statement", ["DROP TABLE event", "ALTER TABLE event RENAME COLUMN body TO words"]
)
def test_a_table_that_is_gone_is_found(chain: Ledger, statement: str) -> None:
    with chain.engine.begin() as connection:
        connection.exec_driver_sql(statement)

    assert found(chain) == [("events-gone", None), ("chain-cut-off", 30)]


def test_a_file_of_anchors_that_was_tampered_with_is_told_from_a_broken_chain(
    chain: Ledger,
) -> None:
    assert chain.anchors is not None
    whole = lines_of(chain)
    first, second, third = whole
    wrong = second.replace(second.split()[1], "b" * 64)

    def after(lines: list[str]) -> Found:
        write_lines(chain, lines)
        return found(chain)

    assert after([first, wrong, third])[:1] == [("anchor-edited", 20)]
    assert {code for code, _ in after([first, wrong, third])} == {"anchor-edited"}
    assert after([first, third]) == [("anchor-edited", 30)]
    assert after([second, third]) == [("anchor-edited", 20)]
    assert after([first, second]) == [("anchor-behind", None)]
    assert after(["what?\n", *whole]) == []  # the remains of a killed process, by the checks
    assert after([first, "what?\n", third]) == [("anchor-unreadable", None), ("anchor-edited", 30)]
    assert after([first, second, third[:70]]) == [
        ("anchor-unreadable", None),
        ("anchor-behind", None),
    ]
    assert after([first, second, third.rstrip("\n")]) == []
    assert after([]) == [("anchor-behind", None)]
    chain.anchors.unlink()
    assert found(chain) == [("anchor-missing", None)]


def test_the_next_event_ends_the_line_that_a_killed_process_left(chain: Ledger) -> None:
    first, second, third = lines_of(chain)
    write_lines(chain, [first, second, third[:40]])

    fill(chain, 3, start=30)

    assert found(chain) == []
    assert len(lines_of(chain)) == 4


def test_an_anchor_of_another_machine_confirms_what_ours_has_not(
    chain: Ledger, tmp_path: Path
) -> None:
    whole = lines_of(chain)
    copy = tmp_path / "copy.txt"
    copy.write_text("".join(whole))
    write_lines(chain, whole[:1])

    assert found(chain) == [("anchor-behind", None)]
    assert verify(chain, more_anchors=[copy]).faults == ()
    copy.unlink()
    [fault] = verify(chain, more_anchors=[copy]).faults
    assert (fault.code, fault.file) == ("anchor-missing", copy)


def test_a_head_that_was_printed_is_held_against_the_chain(chain: Ledger) -> None:
    printed = head(chain)
    assert printed is not None

    assert verify(chain, heads=[Head(printed.seq, printed.hash[:16])]).faults == ()
    [fault] = verify(chain, heads=[Head(15, "0123456789abcdef")]).faults
    assert (fault.code, fault.seq) == ("anchor-edited", 15)
    with around_the_guards(chain) as connection:
        delete_events(connection, 21, 30)
    write_lines(chain, lines_of(chain)[:2])
    assert found(chain) == []  # whoever may write everything here is found out by what is elsewhere
    [fault] = verify(chain, heads=[printed]).faults
    assert isinstance(fault, ChainFault)
    assert (fault.code, fault.seq) == ("chain-cut-off", 30)


def test_who_writes_beside_a_verification_makes_no_fault(chain: Ledger) -> None:
    writer = Thread(target=fill, args=(chain, 40), kwargs={"at_once": 1, "start": 30})
    writer.start()
    seen: list[Found] = []
    while writer.is_alive():
        seen.append(found(chain))
    writer.join()

    assert seen
    assert not any(seen)
    assert verify(chain).events == 70
