"""Who could alter what, and which command says so: docs/reliability.md, each line of its table."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from scorecard.audit.signing import sign
from scorecard.cli import main
from scorecard.ledger import Ledger, append, head, open_ledger
from scorecard.workspace import Workspace
from tests.audit.audited_town import ID, AuditedTown
from tests.ledger.tampering import around_the_guards, delete_events, rewrite, set_field

SUBJECT = f"audit/{ID}"


class Copy:
    """The signed town's folder, to be tampered with."""

    def __init__(self, folder: Path, printed: str) -> None:
        self.folder, self.printed = folder, printed
        self.workspace = Workspace(folder / "w")

    def ledger(self) -> Ledger:
        return open_ledger(self.workspace.ledger, self.workspace.anchors)

    def run(self, *arguments: object) -> Result:
        options = ["--standards", str(self.folder / "small_town")]
        options += ["--workspace", str(self.workspace.root)]
        return CliRunner().invoke(main, [*options, *map(str, arguments)])

    def codes(self, *arguments: str) -> list[str]:
        done = self.run("verify", "--format", "json", *arguments)
        found = sorted({one["code"] for one in json.loads(done.stdout)["faults"]})
        assert done.exit_code == bool(found)
        return found

    def event(self, kind: str) -> int:
        """The number in the chain of the first event of this kind."""
        with closing(sqlite3.connect(self.workspace.root / "ledger.sqlite3")) as ledger:
            wanted = "select min(seq) from event where kind = ?"
            return ledger.execute(wanted, [kind]).fetchone()[0]

    def kept(self, content: bytes) -> Path:
        """The file of evidence that holds this."""
        files = [one for one in self.workspace.evidence.rglob("*") if one.is_file()]
        [file] = [one for one in files if content in one.read_bytes()]
        return file


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a town with a signed audit, and the head that was printed at the signature."""
    folder = tmp_path_factory.mktemp("signed") / "town"
    folder.mkdir()
    with AuditedTown(folder) as town:
        town.opened().compared()
        said = {"voice": "staff", "text": "All is well"}
        append(town.ledger, "other", "notes", "input-recorded", "eve", said, expected_version=0)
        sign(town.desk("dora"), ID)
        printed = str(head(town.ledger))
    return folder, printed


@pytest.fixture
def copy(signed: tuple[Path, str], tmp_path: Path) -> Copy:
    folder, printed = signed
    return Copy(Path(shutil.copytree(folder, tmp_path / "town")), printed)


def an_event(copy: Copy) -> None:
    with copy.ledger() as ledger, around_the_guards(ledger) as connection:
        set_field(connection, copy.event("finding-raised"), "actor", "bob")


def an_event_and_the_hashes_after_it(copy: Copy) -> None:
    with copy.ledger() as ledger, around_the_guards(ledger) as connection:
        rewrite(connection, copy.event("finding-raised"), {"actor": "bob"})


def chain_and_anchors(copy: Copy) -> None:
    """The chain and the file of anchors, both by the software's own means."""
    an_event_and_the_hashes_after_it(copy)
    shutil.rmtree(copy.workspace.anchors)
    assert copy.run("verify", "--chain", "--anchor").exit_code == 0


def the_last_events(copy: Copy) -> None:
    with copy.ledger() as ledger, around_the_guards(ledger) as connection:
        delete_events(connection, copy.event("cycle-signed"), 1000)


def an_event_moved_in(copy: Copy) -> None:
    """Moved into the signed cycle, between two of its events."""
    with copy.ledger() as ledger, around_the_guards(ledger) as connection:
        set_field(connection, copy.event("input-recorded"), "organisation", "small-town")
        set_field(connection, copy.event("input-recorded"), "subject", SUBJECT)


def the_same_with_the_hashes(copy: Copy) -> None:
    with copy.ledger() as ledger, around_the_guards(ledger) as connection:
        moved = {"organisation": "small-town", "subject": SUBJECT, "actor": "ada"}
        rewrite(connection, copy.event("input-recorded"), moved)


