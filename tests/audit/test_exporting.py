"""A signed cycle as a file, held against both checkers; and when none is written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorecard.audit import events as e
from scorecard.audit.export import read_export
from scorecard.audit.export_check import check_export
from scorecard.audit.exporting import export_audit
from scorecard.audit.signing import frozen_so_far, sign
from scorecard.errors import AuditError
from scorecard.ledger import events, head
from tests.audit.audited_town import ID, LATER, AuditedTown
from tests.audit.test_export_check import altered, outcome, page_program


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedTown]:
    """Signed, reopened, and signed again; refusals are noted on the way."""
    with AuditedTown(tmp_path_factory.mktemp("town")) as one:
        one.opened().compared()
        refusals = [refused(one)]
        sign(one.desk("dora"), ID)
        one.do(e.CycleReopened(reason="it came back"), "dora")
        refusals.append(refused(one))
        one.known(LATER)
        one.reaudited()
        sign(one.desk("dora"), ID)
        assert [code.split(":")[0] for code in refusals] == ["export-unsigned"] * 2
        assert "was reopened after its last signature" in refusals[1]
        yield one


def refused(town: AuditedTown) -> str:
    file = town.folder / "refused.jsonl"
    with pytest.raises(AuditError) as caught:
        export_audit(town.desk("dora"), ID, file)
    assert not file.exists()
    return str(caught.value)


def test_the_file_holds_both_signatures_and_the_letter_and_both_checkers_accept_it(
    town: AuditedTown, repository: Path, tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    done = export_audit(town.desk("dora"), ID, file)

    past = events(town.ledger, "small-town", f"audit/{ID}")
    last = f"{done.last.seq}:{done.last.hash}"
    assert (done.events, done.chain) == (len(past), head(town.ledger))
    assert outcome(page_program(repository), file, last) is None
    assert check_export(file, [done.last]) == []
    found = read_export(file)
    assert found.frozen == frozen_so_far(town.desk("dora").evidence, past)
    assert len(found.frozen) == 2
    assert done.figures == len(found.frozen[1].figures) == 8
    assert [(one.name, content) for one, content in found.evidence] == [
        ("letter.txt", b"a letter"),
        # They stand in the file already, line by line.
        (f"{ID}-signed-1.jsonl", None),
        (f"{ID}-signed-2.jsonl", None),
    ]


@pytest.mark.parametrize(
    "count", [pytest.param(150, id="150"), pytest.param(10_000, marks=pytest.mark.slow, id="10000")]
)
def test_every_random_alteration_of_it_is_found_by_both(
    town: AuditedTown, repository: Path, tmp_path: Path, count: int
) -> None:
    file, program = tmp_path / "audit.jsonl", page_program(repository)
    export_audit(town.desk("dora"), ID, file)
    whole = file.read_bytes()
    chance, done = random.Random(count), dict[str, int]()
    while sum(done.values()) < count:
        kind, content = altered(whole, chance)
        if content == whole:
            continue
        done[kind] = done.get(kind, 0) + 1
        file.write_bytes(content)
        assert outcome(program, file) is not None, (kind, content)
        assert check_export(file), (kind, content)
    assert len(done) == 7


def test_where_what_was_frozen_is_gone_nothing_is_written(town: AuditedTown) -> None:
    past = events(town.ledger, "small-town", f"audit/{ID}")
    store = town.desk("dora").evidence
    path = store.path(past[-1].body["document"]["sha256"])
    moved = path.rename(town.folder / "moved")
    try:
        assert refused(town).startswith("evidence-missing")
    finally:
        moved.rename(path)
