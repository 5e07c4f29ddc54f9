"""What a re-audit allows to be tightened, against the figures it rests on."""

from __future__ import annotations

from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from scorecard.errors import AuditError
from scorecard.report.audit_tightening import Tightening, proposals, record_proposals
from tests.audit.reaudited import Reaudited, reaudited, template

JULY = date(2026, 7, 1)
EARLY = date(2025, 8, 1)
Z = 1.959963984540054


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bay"))


@pytest.fixture
def town(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    return reaudited(made, tmp_path, date(2026, 8, 10), monkeypatch)


def by_department(town: Reaudited) -> dict[str | None, Tightening]:
    with town.desk("ada") as desk:
        found = proposals(desk, desk.cycle("one"))
    return {one.requirement.department: one for one in found}


def value(one: Tightening) -> float | None:
    return one.proposal.value if one.proposal else None


def test_two_years_without_a_sign_of_a_change_carry_a_proposal(
    town: Reaudited,
) -> None:
    town.audited(JULY)
    found = by_department(town)
    assert {who: value(one) for who, one in found.items() if value(one)} == {"libraries": 90}
    body = found["libraries"].proposal
    assert body is not None
    assert (body.side, body.current, body.department) == ("at_least", 75, "libraries")
    assert body.ground == (
        "At least 90 % could be expected instead of at least 75 %: as it works now, nearly every "
        "coming month keeps it. It rests on 24 months without a sign of a change, since August "
        "2024. Confidence 95 %."
    )
    # Too little room, and not stable: no figure of one month helps then.
    assert "not better than the present expected value" in found["transport"].words
    assert "not stable" in found["parks"].words


def test_fewer_periods_give_the_cautious_end_of_the_figure_and_say_that_it_may_not_last(
    town: Reaudited,
) -> None:
    recorded = town.audited(EARLY).comparison
    assert recorded is not None
    figures = {one.department: one for one in recorded.body.figures}
    found = by_department(town)
    assert [who for who, one in found.items() if one.proposal] == [
        *(None, "parks", "water", "libraries")
    ]
    for who in (None, "parks"):
        # Wilson's lower end from the sums, by hand.
        kept, n = figures[who].numerator, figures[who].denominator
        assert kept is not None
        assert n is not None
        p = kept / n
        half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        lower = 100 * (p + Z * Z / (2 * n) - half) / (1 + Z * Z / n)
        new = value(found[who])
        assert new is not None
        assert lower - (lower - 75) / 4 <= new <= lower
    assert found["parks"].words == (
        "At least 80 % could be expected instead of at least 75 %, by one period alone; it is not "
        "shown to last. August 2025 had 84.2 % (n = 480; 95 % interval 80.6 % to 87.2 %); the "
        "value is its cautious end, rounded to the easier side. Of 13 known months three kept it. "
        "Confidence 95 %."
    )
    # A steady series is known better than by one good month: 88 would be its cautious end.
    assert value(found["water"]) == 84
    assert "by 13 months, where 24 are needed; it is not shown to last" in found["water"].words
    assert "sign of worse" in found["public-works"].words
    assert "nothing that is surely better" in found["housing"].words


def test_what_regressed_is_new_or_was_not_tested_is_not_tightened(town: Reaudited) -> None:
    outcomes: dict[str | None, str] = {
        "libraries": "regressed",
        "water": "not-tested",
        "parks": "new",
    }
    town.audited(EARLY, outcomes=outcomes, departments=("parks", "water", "libraries"))
    found = by_department(town)
    assert not any(one.proposal for one in found.values())
    assert "found that it regressed" in found["libraries"].words
    assert "did not test it" in found["water"].words
    assert "nothing before to hold its figure against" in found["parks"].words


def test_a_later_value_that_is_declared_is_waited_for(town: Reaudited) -> None:
    town.audited(JULY, departments=("libraries",))
    text = town.file.read_text("utf-8")
    old = '{ from = 2024-07-01, at_least = 75, tolerance = 3, source = "Charter" },'
    new = old + '\n  { from = 2026-10-01, at_least = 77, tolerance = 3, source = "Council" },'
    town.file.write_text(text.replace(old, new), "utf-8")
    assert "declared from 1 October 2026 on: wait" in by_department(town)["libraries"].words
    town.file.write_text(text.replace('"closed-on-time"', '"closed"'), "utf-8")
    assert "declared no more" in by_department(town)["libraries"].words


def test_what_is_proposed_is_recorded_once(town: Reaudited) -> None:
    town.audited(EARLY)
    with town.desk("ada") as desk:
        found = proposals(desk, desk.cycle("one"))
        cycle = record_proposals(desk, "one", found)
        assert [one.proposed.body.department for one in cycle.proposals.values()] == [
            *(None, "parks", "water", "libraries")
        ]
        again = proposals(desk, cycle)
        assert not any(one.proposal for one in again)
        parks = next(one for one in again if one.requirement.department == "parks")
        assert parks.words.startswith("Proposed in this cycle already, as number 2. At least 80 %")
        assert record_proposals(desk, "one", again).version == cycle.version


def test_without_a_re_audit_nothing_was_demonstrated(town: Reaudited) -> None:
    town.audited(EARLY)
    town.record("dora", "cycle-signed")
    town.record("dora", "cycle-reopened", reason="It came back.")
    with pytest.raises(AuditError) as error:
        by_department(town)
    assert error.value.code == "reaudit-missing"