def swap_a_file(copy: Copy, content: bytes) -> None:
    file = copy.kept(content)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[::-1])


def a_file_of_evidence(copy: Copy) -> None:
    swap_a_file(copy, b"a letter")


def what_was_frozen(copy: Copy) -> None:
    swap_a_file(copy, b'"part":"figure"')


def a_measured_figure(copy: Copy) -> None:
    with copy.ledger() as ledger, ledger.engine.begin() as connection:
        where = "period = '2026-01-01' AND department = 'parks'"
        assert connection.execute(
            sa.text(f"UPDATE measurement SET value = value + 1 WHERE {where}")
        ).rowcount


def a_landed_file(copy: Copy) -> None:
    """Every request of the landed files is closed on the day on which it was opened."""
    for file in copy.workspace.root.glob("landed/**/*.parquet"):
        names = duckdb.execute(f"DESCRIBE FROM '{file}'").fetchall()
        if "closed_at" in [name for name, *_ in names]:
            changed = f"SELECT * REPLACE (opened_at AS closed_at) FROM '{file}'"
            new = file.with_suffix(".new")
            duckdb.execute(f"COPY ({changed}) TO '{new}' (FORMAT parquet)")
            new.replace(file)


def the_guards(copy: Copy) -> None:
    with copy.ledger() as ledger, ledger.engine.begin() as connection:
        names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in names.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


Tamper = Callable[[Copy], None]
VERIFY, CHAIN = "scorecard verify", "scorecard verify --chain"
HEAD = f"{CHAIN} --head SEQ:HASH"
# What is altered, as the page says it, how it is looked for, and what is said.
TABLE: list[tuple[str, Tamper, str, list[str]]] = [
    ("an event", an_event, CHAIN, ["event-altered"]),
    (
        "an event, and every hash from it on",
        an_event_and_the_hashes_after_it,
        CHAIN,
        ["chain-rewritten"],
    ),
    (
        "the same, where the audit is signed",
        an_event_and_the_hashes_after_it,
        VERIFY,
        ["chain-rewritten", "signature-other"],
    ),
    ("the same, and the file of anchors", chain_and_anchors, CHAIN, []),
    ("the same, with a head on paper", chain_and_anchors, HEAD, ["chain-rewritten"]),
    ("the last events taken away", the_last_events, CHAIN, ["chain-cut-off"]),
    ("an event of elsewhere moved in", an_event_moved_in, CHAIN, ["event-altered"]),
    (
        "the same, and every hash from it on",
        the_same_with_the_hashes,
        VERIFY,
        ["chain-rewritten", "signature-other"],
    ),
    ("the database's guards taken away", the_guards, CHAIN, ["events-unguarded"]),
    ("a file of evidence", a_file_of_evidence, VERIFY, ["evidence-altered"]),
    (
        "the file of what a signature froze",
        what_was_frozen,
        VERIFY,
        ["evidence-altered", "signature-other"],
    ),
    ("a measured figure that was signed", a_measured_figure, VERIFY, ["figure-altered"]),
    ("a landed file of records", a_landed_file, VERIFY, ["figure-altered"]),
]


@pytest.mark.parametrize(
    ("tamper", "command", "codes"),
    [one[1:] for one in TABLE],
    ids=[one[0] for one in TABLE],
)
def test_what_was_altered_is_found(
    copy: Copy, tamper: Tamper, command: str, codes: list[str]
) -> None:
    tamper(copy)
    _, _, *options = command.replace("SEQ:HASH", copy.printed).split()
    assert copy.codes(*options) == codes


def test_the_page_has_these_lines(repository: Path) -> None:
    page = (repository / "docs" / "reliability.md").read_text(encoding="utf-8")
    for altered, _, command, codes in TABLE:
        said = " ".join(f"`{code}`" for code in codes) or "nothing: both agree"
        assert f"| {altered} | `{command}` | {said} |" in page
