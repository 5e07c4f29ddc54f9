"""What verification says of audits: of rules, evidence, signatures and figures."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from scorecard.audit import events as e
from scorecard.audit.computed_anew import compute_anew
from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.export import Frozen, frozen_digest
from scorecard.audit.signing import frozen_so_far, sign
from scorecard.audit.verifying import VerifiedAudits, verify_audits
from scorecard.declare.load import load
from scorecard.ledger import Event, Ledger, append, events, open_ledger, subjects
from tests.audit.audited_town import A_YEAR_LATER, ID, AuditedTown
from tests.audit.room import OPENING
from tests.ledger.tampering import around_the_guards

SUBJECT = f"audit/{ID}"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedTown]:
    """Signed, reopened, signed again. Not to be written to."""
    with AuditedTown(tmp_path_factory.mktemp("town")) as town:
        sign(town.opened().compared().desk("dora"), ID)
        town.do(e.CycleReopened(reason="it came back"), "dora")
        town.known(A_YEAR_LATER)
        town.reaudited()
        sign(town.desk("dora"), ID)
        yield town


class Copy:
    """The ledger and the evidence of a town, to be tampered with."""

    def __init__(self, town: AuditedTown, folder: Path) -> None:
        file = folder / "ledger.sqlite3"
        # A copy of the file alone would lack what is in the log beside it.
        with (
            closing(sqlite3.connect(town.workspace.root / "ledger.sqlite3")) as there,
            closing(sqlite3.connect(file)) as here,
        ):
            there.backup(here)
        self.ledger = open_ledger(f"sqlite:///{file}")
        shutil.copytree(town.workspace.evidence, folder / "evidence")
        self.store = EvidenceStore(folder / "evidence")

    def verified(self) -> VerifiedAudits:
        return verify_audits(self.ledger, self.store)

    @property
    def codes(self) -> list[str]:
        return sorted(one.code for one in self.verified().faults)

    def events(self) -> list[Event]:
        return events(self.ledger, "small-town", SUBJECT)

    def document(self, signature: int) -> Path:
        bodies = [one.body for one in self.events() if one.kind == "cycle-signed"]
        return self.store.path(bodies[signature]["document"]["sha256"])

    def rewrite(self, seq: int, **body: object) -> None:
        with around_the_guards(self.ledger) as connection:
            old = connection.execute(
                sa.text("SELECT body FROM event WHERE seq = :seq"), {"seq": seq}
            ).scalar_one()
            new = json.dumps(json.loads(old) | body)
            connection.execute(
                sa.text("UPDATE event SET body = :new WHERE seq = :seq"), {"new": new, "seq": seq}
            )


@pytest.fixture
def copy(signed: AuditedTown, tmp_path: Path) -> Iterator[Copy]:
    one = Copy(signed, tmp_path)
    yield one
    one.ledger.close()


def test_what_was_not_touched_has_no_fault(copy: Copy) -> None:
    found = copy.verified()
    assert found.faults == ()
    assert (found.cycles, found.evidence, len(found.signatures)) == (1, 3, 2)
    assert found.figures == sum(len(one.frozen.figures) for one in found.signatures) > 12


def test_an_event_before_the_signatures_that_was_rewritten_breaks_both(copy: Copy) -> None:
    [raised] = [one for one in copy.events() if one.kind == "finding-raised"]
    copy.rewrite(raised.seq, text="Nothing was found")

    found = copy.verified()

    assert [one.code for one in found.faults] == ["signature-other"] * 2
    assert "signs something else than the events of closing-2026" in str(found.faults[0])


def test_an_event_between_the_signatures_breaks_the_second(copy: Copy) -> None:
    [reopened] = [one for one in copy.events() if one.kind == "cycle-reopened"]
    copy.rewrite(reopened.seq, reason="for no reason")
    [fault] = copy.verified().faults
    assert fault.code == "signature-other"
    assert f"event {copy.events()[-1].seq}" in str(fault)


def test_a_figure_changed_in_the_ledger_is_said_of_every_signature_it_stands_in(
    copy: Copy,
) -> None:
    with copy.ledger.engine.begin() as connection:
        changed = connection.execute(
            sa.text(
                "UPDATE measurement SET value = value + 1 WHERE metric = 'closed_on_time' "
                "AND period = '2026-01-01' AND department = 'parks' AND run_id = 1"
            )
        )
        assert changed.rowcount
    assert set(copy.codes) == {"figure-altered"}
    assert len(copy.codes) == 2


@pytest.mark.parametrize("signature", [0, 1])
def test_a_file_of_what_was_frozen_that_is_gone_or_other_is_said(
    copy: Copy, signature: int
) -> None:
    file = copy.document(signature)
    content = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content.replace(b"parks", b"packs"))
    assert copy.codes == ["evidence-altered", "signature-other"]
    file.unlink()
    assert copy.codes == ["evidence-missing", "signature-other"]
    # Nothing signed can be read, so nothing is said to hold.
    assert copy.verified().signatures == ()


def test_a_signature_over_another_file_of_evidence_is_said(copy: Copy) -> None:
    letter = next(one for one in copy.events() if one.kind == "finding-raised").body["evidence"][0]
    copy.rewrite(copy.events()[-1].seq, document=letter)
    # The letter is no frozen figures; and of the true file no event speaks any more.
    assert copy.codes == ["evidence-unreferenced", "signature-other"]


@pytest.mark.parametrize(
    "content",
    [b'{"part":"figure","value":{}}\n{"part":"data","value":{"run":1}}\n', b"[]\n", b"\xff"],
)
def test_what_a_forger_signs_that_are_no_figures_is_said_and_no_crash(
    copy: Copy, content: bytes
) -> None:
    kept = copy.store.keep(BytesIO(content), dated=date(2026, 2, 3), by="eve", name="x.jsonl")
    past = copy.events()
    body = {"remark": "", "frozen": "0" * 64, "document": kept.as_json()}
    if content.startswith(b"{"):
        frozen = [*frozen_so_far(copy.store, past), Frozen.of(content.splitlines())]
        body["frozen"] = frozen_digest(past, frozen)
    append(
        *(copy.ledger, "small-town", SUBJECT, "cycle-signed", "eve", body),
        expected_version=len(past),
    )
    assert copy.codes == ["audit-rule-broken", "signature-other"]


def test_what_was_written_past_the_rules_or_cannot_be_read_is_said(copy: Copy) -> None:
    """An auditor signs their own audit, without any file, and somebody writes nonsense."""
    append(
        *(copy.ledger, "small-town", SUBJECT, "cycle-signed", "ada", {}),
        expected_version=len(copy.events()),
    )
    append(copy.ledger, "other", "audit/x", "cycle-opened", "eve", {}, expected_version=0)

    found = copy.verified()

    unreadable, after, nothing = found.faults
    assert unreadable.code == "audit-event-unreadable"
    assert (after.code, nothing.code) == ("audit-rule-broken", "audit-rule-broken")
    assert "cycle-signed by ada: after the signature" in str(after)
    assert "cycle-signed by ada: it freezes nothing" in str(nothing)
    assert found.cycles == 2


def test_the_files_of_all_organisations_are_looked_at(copy: Copy) -> None:
    kept = copy.store.keep(BytesIO(b"x"), dated=date(2026, 2, 3), by="eve", name="x.txt")
    assert copy.codes == ["evidence-unreferenced"]
    opening = OPENING.model_dump(mode="json")
    append(copy.ledger, "other", "audit/x", "cycle-opened", "dora", opening, expected_version=0)
    note = {"voice": "staff", "text": "x", "evidence": kept.as_json()}
    append(copy.ledger, "other", "audit/x", "input-recorded", "sam", note, expected_version=1)
    # What the event says is not of its form; the file it speaks of is looked at all the same.
    assert copy.codes == ["audit-event-unreadable"]


def test_the_records_are_read_as_they_were_at_each_run(signed: AuditedTown) -> None:
    found = verify_audits(signed.ledger, signed.desk("dora").evidence)
    anew = compute_anew(found.signatures, signed.declared, signed.workspace)
    assert (anew.faults, anew.notes, anew.figures) == ((), (), found.figures)

    # A figure that the ledger and the file agree on, and no records give.
    [first, _] = found.signatures
    [*others, last] = first.frozen.figures
    wrong = replace(first.frozen, figures=[*others, {**last, "n": 99}])
    [fault] = compute_anew(
        [replace(first, frozen=wrong)] * 2, signed.declared, signed.workspace
    ).faults
    assert fault.code == "figure-altered"
    [note] = compute_anew(
        [replace(first, organisation="elsewhere")], signed.declared, signed.workspace
    ).notes
    assert "elsewhere" in note


def test_records_that_are_gone_are_a_fault_and_other_definitions_are_not(
    signed: AuditedTown, tmp_path: Path
) -> None:
    found = verify_audits(signed.ledger, signed.desk("dora").evidence)
    empty = replace(signed.workspace, root=tmp_path / "empty")
    gone = compute_anew(found.signatures[:1], signed.declared, empty)
    assert {one.code for one in gone.faults} == {"records-gone"}
    assert len(gone.faults) == 2

    standards = Path(shutil.copytree(signed.standards, tmp_path / "later"))
    metrics = standards / "metrics.py"
    text = metrics.read_text(encoding="utf-8")
    metrics.write_text(text.replace("<= r.due_at, of", "< r.due_at, of"), encoding="utf-8")
    other = compute_anew(found.signatures, load(standards), signed.workspace)
    assert other.faults == ()
    assert all(one.startswith("definition-changed: closed_on_time") for one in other.notes)
    assert 0 < other.figures < found.figures


def test_a_landed_version_whose_files_are_gone_is_said(signed: AuditedTown, tmp_path: Path) -> None:
    found = verify_audits(signed.ledger, signed.desk("dora").evidence)
    root = Path(shutil.copytree(signed.workspace.root, tmp_path / "w"))
    files = sorted(root.glob("landed/small-town/requests/**/*.parquet"))
    assert files
    for file in files:
        file.unlink()
    gone = compute_anew(found.signatures, signed.declared, replace(signed.workspace, root=root))
    assert {one.code for one in gone.faults} == {"records-gone"}


def test_subjects_are_listed_by_their_beginning_each_once(ledger: Ledger) -> None:
    for organisation, subject in (("b", "audit/1"), ("a", "audit/2"), ("a", "AUDIT/3"), ("a", "x")):
        append(ledger, organisation, subject, "k", "eve", {}, expected_version=0)
    append(ledger, "b", "audit/1", "k", "eve", {}, expected_version=1)
    assert subjects(ledger, "audit/") == [("a", "audit/2"), ("b", "audit/1")]
