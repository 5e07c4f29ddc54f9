"""Signing, exporting, checking and verifying an audit at the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.ledger import head
from tests.audit.audited_town import ID, AuditedTown


def audit(town: AuditedTown, *arguments: str | Path, by: str = "dora") -> Result:
    return town.run("audit", "--as", by, *arguments)


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedTown]:
    """Nobody may sign it in these tests."""
    with AuditedTown(tmp_path_factory.mktemp("unsigned")) as town:
        yield town.opened().compared()


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedTown]:
    with AuditedTown(tmp_path_factory.mktemp("signed")) as town:
        town.opened().compared()
        done = audit(town, "sign", ID, "--remark", "read")
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines() == [
            f"{ID} (Closing on time) of Small Town: the signature covers 7 events and "
            "1 piece of evidence.",
            "It freezes 8 figures of 2 runs of measuring (baseline 4, re-audit 4) with "
            "2 definitions and 2 standards.",
            f"Signed by Dora Day in event 9; {ID} is frozen at version 8.",
            f"head {head(town.ledger)}",
        ]
        yield town


def test_before_signing_it_is_said_what_would_be_signed_and_who_may(unsigned: AuditedTown) -> None:
    before = head(unsigned.ledger)
    done = unsigned.run("audit", "sign", ID, "--dry-run")  # reading needs nobody

    assert (done.exit_code, head(unsigned.ledger)) == (0, before)
    assert done.stdout.splitlines()[2:] == [
        "Dora Day may sign.",
        "Dirk Dean may sign.",
        *[line for line in done.stdout.splitlines() if line.startswith("Gina Gone may not sign: ")],
        f"head {before}",
    ]
    assert "Gina Gone left after 2020-01-31" in done.stdout


def test_a_refusal_names_why_and_who_may(unsigned: AuditedTown) -> None:
    done = audit(unsigned, "sign", ID, by="ada")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Dora Day may sign." in done.stderr
    assert "role-may-not: Ada Abel is auditor; a cycle is signed by a director." in done.stderr
    assert unsigned.run("audit", "sign", ID).stderr.startswith("person-not-named: ")
    done = audit(unsigned, "sign", ID, "--seen", "2")
    assert done.stderr.startswith("audit-clash: ")
    assert audit(unsigned, "export", ID, unsigned.folder / "x").stderr.startswith("export-unsigned")
    assert audit(unsigned, "close", ID).stderr.startswith("not-signed: ")
    assert audit(unsigned, "reopen", ID, "--reason", "why").stderr.startswith("not-signed: ")


def test_what_was_exported_can_be_checked_and_a_byte_of_it_not_be_altered(
    signed: AuditedTown, tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    done = signed.run("audit", "export", ID, file)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"Wrote 8 events and 8 signed figures to {file}.\n")
    assert done.stdout.endswith(f"head {head(signed.ledger)}\n")
    [last] = re.findall(r"The last event in it is (\d+:[0-9a-f]{64});", done.stdout)

    def checked(*options: str) -> Result:
        return CliRunner().invoke(main, ["audit", "check", str(file), *options])  # of no workspace

    assert checked("--head", last).exit_code == 0
    assert checked("--head", last).stdout.splitlines() == [
        f"8 events of audit/{ID} of small-town, 1 signature, 8 signed figures, "
        "2 pieces of evidence.",
        f"The last event is {last}",
        "Nothing was altered.",
    ]
    assert "Without --head it is not shown" in checked().stdout
    assert checked("--head", "9:0123456789abcdef").stdout.startswith("export-head: ")
    assert checked("--head", "9").exit_code == 2
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert checked("--head", last).exit_code == 1
    file.unlink()
    assert checked().stderr.startswith("export-unreadable: ")


def test_verification_covers_audits_and_computes_signed_figures_anew(signed: AuditedTown) -> None:
    done = signed.run("verify")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("9 events, ")
    assert lines[2:] == [
        "1 audit cycle with 2 pieces of evidence; 1 signature over 8 signed figures.",
        "8 of 8 signed figures computed anew from the records as they were.",
        "Nothing was altered.",
    ]
    bare = ["--workspace", str(signed.folder / "w"), "verify"]
    without = CliRunner().invoke(main, bare)
    assert without.exit_code == 0
    assert "Signed figures were not computed anew: give --standards." in without.stdout
    chain = signed.run("verify", "--chain")
    assert (chain.exit_code, chain.stdout.splitlines()) == (0, [*lines[:2], lines[-1]])
    found = json.loads(signed.run("verify", "--format", "json").stdout)
    assert found["audits"] == {
        "cycles": 1,
        "evidence": 2,
        "signatures": [
            {"organisation": "small-town", "cycle": ID, "seq": 9, "by": "dora", "figures": 8}
        ],
        "figures": 8,
        "computed_anew": 8,
        "notes": [],
    }
    assert (
        json.loads(CliRunner().invoke(main, [*bare, "--format", "json"]).stdout)["audits"][
            "computed_anew"
        ]
        is None
    )


def test_declarations_that_cannot_be_read_are_a_fault_beside_what_was_found(
    signed: AuditedTown, tmp_path: Path
) -> None:
    (tmp_path / "organisation.toml").write_text("id = 1", encoding="utf-8")
    options = ["--standards", str(tmp_path), "--workspace", str(signed.folder / "w")]
    done = CliRunner().invoke(main, [*options, "verify"])
    assert done.exit_code == 1
    assert "organisation.toml" in done.stdout
    assert "0 of 8 signed figures computed anew" in done.stdout
    assert f"head {head(signed.ledger)}" in done.stdout


def test_a_signed_figure_that_was_altered_ends_with_1(signed: AuditedTown) -> None:
    alter = "UPDATE measurement SET n = n {} WHERE period = '2026-01-01' AND department = 'parks'"
    with signed.ledger.engine.begin() as connection:
        connection.execute(sa.text(alter.format("+ 1")))
    try:
        done = signed.run("verify")
        assert done.exit_code == 1
        assert done.stdout.startswith("figure-altered: closed_on_time of parks")
        assert "8 of 8 signed figures computed anew" in done.stdout
        assert done.stdout.endswith("1 fault.\n")
        [fault] = json.loads(signed.run("verify", "--format", "json").stdout)["faults"]
        assert (fault["code"], fault["seq"]) == ("figure-altered", None)
        assert signed.run("verify", "--chain").exit_code == 0
    finally:
        with signed.ledger.engine.begin() as connection:
            connection.execute(sa.text(alter.format("- 1")))


def test_closing_and_reopening_say_where_the_cycle_is(signed: AuditedTown) -> None:
    """Last, since the cycle is another afterwards."""
    assert audit(signed, "close", ID).stderr.startswith("finding-left-open: ")
    done = audit(signed, "reopen", ID, "--reason", "the finding is open")
    assert done.stdout.splitlines() == [
        f"{ID} is in actions, version 9.",
        f"head {head(signed.ledger)}",
    ]
    assert audit(signed, "export", ID, signed.folder / "y").stderr.startswith("export-unsigned: ")
