"""The file of a signed audit: whole, self-contained, and written only where it was signed so."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.evidence_verify import references_in
from scorecard.audit.export import Frozen, read_export, write_export
from scorecard.errors import AuditError
from scorecard.ledger import open_ledger
from tests.audit.signed import FROZEN, SUBJECT, Signed

FROZEN_PARTS = ["data", "definition", "standard", "figure", "figure"]


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Signed]:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        one = Signed(ledger, EvidenceStore(tmp_path / "evidence"), tmp_path / "audit.jsonl")
        one.fill()
        yield one


def test_the_file_holds_events_figures_definitions_data_version_and_evidence(
    signed: Signed,
) -> None:
    lines = [json.loads(line) for line in signed.write().splitlines()]
    last = signed.events()[-1]

    assert [one["part"] for one in lines] == [
        *["manifest", *["event"] * 3, *FROZEN_PARTS, "event", *FROZEN_PARTS, *["event"] * 2],
        *[*["evidence"] * 2, "end"],
    ]
    manifest = lines[0]
    assert (manifest["subject"], manifest["events"], manifest["evidence"]) == (SUBJECT, 6, 2)
    assert manifest["head"] == f"{last.seq}:{last.hash}"
    read = read_export(signed.file)
    assert [(one["seq"], one["hash"], json.loads(one["body"])) for one in read.events] == [
        (one.seq, one.hash, one.body) for one in signed.events()
    ]
    assert read.frozen == [FROZEN, FROZEN]
    assert read.evidence == list(
        zip(references_in(signed.events()), [b"\0photo" * 50, b"a letter"], strict=True)
    )


def test_equal_audits_give_equal_bytes_but_for_the_moment(signed: Signed) -> None:
    first, second = signed.write().splitlines(), signed.write().splitlines()
    assert first[1:-1] == second[1:-1]


def test_evidence_that_is_large_gone_or_altered_is_left_out_and_the_file_says_why(
    signed: Signed,
) -> None:
    photo, letter = references_in(signed.events())
    path = signed.store.path(letter.sha256)
    path.chmod(0o644)
    path.write_bytes(b"a lettre")
    lines = [json.loads(line) for line in signed.write(embed=photo.bytes - 1).splitlines()]

    large, altered = (one for one in lines if one["part"] == "evidence")
    assert (large["content"], large["left_out"]) == (None, "it has more than 299 bytes")
    assert altered["content"] is None
    assert altered["left_out"].startswith("evidence-altered: ")
    path.unlink()
    lines = [json.loads(line) for line in signed.write().splitlines()]
    whole, gone = (one for one in lines if one["part"] == "evidence")
    assert base64.b64decode(whole["content"]) == b"\0photo" * 50
    assert gone["left_out"].startswith("evidence-missing: ")


def refused(signed: Signed, **other: object) -> str:
    before = signed.file.read_bytes() if signed.file.exists() else None
    with pytest.raises(AuditError) as error:
        write_export(
            **{
                "file": signed.file,
                "events": signed.events(),
                "frozen": [FROZEN, FROZEN],
                "store": signed.store,
                **other,
            }
        )
    assert (signed.file.read_bytes() if signed.file.exists() else None) == before
    assert not list(signed.file.parent.glob(".new-*"))
    return error.value.code


def test_what_was_not_signed_so_is_not_written(signed: Signed) -> None:
    done = signed.events()
    figures = [dict(one) for one in FROZEN.figures]
    figures[0]["value"] = 81.83333333333334
    other = Frozen(FROZEN.data, FROZEN.definitions, FROZEN.standards, figures)

    assert refused(signed, events=done[:3]) == "export-unsigned"
    assert refused(signed, events=[]) == "export-unsigned"
    assert refused(signed, frozen=[other, FROZEN]) == "export-not-signed-so"
    assert refused(signed, frozen=[FROZEN, other]) == "export-not-signed-so"
    assert refused(signed, frozen=[FROZEN]) == "export-not-signed-so"
    assert refused(signed, events=[*done[:1], *done[2:]]) == "export-not-signed-so"
    forged = replace(done[0], actor="mallory")
    assert refused(signed, events=[forged, *done[1:]]) == "export-not-signed-so"


def test_where_nothing_can_be_written_the_earlier_file_stays(signed: Signed) -> None:
    signed.write()
    nowhere = signed.file.parent / "nowhere" / "audit.jsonl"
    assert refused(signed, file=nowhere) == "export-unwritable"


@pytest.mark.parametrize(
    "content", [b"", b"[]\n", b"\xff\xfe", b'{"part":"manifest","format":"2"}\n', b"{}"]
)
def test_what_is_no_signed_audit_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_bytes(content)
    with pytest.raises(AuditError, match="export-unreadable"):
        read_export(file)
    with pytest.raises(AuditError, match="export-unreadable"):
        read_export(tmp_path / "nowhere")
