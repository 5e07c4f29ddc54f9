"""A tighter value by commands: proposed, decided, written, and the next cycle opened."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result

from scorecard.declare.load import load
from tests.audit.reaudited import Reaudited, reaudited, template

ID = "closed-on-time"
# The commands go by the clock of the machine.
TODAY = datetime.now(ZoneInfo("America/New_York")).date()
NEXT_MONTH = (TODAY.replace(day=28) + timedelta(days=4)).replace(day=1)
MONTH_AFTER = (NEXT_MONTH + timedelta(days=32)).replace(day=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bay"))


@pytest.fixture
def town(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    found = reaudited(made, tmp_path, TODAY, monkeypatch)
    found.audited(date(2025, 8, 1), departments=("libraries", "parks", "transport"))
    return found


def audit(town: Reaudited, *arguments: str, by: str = "dora") -> Result:
    return town.run("audit", "--as", by, *arguments)


def said(ended: Result) -> str:
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_from_the_proposal_to_the_next_cycle(town: Reaudited) -> None:
    shown = said(town.run("audit", "propose", "one"))
    assert shown.startswith("Bay Town (synthetic data): Requests in time (one)\n\n")
    assert "Requests are closed on time, Libraries\n  At least 90 % could be expected" in shown
    assert "A value is proposed for 2 of 3 requirements.\nNothing was recorded" in shown
    # What is not proposed comes after, each reason once.
    assert "\nRequests are closed on time: Transport\n  Nothing tighter is proposed." in shown
    assert shown.index("Transport") > shown.index("Parks and Recreation")
    last = shown.splitlines()[-1]
    assert all(len(line) <= 100 for line in shown.splitlines())
    assert last.startswith("Head of the chain: 7:")
    (anchors,) = (town.folder / "workspace" / "anchors").iterdir()
    assert last.split(":")[-1] in anchors.read_text("utf-8").splitlines()[-1]
    recorded = said(audit(town, "propose", "one", "--record", by="ada"))
    assert "Recorded with the numbers 1, 2." in recorded
    assert "Head of the chain: 9:" in recorded
    again = said(audit(town, "propose", "one", "--record", "--department", "Libraries", by="ada"))
    assert "A value is proposed for 0 of 1 requirements.\nHead of the chain: 9:" in again
    assert "Parks" not in again

    decided = said(audit(town, "decide", "one", "1", "accepted", "--reason", "Shown."))
    assert decided == (
        "Proposal 1 is accepted: “Requests are closed on time” in Libraries at least 90 % from "
        f"{NEXT_MONTH} on, instead of at least 75 %.\n"
        "It comes into force once it is written: audit write one 1.\n"
    )
    options = ["--reason", "A little less.", "--value", "79", "--from", str(MONTH_AFTER)]
    assert f"at least 79 % from {MONTH_AFTER} on" in said(
        audit(town, "decide", "one", "2", "changed", *options)
    )
    before = town.file.read_bytes()
    diff = said(town.run("audit", "write", "one", "2", "--dry-run"))
    assert diff.startswith("--- a/standards.toml\n+++ b/standards.toml\n@@ ")
    assert "+[standard.overrides.parks]\n" in diff
    assert town.file.read_bytes() == before
    written = said(audit(town, "write", "one", "2"))
    assert written == f"{diff}Written into standards.toml and recorded in one, version 11.\n"
    held = load(town.standards).standards[ID].overrides["parks"].expected
    assert [(one.from_, one.value) for one in held] == [
        *((date(2024, 7, 1), 75), (MONTH_AFTER, 79))
    ]
    assert held[1].source == f"Audit one, decided by Dora Director on {TODAY}"
    assert said(town.run("check"))
    twice = audit(town, "write", "one", "2")
    assert twice.exit_code == 1
    assert twice.stderr.startswith("proposal-written: ")

    assert said(audit(town, "schedule", "one", "2126-12-01")) == (
        "The next re-audit is on 2126-12-01.\n"
    )
    town.record("dora", "cycle-signed")
    town.record("ada", "cycle-closed")
    opened = said(
        audit(town, "next", "one", "two", "--auditor", "ada", "--close-due", "2126-12-31")
    )
    assert opened == (
        "two (Follow-up: Requests in time) is planned: 3 requirements, 3 of them with the figure "
        "of one's re-audit as their baseline.\n"
    )
    with town.desk("dora") as desk:
        body = desk.cycle("two").opened.body
    assert body.close_due == date(2126, 12, 31)
    assert [one.expected for one in body.scope.requirements] == [75, 79, 75]


def test_promising_less_takes_a_second_person(town: Reaudited) -> None:
    own = ["--standard", ID, "--department", "parks", "--value", "70"]
    assert said(audit(town, "propose", "one", *own, "--ground", "Half are closed.", by="ada")) == (
        "Proposal 1: “Requests are closed on time” in Parks and Recreation at least 70 % instead "
        "of at least 75 %.\n"
    )
    decided = said(audit(town, "decide", "one", "1", "accepted", "--reason", "Half are closed."))
    assert "promise less: a second person must agree with a reason (audit second one 1)" in decided
    refused = audit(town, "write", "one", "1")
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "loosen-without-second")
    agree = ["second", "one", "1", "--reason", "So it is."]
    own_second = audit(town, *agree)
    assert own_second.stderr.startswith("second-person-missing: ")
    assert "audit write one 1" in said(audit(town, *agree, by="dirk"))
    assert f"+  {{ from = {NEXT_MONTH}, at_least = 70," in said(audit(town, "write", "one", "1"))


def test_half_a_proposal_is_refused(town: Reaudited) -> None:
    for half in (["--value", "80"], ["--ground", "x"], ["--value", "80", "--ground", "x"]):
        ended = audit(town, "propose", "one", *half)
        assert ended.exit_code == 2
        assert "takes --standard, --value and --ground" in ended.stderr
    ended = audit(town, "propose", "one", "--department", "park")
    assert ended.stderr.startswith("department-unknown: ")
    assert town.run("audit", "propose", "one", "--record").stderr.startswith("person-not-named: ")


def test_a_declined_proposal_leaves_what_is_in_force(town: Reaudited) -> None:
    audit(town, "propose", "one", "--record", by="ada")
    assert said(audit(town, "decide", "one", "1", "declined", "--reason", "Too early.")) == (
        "Proposal 1 is declined; at least 75 % stays in force.\n"
    )
