"""The small town, imported and measured once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.opened import Opened, open_scorecard
from scorecard.workspace import Workspace
from tests.small_town import write_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("town")
    standards, records = write_town(folder)
    workspace = Workspace(folder / "workspace")
    with open_scorecard(standards, workspace) as opened:
        import_file(
            opened.declarations.organisation,
            opened.source("requests"),
            records,
            workspace,
            opened.ledger,
        )
        measure(opened.declarations, workspace, opened.ledger)
        yield opened
