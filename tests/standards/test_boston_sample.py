"""Samples of Boston's requests: the cases behind a figure against pandas, the draw by hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scorecard.audit import Desk
from scorecard.audit.drawing import Size, asked_of, draw_sample, redrawn
from scorecard.audit.events import CycleOpened, FieldworkStarted
from scorecard.audit.population import fields
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.declare.load import load
from scorecard.ledger import open_ledger
from scorecard.workspace import Workspace

JULY = date(2026, 7, 1)
PEOPLE = """
[[people]]
id = "ada"
name = "Ada Bell"
roles = ["director", "auditor"]
"""


@pytest.fixture(scope="module")
def desk(boston: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A cycle over July in fieldwork, in a copy of the ledger; the records are only read."""
    folder = tmp_path_factory.mktemp("sample")
    standards = folder / "boston_311"
    shutil.copytree(boston.standards, standards)
    with (standards / "organisation.toml").open("a", encoding="utf-8") as file:
        file.write(PEOPLE)
    shutil.copy(boston.workspace / "ledger.sqlite3", folder)
    url = f"sqlite:///{folder / 'ledger.sqlite3'}"
    declared = load(standards)
    ledger = open_ledger(url, folder / "anchors")
    desk = Desk(declared, Workspace(boston.workspace, url), ledger, "ada")
    scope = freeze_scope(declared, ["closed-on-time", "kept-by-due"], date(2026, 8, 31))
    opening = CycleOpened(
        title="July",
        scope=scope,
        baseline=freeze_baseline(ledger, declared, scope, JULY),
        method="A sample",
        auditors=("ada",),
    )
    desk.open("july", opening)
    desk.record("july", FieldworkStarted())
    yield desk
    ledger.close()


@pytest.fixture(scope="module")
def cases(august: Path, repository: Path) -> Any:
    """The file in pandas: July's closed cases with a due date, by department."""
    table: Any = pd.read_csv(august, dtype=str, keep_default_na=False)
    due, closed = (
        pd.to_datetime(table[column], utc=True, format="ISO8601")
        for column in ("target_close_date", "close_date")
    )
    local = closed.dt.tz_convert("America/New_York")
    department_of = load(repository / "standards" / "boston_311").organisation.department_of
    table["department"] = [
        department_of[name.casefold()] if name else "unassigned"
        for name in table["assigned_department"]
    ]
    return table[(local.dt.strftime("%Y-%m") == "2026-07") & due.notna()]


def drawn(desk: Desk, department: str | None, size: Size, by: str = "") -> tuple[int, Any]:
    found = draw_sample(
        desk, "july", "closed-on-time", department, ["On time?"], size, by=by, reason="a test"
    )
    return found.number, found.cycle.samples[found.number].body


def test_the_cases_of_the_city_are_those_that_pandas_counts(desk: Desk, cases: Any) -> None:
    _, body = drawn(desk, None, Size(within=5), by="department")
    assert body.population == len(cases) == 12_005
    counts = cases["department"].value_counts().to_dict()
    assert {one.name: one.population for one in body.strata} == counts
    # n0 = 384.15, corrected for 12,005
    assert len(body.keys) == 373
    for one in body.strata:
        of = set(cases.loc[cases["department"] == one.name, "case_id"])
        assert {*one.keys, *one.reserve} <= of


def test_the_cases_of_a_department_and_the_draw_are_those_of_the_shell(
    desk: Desk, cases: Any, tmp_path: Path
) -> None:
    number, body = drawn(desk, "property-management", Size(cases=25))
    keys = sorted(cases.loc[cases["department"] == "property-management", "case_id"])
    assert body.population == len(keys) == 117
    (tmp_path / "cases.txt").write_text("\n".join(keys) + "\n", encoding="utf-8")
    # As docs/auditing/sampling.md has it.
    shell = """
    while IFS= read -r key; do
      printf '%s  %s\\n' "$(printf '%s\\n%s' "$seed" "$key" | sha256sum | cut -c1-64)" "$key"
    done < cases.txt | LC_ALL=C sort | cut -c67-
    """
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=tmp_path,
        env={"seed": body.seed, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    in_order = done.stdout.split()
    [stratum] = body.strata
    assert list(stratum.keys) == in_order[:25]
    assert list(stratum.reserve) == in_order[25:50]
    assert redrawn(desk, "july", number).same


def test_what_the_auditor_reads_of_a_case_is_what_the_city_published(
    desk: Desk, cases: Any
) -> None:
    number, body = drawn(desk, "parks-recreation", Size(cases=10))
    found = fields(desk.declared, desk.workspace, asked_of(desk.cycle("july"), number), body.keys)
    published = cases.set_index("case_id").loc[list(body.keys)]
    for key in body.keys:
        assert found[key]["topic"] == (published.loc[key, "case_topic"] or None)
        opened = str(found[key]["opened_at"])
        assert pd.Timestamp(opened) == pd.Timestamp(published.loc[key, "open_date"])
        assert opened.endswith(("-04:00", "-05:00"))
