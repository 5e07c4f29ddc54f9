"""The demo: synthetic Harbor City, generated, imported, measured and audited in a workspace."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from scorecard.demo_audits import play_audits
from scorecard.ledger.batches import batches
from scorecard.measure.run import measure
from scorecard.observe.folder import stage_folder
from scorecard.observe.importing import import_file
from scorecard.paths import shipped
from scorecard.progress import Progress
from scorecard.report.opened import Opened, open_scorecard
from scorecard.workspace import Workspace

FOLDER = "harbor_city"


class DemoFile(NamedTuple):
    """A file the generator writes: its name, its source, and the moment it shows."""

    name: str
    source: str
    moment: datetime


# The files were exported at the end of a local day, which no time in them says to the second.
_FIRST = datetime(2025, 10, 1, 4, tzinfo=UTC)
_SECOND = datetime(2026, 9, 16, 4, tzinfo=UTC)
_LAST = datetime(2026, 10, 1, 4, tzinfo=UTC)
FILES = (
    DemoFile("requests_2024-10_to_2025-09.csv", "requests", _FIRST),
    DemoFile("requests_2025-10_to_2026-09.csv", "requests", _SECOND),
    DemoFile("requests_update_2026-09-30.csv", "requests", _LAST),
    DemoFile("satisfaction.csv", "satisfaction", _LAST),
    DemoFile("calls_by_day.csv", "calls", _LAST),
)


def build_demo(workspace: Workspace, progress: Progress | None = None) -> tuple[Path, str]:
    """Harbor City in `workspace`: its folder of declarations, and in words what was done.

    Imports those of the five generated files that the workspace's ledger does not hold yet, so a
    build that was cut short is completed and a finished one is left alone, brings every figure up
    to date, and plays three audits unless they are there. The generated files are removed again.
    `progress` is told what is being done and how far it is (0 to 1).

    Raises ScorecardError as importing, measuring and the steps of an audit do; what was landed and
    recorded by then stays.
    """
    standards = shipped("standards") / FOLDER
    with open_scorecard(standards, workspace) as opened:
        organisation = opened.declarations.organisation
        lines = [f"{organisation.name} is synthetic: a generator made every record of it."]
        missing = _missing(opened)
        if missing:
            lines += _import(missing, opened, progress)
        else:
            lines.append("Its records are in the workspace already; nothing was imported.")
        run = measure(opened.declarations, workspace, opened.ledger, progress)
        lines.append(
            f"Measured: {run.new:,} figures new, {run.changed:,} changed, "
            f"{run.unchanged:,} unchanged, {run.withdrawn:,} withdrawn."
        )
        lines += play_audits(opened, progress)
    return standards, "\n".join(lines)


def _missing(opened: Opened) -> list[DemoFile]:
    """The files still to be imported. A shared ledger may know those of another workspace."""
    organisation = opened.declarations.organisation.id
    held = {
        (batch.source, batch.file_name)
        for batch in batches(opened.ledger, organisation)
        if opened.workspace.landed(organisation, batch.source).is_dir()
    }
    return [file for file in FILES if (file.source, file.name) not in held]


def _import(missing: list[DemoFile], opened: Opened, progress: Progress | None) -> Iterator[str]:
    """Generate the files, import the missing ones in order, and give their receipts."""
    with _generated(opened, progress) as folder:
        for number, file in enumerate(missing):
            if progress:
                progress(f"importing {file.source}", number / len(missing))
            receipt = import_file(
                opened.declarations.organisation,
                opened.source(file.source),
                folder / file.name,
                opened.workspace,
                opened.ledger,
                as_of=file.moment,
            )
            yield str(receipt)


@contextmanager
def _generated(opened: Opened, progress: Progress | None) -> Iterator[Path]:
    """A folder that holds the generated files while they are needed; a kill does not keep them."""
    if progress:
        progress("generating Harbor City", 0.0)
    with stage_folder(opened.workspace) as stage:
        folder = stage / FOLDER
        _generator(opened.declarations.folder).generate(folder)
        yield folder


def _generator(standards: Path) -> ModuleType:
    """generate.py, which lies beside the declarations and belongs to no package."""
    spec = importlib.util.spec_from_file_location("harbor_city_generate", standards / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
