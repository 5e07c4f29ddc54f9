"""Files of anchors: their lines are what is documented, and what cannot be anchored is refused."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from scorecard.errors import LedgerError
from scorecard.ledger import anchor_head, append, events, head, open_ledger
from scorecard.ledger.address import anchor_file_name
from scorecard.ledger.address import ledger_url as parsed


def test_a_line_is_number_hash_time_and_a_check_over_the_line_before(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3", tmp_path / "anchors") as ledger:
        heads = [
            append(ledger, "harbor", "cycle", "k", "ann", {}, expected_version=version)
            for version in range(4)
        ]
        file = tmp_path / "anchors" / "ledger.txt"
        assert ledger.anchors == file
        lines = file.read_text().splitlines()

    before = "0" * 64
    for line, event in zip(lines, heads, strict=True):
        said, _, check = line.rpartition(" ")
        assert said.startswith(f"{event.seq} {event.hash} ")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said.split()[2])
        assert check == hashlib.sha256(f"{before} {said}".encode()).hexdigest()
        before = check


def test_a_head_is_anchored_once(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3", tmp_path / "anchors") as ledger:
        assert anchor_head(ledger) is None
        append(ledger, "harbor", "cycle", "k", "ann", {}, expected_version=0)
        for _ in range(2):
            assert anchor_head(ledger) == head(ledger)
        assert ledger.anchors is not None
        assert len(ledger.anchors.read_text().splitlines()) == 1


def test_an_event_that_could_not_be_anchored_is_not_recorded(unprivileged: Path) -> None:
    folder = unprivileged / "anchors"
    folder.mkdir()
    folder.chmod(0o500)
    with open_ledger(unprivileged / "ledger.sqlite3", folder) as ledger:
        with pytest.raises(LedgerError, match="Nothing was recorded") as refused:
            append(ledger, "harbor", "cycle", "k", "ann", {}, expected_version=0)
        assert refused.value.code == "anchor-unwritable"
        assert events(ledger, "harbor") == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////srv/w/ledger.sqlite3", "ledger.txt"),
        ("postgresql://ann:a-secret@db.example.org:5433/scores", "db.example.org-5433-scores.txt"),
        ("postgresql://db.example.org/scores?password=a-secret", "db.example.org-scores.txt"),
        ("postgresql:///scores?host=/run/pg", "run-pg-scores.txt"),
    ],
)
def test_the_file_is_named_by_where_the_ledger_is_without_secrets(url: str, name: str) -> None:
    assert anchor_file_name(parsed(url)) == name
