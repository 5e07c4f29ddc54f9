"""Boston's two files through the commands: a cycle opened on January, re-audited with July."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from scorecard.audit import Desk
from scorecard.audit.events import CycleOpened, body_of
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace
from tests.standards.test_boston_reaudit import AFTER, BEFORE, in_pandas

PEOPLE = """
[[people]]
id = "dora"
name = "Dora"
roles = ["director"]

[[people]]
id = "ada"
name = "Ada"
roles = ["auditor"]
"""
# docs/auditing/reaudit.md: difference and the ends of its interval, in points.
DOCUMENTED = {
    None: ("improved", 22.8, 19.8, 25.9),
    "animal-care": ("held", -1.5, -6.5, 3.9),
    "parks-recreation": ("regressed", -25.6, -31.6, -18.6),
    "public-works": ("improved", 52.2, 48.4, 55.8),
}


@dataclass(frozen=True)
class Audited:
    """The city with both files measured and one cycle in its re-audit."""

    city: Any
    compared: dict[str, Any]

    def by_department(self, standard: str = "kept-by-due") -> dict[str | None, dict[str, Any]]:
        return {
            one["department"]: one
            for one in self.compared["requirements"]
            if one["standard"] == standard
        }


@pytest.fixture(scope="module")
def audited(
    shared_data: Path,
    organisation: Callable[[str, Path], Any],
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Audited:
    folder = tmp_path_factory.mktemp("boston_audit")
    shutil.copytree(repository / "standards" / "boston_311", folder / "boston_311")
    file = folder / "boston_311" / "organisation.toml"
    file.write_text(file.read_text("utf-8") + PEOPLE, encoding="utf-8")
    city = organisation(str(folder / "boston_311"), folder / "w")
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-02-10.csv.gz")
    city.run("measure")
    with open_scorecard(city.standards, Workspace(city.workspace)) as opened:
        declared = opened.declarations
        day = date(2026, 1, 1)
        scope = freeze_scope(declared, ["kept-by-due"], day)
        Desk(declared, opened.workspace, opened.ledger, "dora").open(
            "kept-2026",
            CycleOpened(
                title="Due dates",
                scope=scope,
                baseline=freeze_baseline(opened.ledger, declared, scope, day),
                method="All records of the month",
                auditors=("ada",),
            ),
        )
        at = Desk(declared, opened.workspace, opened.ledger, "ada")
        for kind in ("fieldwork-started", "fieldwork-ended", "actions-started", "reaudit-started"):
            at.record("kept-2026", body_of(kind, {}))
    city.run("import", "requests", shared_data / "boston311" / "cases_2026-08.csv.gz")
    city.run("measure")
    asked = ("audit", "--as", "ada", "compare", "kept-2026", "--period", AFTER, "--format", "json")
    return Audited(city, json.loads(city.run(*asked)))


def test_outcomes_and_intervals_are_those_the_page_documents(audited: Audited) -> None:
    found = audited.by_department()
    for department, (outcome, *numbers) in DOCUMENTED.items():
        one = found[department]
        assert one["outcome"] == outcome
        shown = [round(one[name], 1) for name in ("difference", "low", "high")]
        assert shown == numbers, department
    new = {place for place, one in found.items() if one["outcome"] == "new"}
    assert new == {"boston-311", "broadband-cable", "property-management", "transportation"}
    for place, one in found.items():
        if place not in DOCUMENTED and place not in new:
            assert (one["outcome"], one["before"], one["after"]) == ("not tested", None, None)
    assert audited.compared["counts"] == {
        "improved": 2,
        "held": 1,
        "regressed": 1,
        "new": 4,
        "not tested": 10,
    }


def test_figures_equal_pandas_and_tests_equal_statsmodels(
    audited: Audited, shared_data: Path, repository: Path
) -> None:
    files = ("cases_2026-02-10.csv.gz", "cases_2026-08.csv.gz")
    was = in_pandas(shared_data, repository, BEFORE, *files[:1])
    now = in_pandas(shared_data, repository, AFTER, *files)
    found = audited.by_department()
    tested = [one for one in found.values() if one["p"] is not None]
    for place, one in found.items():
        for name, table in (("before", was), ("after", now)):
            if place in table.index:
                kept, of = table.loc[place]
                assert one[f"{name}_n"] == of
                assert one[name] == pytest.approx(100 * kept / of)
            elif place is not None:
                assert one[name] is None
        if place is not None and one["p"] is not None:
            ends = confint_proportions_2indep(
                *now.loc[place], *was.loc[place], method="newcomb", compare="diff"
            )
            assert [one["low"], one["high"]] == pytest.approx([100 * end for end in ends])
    _, q, _, _ = multipletests([one["p"] for one in tested], 0.05, "fdr_bh")
    assert [one["q"] for one in tested] == pytest.approx(np.asarray(q).tolist())


def test_the_table_says_it_by_department_with_counts_first_and_the_head_last(
    audited: Audited,
) -> None:
    text = audited.city.run("audit", "compare", "kept-2026", "--period", AFTER)
    lines = text.splitlines()
    assert lines[:2] == [
        "City of Boston. Re-audit of Due dates (kept-2026).",
        "Of 18 requirements: 2 improved, 1 held, 1 regressed, 4 new, 10 not tested.",
    ]
    assert "July 2026 is held against January 2026." in lines
    parks = lines[lines.index("Parks and Recreation") + 2]
    assert parks.startswith("▼ regressed")
    assert "-25.6 (-31.6 to -18.6)" in parks
    assert "No figure in the baseline and none in the re-audit: " in text
    assert lines[-1].startswith("Head of the chain: 6:")


def test_january_as_known_twice_is_allowed_and_said(audited: Audited) -> None:
    asked = ("audit", "compare", "kept-2026", "--period", BEFORE, "--format", "json")
    again = json.loads(audited.city.run(*asked))
    assert any("of the same period" in note for note in again["notes"])
    known_then = again["requirements"][0]["before_known_at"]
    same = json.loads(audited.city.run(*asked, "--as-of", known_then))
    for one in same["requirements"]:
        assert one["before"] == one["after"]
        assert one["outcome"] in ("held", "not tested")


def test_recording_it_keeps_what_was_shown(audited: Audited) -> None:
    asked = ("audit", "--as", "ada", "compare", "kept-2026", "--period", AFTER, "--record")
    audited.city.run(*asked)
    with open_scorecard(audited.city.standards, Workspace(audited.city.workspace)) as opened:
        cycle = Desk(opened.declarations, opened.workspace, opened.ledger, "ada").cycle("kept-2026")
    assert cycle.comparison is not None
    body = cycle.comparison.body
    shown = audited.by_department()
    for one in body.comparisons:
        line = shown[one.department]
        assert one.outcome.replace("-", " ") == line["outcome"]
        assert (one.before, one.after, one.difference) == (
            *(line["before"], line["after"], line["difference"]),
        )
    assert {one.period for one in body.figures} == {date(2026, 7, 1)}
    assert cycle.last_at > datetime(2026, 1, 1, tzinfo=UTC)
