"""Verification of evidence: what is missing, altered, or spoken of by nobody, in words."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scorecard.audit.evidence import EvidenceStore, Reference
from scorecard.audit.evidence_verify import references_in, verify_evidence
from scorecard.ledger import Ledger, append, events, open_ledger


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def keep(store: EvidenceStore, content: bytes, name: str) -> Reference:
    return store.keep(io.BytesIO(content), name=name, dated=date(2026, 1, 2), by="Ann")


def found(references: list[Reference], store: EvidenceStore) -> list[tuple[str, str | None]]:
    faults = verify_evidence(references, store)
    return [(one.code, one.file and one.file.name) for one in faults]


def test_whole_evidence_has_no_fault_and_each_kind_of_harm_has_its_words(
    store: EvidenceStore,
) -> None:
    kept = [keep(store, b"%d" % number, f"{number}.txt") for number in range(4)]
    kept.append(keep(store, b"0", "the first again.txt"))
    assert verify_evidence(kept, store) == []

    altered, gone = store.path(kept[1].sha256), store.path(kept[2].sha256)
    altered.chmod(0o644)
    altered.write_bytes(b"9")
    gone.unlink()
    (store.root / "notes.txt").write_text("mine")

    faults = verify_evidence([*kept[:3], kept[4]], store)
    assert [one.code for one in faults] == [
        "evidence-altered",
        "evidence-missing",
        *["evidence-unreferenced"] * 2,
    ]
    assert "1.txt, brought by Ann: " in str(faults[0])
    assert {one.file for one in faults[2:]} == {
        store.path(kept[3].sha256),
        store.root / "notes.txt",
    }


def test_a_reference_that_does_not_fit_its_file_is_said(store: EvidenceStore) -> None:
    kept = keep(store, b"content", "a")
    wrong = replace(kept, bytes=8)
    path = replace(kept, sha256="../../secret")

    assert found([wrong], store) == [("evidence-reference", kept.sha256)]
    assert found([kept, path], store) == [("evidence-reference", None)]


def test_a_store_that_was_never_used_is_whole(store: EvidenceStore) -> None:
    assert verify_evidence([], store) == []


@pytest.fixture
def ledger(tmp_path: Path):
    with open_ledger(tmp_path / "ledger.sqlite3") as opened:
        yield opened


def test_references_are_found_wherever_they_stand_in_an_event(
    store: EvidenceStore, ledger: Ledger
) -> None:
    one, two = keep(store, b"1", "a"), keep(store, b"2", "b")
    body = {"criterion": 3, "evidence": [one.as_json()], "remark": {"with": two.as_json()}}
    append(ledger, "harbor", "audit/a", "recorded", "ann", body, expected_version=0)
    append(ledger, "harbor", "audit/a", "recorded", "ann", body, expected_version=1)

    assert references_in(events(ledger, "harbor")) == [one, two]
