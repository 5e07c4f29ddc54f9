"""What goes wrong around an audit: each is handled, and said in words a person can act on.

More of the same beside what it belongs to: samples in test_sampling.py, evidence in
test_evidence.py, notices in test_notices.py, two processes at once in trials/test_races.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scorecard.audit import Body, Cycle, Desk, notices
from scorecard.audit import events as e
from scorecard.audit.book import subject
from scorecard.audit.sampling import draw
from scorecard.audit.scope import freeze_scope
from scorecard.declare.load import Declarations, load
from scorecard.declare.organisation import Department, Organisation
from scorecard.errors import AuditError
from scorecard.ledger import Ledger, events, verify
from scorecard.workspace import Workspace
from tests.audit.kept_room import stop_clock
from tests.audit.room import (
    BOTH,
    NOON,
    OPENING,
    SAMPLE,
    TODAY,
    TOWN,
    action,
    finding,
    requirement,
    result,
)
from tests.declare.folders import GOOD, changed, write

pytestmark = pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
At = Callable[..., Desk]


@pytest.fixture
def at(ledger: Ledger, tmp_path: Path) -> At:
    """A person's desk in TOWN, or in a town that has changed since. It is noon of TODAY."""
    stop_clock(ledger)

    def desk(by: str, town: Organisation = TOWN) -> Desk:
        declared = Declarations(town, {}, {}, {}, (), tmp_path, {}, ())
        return Desk(declared, Workspace(tmp_path), ledger, by, NOON)

    return desk


def done(desk: Desk, body: Body, id: str = "one") -> Cycle:
    return desk.open(id, body) if isinstance(body, e.CycleOpened) else desk.record(id, body)


def refused(desk: Desk, body: Body, id: str = "one") -> AuditError:
    """Why it was refused; and nothing of it was written."""
    before = events(desk.ledger, desk.organisation.id)
    with pytest.raises(AuditError) as caught:
        done(desk, body, id)
    assert events(desk.ledger, desk.organisation.id) == before
    return caught.value


def in_findings(at: At) -> None:
    """A cycle with a finding on which an action can be planned."""
    at("dora").open("one", OPENING)
    for body in (e.FieldworkStarted(), SAMPLE, finding(), e.FieldworkEnded()):
        done(at("ada"), body)


def test_an_action_due_before_it_is_opened_is_refused(at: At) -> None:
    in_findings(at)
    yesterday = {"due": TODAY - timedelta(days=1)}
    error = refused(at("lea"), action(1).model_copy(update=yesterday))
    assert (error.code, error.hint) == ("due-before-opening", "Give a day that is still to come.")
    assert "2026-03-01, before today, 2026-03-02" in str(error)
    at("lea").record("one", action(1))
    sooner = e.ActionChanged(action=1, text="two", owner="sam", reason="ill", **yesterday)
    assert refused(at("lea"), sooner).code == "due-before-opening"


def test_evidence_of_0_bytes_and_of_1_GB_is_refused_and_nothing_is_kept(
    at: At, tmp_path: Path
) -> None:
    store, file = at("ada").evidence, tmp_path / "film.mp4"
    for size, code in ((0, "evidence-empty"), (1_000_000_000, "evidence-too-large")):
        file.touch()
        os.truncate(file, size)
        with pytest.raises(AuditError, match=r"film.mp4 .* was not kept") as caught:
            store.keep(file, dated=TODAY, by="ada", now=NOON)
        assert caught.value.code == code
        assert caught.value.hint
    assert list(store.files()) == []


def test_a_sample_larger_than_its_population_is_refused(at: At) -> None:
    with pytest.raises(AuditError) as caught:
        draw(["a", "b"], seed="7", n=3)
    assert caught.value.code == "sample-larger-than-population"
    at("dora").open("one", OPENING)
    at("ada").record("one", e.FieldworkStarted())
    claimed = SAMPLE.model_copy(update={"strata": (e.Stratum(population=2, keys=("a", "b", "c")),)})
    error = refused(at("ada"), claimed)
    assert error.code == "sample-unfit"
    assert "3 cases out of 2" in str(error)


MERGED = TOWN.model_copy(
    update={"departments": [Department(id="parks", name="Parks", aliases=["streets", "Streets"])]}
)


def test_a_department_that_has_since_been_merged_is_audited_on_by_the_other_s_people(
    at: At,
) -> None:
    in_findings(at)
    why = e.CauseRecorded(finding=1, whys=("one line",))
    assert refused(at("leo"), why).code == "department-may-not"
    after = at("leo", MERGED).record("one", why)
    assert after.findings[1].department == "streets", "the cycle keeps the name of its opening"
    told = [one.text for one in notices(after, at("ada", MERGED).declared, TODAY)]
    assert "The department 'streets' was merged into 'parks', whose people act for it." in told


def test_what_a_cycle_holds_of_a_merged_department_is_found_by_its_name_of_then(at: At) -> None:
    streets = BOTH.model_copy(
        update={"requirements": (requirement("streets"),), "departments": ("streets",)}
    )
    at("dora").open("one", OPENING.model_copy(update={"scope": streets}))
    at("ada").record("one", e.FieldworkStarted())
    error = refused(at("ada", MERGED), finding(department="parks"))
    assert error.code == "outside-scope"
    assert error.hint == "The cycle knows it by the name of its opening: streets."
    assert at("ada", MERGED).record("one", finding()).findings[1].department == "streets"


