"""What a signature freezes, that it stays so, and that nothing else can come between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scorecard.audit import Clash, Cycle, signing
from scorecard.audit import events as e
from scorecard.audit.computed_anew import compute_anew
from scorecard.audit.export import Frozen, frozen_digest
from scorecard.audit.scope import Figure
from scorecard.audit.signing import frozen_of, frozen_so_far, sign, to_sign
from scorecard.audit.verifying import verify_audits
from scorecard.errors import AuditError
from scorecard.ledger import current, events
from tests.audit.audited_town import A_YEAR_LATER, ID, AuditedTown


@pytest.fixture
def town(tmp_path: Path) -> Iterator[AuditedTown]:
    with AuditedTown(tmp_path) as one:
        yield one.opened().compared()


def past(town: AuditedTown) -> list[Any]:
    return events(town.ledger, "small-town", f"audit/{ID}")


def files(town: AuditedTown) -> list[Path]:
    return list(town.desk("dora").evidence.files())


def refused(town: AuditedTown, by: str = "dora", seen: int | None = None) -> AuditError:
    """Signing is refused, and nothing is written: no event, no file."""
    before = len(past(town)), files(town)
    with pytest.raises(AuditError) as caught:
        sign(town.desk(by), ID, seen=seen)
    assert (len(past(town)), files(town)) == before
    return caught.value


def test_a_year_of_records_and_runs_later_a_signed_figure_is_the_same_to_the_byte(
    tmp_path: Path, ledger_url: str
) -> None:
    """Trial 28, on both kinds of database: asked of the ledger, and computed anew from records."""
    with AuditedTown(tmp_path, ledger_url) as town:
        sign(town.opened().compared().desk("dora"), ID)
        store = town.desk("dora").evidence
        [signed] = frozen_so_far(store, past(town))
        text = b"".join(signed.lines())
        town.known(A_YEAR_LATER)

        # The later runs show other figures of the same periods.
        key = ("closed_on_time", "2026-02-01", "works")
        then = {(o["metric"], o["period"], o["department"]): o["n"] for o in signed.figures}
        later = {
            (one.metric, one.period.isoformat(), one.department): one.n
            for one in current(town.ledger, "small-town")
        }
        assert (then[key], later[key]) == (2, 3)
        found = verify_audits(town.ledger, store)
        assert found.faults == ()
        assert (found.cycles, found.evidence, found.figures) == (1, 2, len(signed.figures))
        anew = compute_anew(found.signatures, town.declared, town.workspace)
        assert (anew.faults, anew.notes, anew.figures) == ((), (), found.figures)
        again = frozen_of(town.desk("dora"), town.desk("dora").cycle(ID))
        assert b"".join(again.lines()) == text


def test_both_the_baseline_and_the_re_audit_are_frozen_as_the_runs_at_which_they_were_known(
    town: AuditedTown,
) -> None:
    frozen = frozen_of(town.desk("dora"), town.desk("dora").cycle(ID))

    assert [one["run"] for one in frozen.data] == [1, 2]
    assert [one["sources"]["requests"]["version"] for one in frozen.data] == [0, 1]
    # By hand, from the records: closed on time of closed, by run, whole and departments.
    shares = {
        (one["run"], one["period"], one["department"]): (one["numerator"], one["denominator"])
        for one in frozen.figures
        if one["metric"] == "closed_on_time"
    }
    assert shares == {
        (1, "2026-01-01", None): (4, 6),
        (1, "2026-01-01", "works"): (2, 3),
        (1, "2026-01-01", "parks"): (1, 2),
        (2, "2026-02-01", None): (3, 4),
        (2, "2026-02-01", "works"): (1, 2),
        (2, "2026-02-01", "parks"): (2, 2),
    }
    assert {one["metric"] for one in frozen.definitions} == {"closed_on_time", "days_to_close"}
    [closing, potholes] = frozen.standards
    assert closing["declared"]["overrides"]["parks"]["expected"][0]["at_least"] == 50
    assert potholes["declared"]["where"] == {"topic": "Pothole"}


def test_the_event_carries_the_hash_of_what_was_before_it_and_its_file_can_be_read(
    town: AuditedTown,
) -> None:
    given = to_sign(town.desk("dora"), ID)
    after = sign(town.desk("dora"), ID, "seen", seen=given.cycle.version)

    *before, last = past(town)
    assert (last.kind, last.actor, last.body["remark"]) == ("cycle-signed", "dora", "seen")
    assert last.body["frozen"] == frozen_digest(before, [given.frozen])
    assert after.signature is not None
    document = after.signature.body.document
    assert document is not None
    with town.desk("dora").evidence.opened(document.sha256) as file:
        lines = file.read().splitlines(keepends=True)
    assert Frozen.of(lines) == given.frozen
    assert [json.loads(one)["part"] for one in lines[:2]] == ["data", "data"]
    assert frozen_so_far(town.desk("dora").evidence, past(town)) == [given.frozen]


def test_who_may_not_sign_leaves_nothing_behind(town: AuditedTown) -> None:
    assert refused(town, "ada").code == "role-may-not"
    assert refused(town, "gina").code == "person-away"
    sign(town.desk("dora"), ID)
    assert refused(town, "dirk").code == "signed-already"


def test_what_somebody_wrote_since_it_was_read_is_no_signature(
    town: AuditedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = town.desk("dora").cycle(ID).version
    said = e.InputRecorded(voice="management", text="We disagree")
    town.do(said, "dora")
    clash = refused(town, seen=read)
    assert isinstance(clash, Clash)
    assert [one.body["text"] for one in clash.since] == ["We disagree"]
    assert refused(town, seen=999).code == "version-ahead"

    # And in the moment between reading and recording.
    def late(*given: Any) -> str:
        digest = frozen_digest(*given)
        town.do(said, "dora")
        return digest

    monkeypatch.setattr(signing, "frozen_digest", late)
    with pytest.raises(Clash):
        sign(town.desk("dora"), ID)
    assert town.desk("dora").cycle(ID).signature is None


def test_a_cycle_signed_again_has_two_signatures_that_both_hold(town: AuditedTown) -> None:
    sign(town.desk("dora"), ID)
    town.do(e.CycleReopened(reason="it came back"), "dora")
    town.known(A_YEAR_LATER)
    town.reaudited()
    after: Cycle = sign(town.desk("dirk"), ID)

    assert after.signature is not None
    assert after.signature.by == "dirk"
    found = verify_audits(town.ledger, town.desk("dora").evidence)
    assert found.faults == ()
    assert [(one.by, len(one.frozen.data)) for one in found.signatures] == [
        ("dora", 2),
        ("dirk", 2),
    ]
    assert [[one["run"] for one in two.frozen.data] for two in found.signatures] == [[1, 2], [1, 3]]
    anew = compute_anew(found.signatures, town.declared, town.workspace)
    assert (anew.faults, anew.figures) == ((), found.figures)


def test_a_figure_that_the_ledger_does_not_show_so_is_not_signed(town: AuditedTown) -> None:
    comparison = town.desk("ada").cycle(ID).comparison
    assert comparison is not None
    first: Figure = comparison.body.figures[0]

    def recorded(**other: Any) -> str:
        figures = (first.model_copy(update=other), *comparison.body.figures[1:])
        town.do(comparison.body.model_copy(update={"figures": figures}))
        return refused(town).code

    assert recorded(n=first.n + 1) == "figure-altered"
    assert recorded(period=date(2020, 1, 1)) == "figure-altered"
    assert recorded(known_at=first.known_at.replace(year=2020)) == "run-other"
    assert recorded(standard="kept-by-due") == "outside-scope"


def test_a_standard_that_is_declared_no_more_is_signed_as_gone(town: AuditedTown) -> None:
    file = town.standards / "town.toml"
    first = file.read_text(encoding="utf-8").split("[[standard]]\n")[1]
    file.write_text(f"[[standard]]\n{first}", encoding="utf-8")
    assert list(town.declared.standards) == ["closed-on-time"]

    sign(town.desk("dora"), ID)

    [frozen] = frozen_so_far(town.desk("dora").evidence, past(town))
    assert [(one["id"], one["declared"] is None) for one in frozen.standards] == [
        ("closed-on-time", False),
        ("potholes", True),
    ]
    assert {one["metric"] for one in frozen.figures} == {"closed_on_time", "days_to_close"}


def test_nothing_but_a_signature_with_its_file_is_one() -> None:
    with pytest.raises(AuditError, match="frozen and document"):
        e.body_of("cycle-signed", {"frozen": "f" * 64})
