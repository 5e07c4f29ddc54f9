"""Running the command line as a city or a government would: from its files to its scorecard."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from scorecard.cli import main
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.observe.landed import landed
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class Organisation:
    """One organisation's declarations with a workspace, spoken to through the command line."""

    standards: Path
    workspace: Path

    def run(self, *arguments: str | Path) -> str:
        """What a command prints; it must end well."""
        options = ["--standards", str(self.standards), "--workspace", str(self.workspace)]
        result = CliRunner().invoke(main, [*options, *map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result.stdout

    def show(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects of `show --format json`."""
        return json.loads(self.run("show", "--format", "json", *arguments))

    def figures(self) -> list[MeasurementRow]:
        """Every current figure of the ledger, those of metrics without a standard too."""
        with open_scorecard(self.standards, Workspace(self.workspace)) as opened:
            organisation = opened.declarations.organisation.id
            return list(current(opened.ledger, organisation))

    def landed(self, source: str) -> int:
        """How many rows of a source are landed."""
        workspace = Workspace(self.workspace)
        with open_scorecard(self.standards, workspace) as opened:
            table = landed(workspace, opened.declarations.organisation.id, source)
        assert table is not None
        return table.rows


@pytest.fixture(scope="session")
def organisation(repository: Path) -> Callable[[str, Path], Organisation]:
    """`organisation("boston_311", workspace)`: the shipped declarations over a workspace."""

    def make(folder: str, workspace: Path) -> Organisation:
        return Organisation(repository / "standards" / folder, workspace)

    return make


@pytest.fixture(scope="session")
def august(shared_data: Path) -> Path:
    """Boston's 311 requests as published in August 2026."""
    return shared_data / "boston311" / "cases_2026-08.csv.gz"


@pytest.fixture(scope="session")
def boston(
    august: Path,
    organisation: Callable[[str, Path], Organisation],
    tmp_path_factory: pytest.TempPathFactory,
) -> Organisation:
    """Boston with its August file alone, measured; to be read, and not to be changed."""
    city = organisation("boston_311", tmp_path_factory.mktemp("boston"))
    city.run("import", "requests", august)
    city.run("measure")
    return city


@pytest.fixture(scope="session")
def kansas_city(
    organisation: Callable[[str, Path], Organisation],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Organisation:
    """Kansas City's 311 cases, imported and measured."""
    city = organisation("kansas_city", tmp_path_factory.mktemp("kansas_city"))
    city.run("import", "cases", shared_data / "kcmo311" / "cases_2007-2020.csv.gz")
    city.run("measure")
    return city


@pytest.fixture(scope="session")
def nhs(
    organisation: Callable[[str, Path], Organisation],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Organisation:
    """England's accident and emergency figures, imported and measured as the page says."""
    england = organisation("nhs_england", tmp_path_factory.mktemp("nhs_england"))
    file = shared_data / "nhs_ae" / "ae_attendances.csv.gz"
    england.run("import", "attendances", "--as-of", "2019-03-31", file)
    england.run("measure")
    return england


@pytest.fixture(scope="session")
def nhs_table(shared_data: Path) -> Any:
    """The same file in pandas: months as 2019-03-01, attendances kept within four hours."""
    table = pd.read_csv(shared_data / "nhs_ae" / "ae_attendances.csv.gz", dtype={"type": str})
    table["kept"] = table["attendances"] - table["breaches"]
    return table
