"""Cycles in the ledger: what comes back, and who wins when two write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from scorecard.audit import Clash, Cycle, cycles, load_cycle, open_cycle, record
from scorecard.audit import events as e
from scorecard.audit.book import REGISTER, subject
from scorecard.errors import AuditError
from scorecard.ledger import Ledger, events, open_ledger, verify
from tests.audit.room import (
    OPENING,
    SAMPLE,
    TOWN,
    action,
    finding,
    requirement,
    result,
    staged,
)

AHEAD = datetime.now(UTC) + timedelta(days=30)


def opened(ledger: Ledger, id: str = "one") -> Cycle:
    open_cycle(ledger, TOWN, id, OPENING, "dora")
    record(ledger, TOWN, id, e.FieldworkStarted(), "ada")
    record(ledger, TOWN, id, SAMPLE, "ada")
    return record(ledger, TOWN, id, finding(), "ada")


def wording(text: str) -> e.FindingChanged:
    return e.FindingChanged(
        finding=1, grade="major", nature="fault", lies_in="system", text=text, reason="clearer"
    )


def test_a_cycle_comes_back_as_it_was_recorded_and_the_chain_holds(ledger: Ledger) -> None:
    cycle = opened(ledger)

    assert load_cycle(ledger, "town", "one") == cycle
    assert cycle.opened.body == OPENING
    assert (cycle.state, cycle.version) == ("fieldwork", 4)
    assert cycle.samples[1].body.keys == SAMPLE.keys
    assert [one.kind for one in events(ledger, "town", subject("one"))] == [
        *("cycle-opened", "fieldwork-started", "sample-drawn", "finding-raised")
    ]
    assert [one.id for one in cycles(ledger, "town")] == ["one"]
    assert verify(ledger).faults == ()


def test_the_loser_of_a_race_sees_both_versions_and_loses_no_typing(ledger: Ledger) -> None:
    seen = opened(ledger).version
    record(ledger, TOWN, "one", wording("calls wait an hour"), "ada", seen=seen)

    with pytest.raises(Clash) as caught:
        record(ledger, TOWN, "one", wording("callers hang up"), "amy", seen=seen)

    clash = caught.value
    assert isinstance(clash.mine, e.FindingChanged)
    assert clash.mine.text == "callers hang up"
    assert [one.body["text"] for one in clash.since] == ["calls wait an hour"]
    again = record(ledger, TOWN, "one", clash.mine, "amy", seen=clash.cycle.version)
    assert again.findings[1].wording == clash.mine
    assert len(again.findings[1].changes) == 2


def test_what_others_write_elsewhere_in_the_cycle_is_no_hindrance(ledger: Ledger) -> None:
    seen = opened(ledger).version
    for key in ("k1", "k2"):
        record(ledger, TOWN, "one", result(key), "ada", seen=seen)
    record(ledger, TOWN, "one", finding(), "amy", seen=seen)
    record(ledger, TOWN, "one", finding(), "ada", seen=seen)
    done = record(ledger, TOWN, "one", wording("longer"), "amy", seen=seen)
    assert set(done.findings) == {1, 2, 3}
    with pytest.raises(Clash):
        record(ledger, TOWN, "one", result("k2"), "amy", seen=seen)


def test_closing_rests_on_what_stands_around_the_finding(ledger: Ledger) -> None:
    opened(ledger)
    seen = record(ledger, TOWN, "one", e.FieldworkEnded(), "ada").version
    plan = action(1).model_copy(update={"due": AHEAD.date()})
    record(ledger, TOWN, "one", plan, "lea", seen=seen)
    with pytest.raises(Clash):
        record(ledger, TOWN, "one", e.FindingClosed(finding=1, remark="x"), "amy", seen=seen)


def test_an_id_is_one_cycle_s_alone_and_another_scope_may_be_opened(ledger: Ledger) -> None:
    opened(ledger)
    for id, code in (("one", "cycle-exists"), ("Not an id", "cycle-id")):
        with pytest.raises(AuditError) as caught:
            open_cycle(ledger, TOWN, id, OPENING, "dora")
        assert caught.value.code == code
    with pytest.raises(AuditError) as caught:
        record(ledger, TOWN, "three", e.FieldworkStarted(), "ada")
    assert caught.value.code == "cycle-unknown"
    other = OPENING.scope.model_copy(update={"requirements": (requirement(None, "letters"),)})
    open_cycle(ledger, TOWN, "two", OPENING.model_copy(update={"scope": other}), "dora")
    assert [one.id for one in cycles(ledger, "town")] == ["one", "two"]


def test_a_closed_cycle_is_not_reopened_over_another_one_s_scope(ledger: Ledger) -> None:
    opened_by = staged("closed", True)
    open_cycle(ledger, TOWN, "one", OPENING, "dora")
    for event in opened_by[1:]:
        body = e.body_of(event.kind, event.body)
        if "due" in event.body:
            body = body.model_copy(update={"due": AHEAD.date()})
        if event.kind == "action-done":
            today = datetime.now(UTC).astimezone(TOWN.zone).date()
            body = body.model_copy(update={"on": today})
        record(ledger, TOWN, "one", body, event.actor)
    assert load_cycle(ledger, "town", "one").state == "closed"
    open_cycle(ledger, TOWN, "two", OPENING, "dora")
    with pytest.raises(AuditError, match="'two'") as caught:
        record(ledger, TOWN, "one", e.CycleReopened(reason="again"), "dora")
    assert caught.value.code == "scope-taken"


def test_of_two_who_open_over_one_scope_at_once_one_is_refused(ledger_url: str) -> None:
    start = Barrier(2)

    def opener(id: str) -> str:
        with open_ledger(ledger_url) as mine:
            start.wait()
            try:
                open_cycle(mine, TOWN, id, OPENING, "dora")
            except AuditError as error:
                return error.code
        return "opened"

    with open_ledger(ledger_url), ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(opener, ["one", "two"])) == ["opened", "scope-taken"]
    with open_ledger(ledger_url) as ledger:
        assert len(events(ledger, "town", REGISTER)) == 1
