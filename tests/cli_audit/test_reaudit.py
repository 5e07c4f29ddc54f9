"""`audit compare` and `audit effects`: what they print, and that only --record writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from statsmodels.stats.proportion import confint_proportions_2indep

from scorecard.cli import main
from scorecard.ledger import head
from tests.audit.known import JANUARY, Known, known
from tests.documents import keys, section, text_of

JULY = date(2026, 7, 1)
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """January frozen; in July works is better, parks is not, and the whole has no figure."""
    made = known(tmp_path_factory.mktemp("known"))
    before = [made.share("parks", JANUARY, 50, 100), made.share("public-works", JANUARY, 20, 100)]
    mean = {"value": 12.0, "numerator": 1200.0, "squares": 15000.0}
    quarter = made.row("days", "parks", JANUARY, 100, **mean)
    made.run(*before, quarter, at=datetime(2026, 4, 10, tzinfo=UTC))
    made.open("on-time", "days", departments=("parks", "public-works"))
    after = [made.share("parks", JULY, 51, 100), made.share("public-works", JULY, 80, 100)]
    again = made.row("days", "parks", JULY, 100, **mean)
    made.run(*before, quarter, *after, again, at=datetime(2026, 10, 10, tzinfo=UTC))
    yield made
    made.ledger.close()


@pytest.fixture
def run(town: Known) -> Run:
    def command(*arguments: str, by: str | None = "ada") -> Result:
        options = ["--standards", str(town.folder), "--workspace", str(town.folder.parent)]
        person = ["--as", by] if by else []
        return CliRunner().invoke(main, [*options, "audit", *person, *arguments])

    return command


def test_compare_says_how_many_first_then_each_by_department(run: Run, town: Known) -> None:
    lines = run("compare", "one", "--period", "2026-07", by=None).stdout.splitlines()
    assert lines[:2] == [
        "Smallville. Re-audit of All of it (one).",
        "Of 4 requirements: 1 improved, 2 held, 0 regressed, 0 new, 1 not tested.",
    ]
    assert "July 2026 is held against January 2026 (On time)." in lines
    assert "2026 Q3 is held against 2026 Q1 (Days)." in lines
    assert "2026-07 lies in 2026 Q3, and a quarter is what these are judged by: Days." in lines
    works = lines[lines.index("Public Works") :]
    low, high = confint_proportions_2indep(80, 100, 20, 100, method="newcomb", compare="diff")
    shown = f"+60.0 (+{100 * low:.1f} to +{100 * high:.1f})"
    assert any(one.startswith("▲ improved") and shown in one for one in works)
    assert any(one.startswith("○ not tested") and "–" in one for one in works)
    assert lines[-1] == f"Head of the chain: {head(town.ledger)}"


def test_json_and_csv_hold_the_same_requirements(run: Run) -> None:
    asked = ("compare", "one", "--period", "2026-07", "--format")
    found = json.loads(run(*asked, "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "csv").stdout)))
    assert [one["outcome"] for one in found["requirements"]] == [one["outcome"] for one in rows]
    assert [one["after_n"] for one in found["requirements"]] == [
        int(one["after_n"]) if one["after_n"] else None for one in rows
    ]
    assert sum(found["counts"].values()) == len(rows) == 4
    assert found["head"]


def test_the_keys_of_the_json_are_those_of_the_documents(run: Run, repository: Path) -> None:
    page = text_of(repository, "docs/auditing/json.md")
    found = json.loads(run("compare", "one", "--period", "2026-07", "--format", "json").stdout)
    for heading, there in (
        ("A comparison", found),
        ("A requirement compared", found["requirements"][0]),
    ):
        assert keys(section(page, heading)) == list(there)


def test_only_record_writes_and_only_an_auditor_may(run: Run, town: Known) -> None:
    before = town.desk().cycle("one")
    asked = ("compare", "one", "--period", "2026-07")
    assert run(*asked).exit_code == 0
    assert run("effects", "one", by=None).exit_code == 0
    assert town.desk().cycle("one") == before
    for by, code in ((None, "person-not-named"), ("dora", "role-may-not")):
        refused = run(*asked, "--record", by=by)
        assert refused.exit_code == 1
        assert refused.stderr.startswith(f"{code}:")
    done = run(*asked, "--record")
    assert done.exit_code == 0, done.output
    assert f"version {before.version + 1}." in done.stderr
    after = town.desk().cycle("one")
    assert after.comparison is not None
    assert len(after.comparison.body.comparisons) == 4
    clash = run(*asked, "--record", "--seen", str(before.version))
    assert clash.stderr.startswith("audit-clash:")
    assert town.desk().cycle("one").version == after.version


def test_effects_without_actions_say_so(run: Run) -> None:
    lines = run("effects", "one", by=None).stdout.splitlines()
    assert lines[1].startswith("Of 0 actions done: 0 worked, 0 did not work, 0 cannot be told yet.")
    assert lines[-1].startswith("Head of the chain: ")


def test_a_moment_that_is_none_and_a_cycle_that_is_not_there_are_refused(
    run: Run,
) -> None:
    asked = ("compare", "one", "--period", "2026-07")
    assert run(*asked, "--as-of", "soon").stderr.startswith("moment-unreadable:")
    assert run("compare", "two", "--period", "2026-07").stderr.startswith("cycle-unknown:")
    assert run("compare", "one", "--period", "soon").stderr.startswith("period-unreadable:")
    assert run("compare", "one", "--period", "2027-01").stderr.startswith("reaudit-unmeasured:")
