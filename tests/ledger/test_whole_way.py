"""From a file to a scorecard through a ledger of each kind."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from scorecard.cli import main
from tests.small_town import write_town


def test_the_scorecard_is_the_same_on_each_kind_of_ledger(ledger_url: str, tmp_path: Path) -> None:
    standards, records = write_town(tmp_path)

    def scorecard(*arguments: str) -> str:
        options = ["--standards", standards, "--workspace", tmp_path / "workspace"]
        given = [*options, "--ledger", ledger_url, *arguments]
        ended = CliRunner().invoke(main, [str(argument) for argument in given])
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    scorecard("import", "requests", str(records))
    scorecard("measure")
    rows = json.loads(scorecard("show", "--format", "json", "--period", "2026-01"))
    figures = {
        (row["standard"], row["department"]): (row["numerator"], row["denominator"], row["status"])
        for row in rows
    }
    assert figures["closed-on-time", None] == (4, 6, "met")
    assert figures["closed-on-time", "works"] == (2, 3, "met")
    assert figures["closed-on-time", "unassigned"] == (1, 1, "too few")
    assert "requests.csv" in scorecard("explain", "closed-on-time", "--period", "2026-01")