def test_a_second_cycle_over_a_merged_department_is_over_one_scope_with_the_first(at: At) -> None:
    def over(department: str) -> e.CycleOpened:
        places = {"requirements": (requirement(department),), "departments": (department,)}
        return OPENING.model_copy(update={"scope": BOTH.model_copy(update=places)})

    at("dora").open("one", over("streets"))
    error = refused(at("dora", MERGED), over("parks"), "two")
    assert error.code == "scope-taken"
    assert "'one'" in str(error)
    at("dora").open("two", over("parks"))  # before they were merged there was nothing against it


def test_an_auditor_who_left_records_nothing_more_and_another_is_named(at: At) -> None:
    in_findings(at)
    left = TODAY - timedelta(days=1)
    people = [
        one.model_copy(update={"until": left}) if one.id in ("ada", "sam") else one
        for one in TOWN.people
    ]
    town = TOWN.model_copy(update={"people": people})
    at("lea").record("one", action(1))

    error = refused(at("ada", town), finding())
    assert error.code == "person-away"
    assert "Ada left after 2026-03-01; today is 2026-03-02" in str(error)
    cycle = at("amy", town).cycle("one")
    told = [one.text for one in notices(cycle, at("amy", town).declared, TODAY)]
    assert "Ada audits this cycle, and left after 2026-03-01." in told
    assert "Sam owns action 1, which is not done, and left after 2026-03-01." in told

    kept_on = e.AuditorsChanged(auditors=("ada", "amy"), reason="as before")
    assert refused(at("tom", town), kept_on).code == "auditor-unfit"
    at("tom", town).record("one", e.AuditorsChanged(auditors=("amy",), reason="Ada left"))
    assert refused(at("lea", town), action(1)).code == "owner-unfit"
    after = at("amy", town).record("one", e.ActionsStarted())
    assert (after.auditors, after.findings[1].raised.by) == (("amy",), "ada")
    assert "ada" in after.worked, "what she did stays hers"


def test_a_clock_that_goes_back_moves_no_event_and_no_day_and_is_said(
    at: At, ledger: Ledger
) -> None:
    in_findings(at)
    before = NOON - timedelta(days=30)
    stop_clock(ledger, before)
    lea = replace(at("lea"), now=before)

    due = action(1).model_copy(update={"due": TODAY - timedelta(days=5)})
    assert refused(lea, due).code == "due-before-opening"
    cycle = lea.record("one", action(1))

    last = events(lea.ledger, TOWN.id, subject("one"))[-1]
    assert (last.at, last.clock) == (NOON, before)
    told = [one.text for one in notices(cycle, lea.declared, TODAY) if one.topic == "clock"]
    assert told == [f"The clock had gone back when event {last.seq} was recorded."]
    assert verify(lea.ledger).faults == ()


def test_a_machine_whose_clock_is_behind_decides_by_the_day_of_the_chain(
    at: At, ledger: Ledger
) -> None:
    """Of two machines at one ledger, the one with the right clock has written elsewhere."""
    before = NOON - timedelta(days=30)
    stop_clock(ledger, before)
    done(replace(at("dora"), now=before), OPENING)
    for body in (e.FieldworkStarted(), finding(), e.FieldworkEnded()):
        done(replace(at("ada"), now=before), body)
    stop_clock(ledger, NOON)
    other = BOTH.model_copy(update={"requirements": (requirement(None, "letters"),)})
    at("dora").open("two", OPENING.model_copy(update={"scope": other}))

    stop_clock(ledger, before)
    lea = replace(at("lea"), now=before)
    due = action(1).model_copy(update={"due": TODAY - timedelta(days=5)})
    assert refused(lea, due).code == "due-before-opening"


def test_two_cycles_over_one_scope_are_refused_with_the_other_named(at: At) -> None:
    at("dora").open("one", OPENING)
    error = refused(at("dirk"), OPENING, "two")
    assert error.code == "scope-taken"
    assert "the cycle 'one' (Calls) is open over the same scope: calls" in str(error)
    assert error.hint
    assert [one.id for one in at("dora").cycles()] == ["one"]


def test_a_cycle_goes_on_when_its_standard_is_deleted_from_the_files(
    ledger: Ledger, tmp_path: Path
) -> None:
    stop_clock(ledger)
    was = load(write(tmp_path / "was", GOOD))
    scope = freeze_scope(was, ["pothole-repair"], TODAY)
    opening = OPENING.model_copy(update={"scope": scope, "baseline": (), "auditors": ("ann",)})
    Desk(was, Workspace(tmp_path), ledger, "ann", NOON).open("one", opening)

    gone = load(
        write(tmp_path / "is", changed(GOOD, "public_works.toml", '"pothole-repair"', '"holes"'))
    )
    assert "pothole-repair" not in gone.standards
    ann = Desk(gone, Workspace(tmp_path), ledger, "ann", NOON)
    about = {"standard": "pothole-repair", "department": "public-works"}
    ann.record("one", e.FieldworkStarted())
    ann.record("one", SAMPLE.model_copy(update=about))
    ann.record("one", result())
    cycle = ann.record("one", finding().model_copy(update=about))
    assert cycle.faults == ()
    (frozen,) = cycle.opened.body.scope.requirements
    assert (frozen.side, frozen.expected) == ("at_most", 5)
    told = [one.text for one in notices(cycle, gone, TODAY)]
    assert told == [
        "The standard 'pothole-repair' is declared no more; the cycle goes on by its definition "
        "of then."
    ]
    with pytest.raises(AuditError, match="pothole-repair") as caught:
        freeze_scope(gone, ["pothole-repair"], TODAY)
    assert caught.value.code == "scope-unknown"
