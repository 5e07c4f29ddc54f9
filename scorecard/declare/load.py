"""Loading an organisation's folder: every declaration checked, every mistake told at once."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scorecard.declare import metrics as metrics_module
from scorecard.declare import sources as sources_module
from scorecard.declare.derived import Derived
from scorecard.declare.derived_binding import bind_derived
from scorecard.declare.lookups import lookup_mistakes
from scorecard.declare.metric_binding import bind_metric as bind_metric
from scorecard.declare.metrics import DerivedFunction, Metric
from scorecard.declare.organisation import Organisation
from scorecard.declare.organisation_check import organisation_mistakes
from scorecard.declare.python_files import run
from scorecard.declare.source_binding import bind_source as bind_source
from scorecard.declare.sources import Source
from scorecard.declare.standards import Standard, StandardsTable
from scorecard.declare.standards_check import where_columns as where_columns
from scorecard.declare.standards_files import StandardsReading
from scorecard.declare.standards_table import TableReader as TableReader
from scorecard.declare.suggest import hint, nearest
from scorecard.declare.toml_files import read_toml, validate
from scorecard.errors import DeclarationError, DeclarationErrors, ScorecardError

ORGANISATION = "organisation.toml"


@dataclass(frozen=True)
class Declarations:
    """What an organisation declares, checked.

    `sources`, `metrics`, `standards` and `derived` are by name or id, in the order of declaration
    (files by name); `metrics` are those measured from records, `derived` those worked out from
    them. `places` has the file and line of every standard. `notes` are the things worth knowing
    that are no mistakes of the declarations: a table of standards that has not been landed, or rows
    of a landed one that cannot be read.
    """

    organisation: Organisation
    sources: dict[str, Source]
    metrics: dict[str, Metric]
    standards: dict[str, Standard]
    tables: tuple[StandardsTable, ...]
    folder: Path
    places: dict[str, tuple[Path, int]]
    notes: tuple[ScorecardError, ...]
    derived: dict[str, Derived] = field(default_factory=dict[str, Derived])

    @property
    def every_metric(self) -> dict[str, Metric | Derived]:
        """All metrics by name, those measured from records first."""
        return {**self.metrics, **self.derived}

    def metric(self, name: str) -> Metric | Derived:
        """The declared metric of this name, of either kind."""
        return self.metrics.get(name) or self.derived[name]


def load(folder: Path, tables: TableReader | None = None) -> Declarations:
    """Everything declared in `folder`: organisation.toml, sources.py, metrics.py, other TOML files.

    `tables` gives the landed rows of a source for standards that are kept in one; without it, and
    where nothing is landed yet, such a table gives no standards and `notes` says so. Raises
    DeclarationErrors with one coded error for every mistake, in the order of the files.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DeclarationErrors([_no_folder(folder)])
    mistakes: list[ScorecardError] = []
    organisation = _organisation(folder, mistakes)
    sources, broken_sources = _sources(folder, mistakes)
    metrics, derived, broken_metrics = _metrics(folder, sources, broken_sources, mistakes)
    reading = StandardsReading(
        organisation, sources, broken_sources, {**metrics, **derived}, broken_metrics, tables
    )
    for file in _standards_files(folder):
        reading.read(file)
    mistakes += reading.mistakes
    if mistakes or organisation is None:
        raise DeclarationErrors(mistakes)
    return Declarations(
        organisation=organisation,
        sources=sources,
        metrics=metrics,
        standards=reading.standards,
        tables=tuple(reading.tables),
        folder=folder,
        places=reading.places,
        notes=tuple(reading.notes),
        derived=derived,
    )


def _standards_files(folder: Path) -> list[Path]:
    names = sorted(path.name for path in folder.glob("*.toml") if not path.name.startswith("."))
    # Where organisation.toml is missing, organization.toml is it, and no file of standards.
    organisation = ORGANISATION if ORGANISATION in names else nearest(ORGANISATION, names)
    return [folder / name for name in names if name != organisation]


def _no_folder(folder: Path) -> DeclarationError:
    siblings = folder.parent.iterdir() if folder.parent.is_dir() else ()
    names = sorted(path.name for path in siblings if (path / ORGANISATION).is_file())
    return DeclarationError(
        "folder-missing",
        "There is no such folder of declarations.",
        file=folder,
        hint=hint(folder.name, names, "Beside it there are"),
    )


def _organisation(folder: Path, mistakes: list[ScorecardError]) -> Organisation | None:
    file = folder / ORGANISATION
    if not file.exists():
        here = [path.name for path in sorted(folder.glob("*.toml"))]
        mistakes.append(
            DeclarationError(
                "organisation-missing",
                f"There is no {ORGANISATION} in the folder.",
                file=folder,
                hint=hint(ORGANISATION, here)
                or "It names the organisation, its time zone and its departments.",
            )
        )
        return None
    try:
        toml = read_toml(file)
    except ScorecardError as error:
        mistakes.append(error)
        return None
    organisation, found = validate(Organisation, toml)
    mistakes += found
    if organisation is not None:
        mistakes += organisation_mistakes(organisation, toml)
    return organisation


class Unknowable(set[str]):
    """The names a file would have declared had it not failed: any."""

    def __contains__(self, name: object) -> bool:
        return True


def _run(
    file: Path, collected: ContextVar[list[Any]], mistakes: list[ScorecardError]
) -> tuple[list[Any], set[str]]:
    """What the file declares, and the names that cannot be used because of a mistake already told.

    Of two declarations with one name the first is kept.
    """
    if not file.exists():
        return [], set()
    declared, failure = run(file, collected)
    broken: set[str] = set()
    if failure is not None:
        mistakes.append(failure)
        broken = Unknowable()
    kept: dict[str, Any] = {}
    for one in declared:
        # A name is no text where source() got something else, or @metric stands on no function.
        if not isinstance(getattr(one, "name", None), str):
            mistakes.append(
                DeclarationError(
                    "argument-invalid",
                    "This is declared on something that has no name.",
                    file=one.file,
                    line=one.line,
                    hint='Write source("name", …), or @metric(…) once above a def line.',
                )
            )
            continue
        if one.name in kept:
            mistakes.append(
                DeclarationError(
                    "duplicate-id",
                    f"The name {one.name!r} is declared twice.",
                    file=one.file,
                    line=one.line,
                    hint=f"The other is on line {kept[one.name].line}.",
                )
            )
        kept.setdefault(one.name, one)
    return list(kept.values()), broken


def _sources(folder: Path, mistakes: list[ScorecardError]) -> tuple[dict[str, Source], set[str]]:
    declared, broken = _run(folder / "sources.py", sources_module.collected, mistakes)
    sources: dict[str, Source] = {}
    for one in declared:
        try:
            sources[one.name] = bind_source(one)
        except DeclarationErrors as error:
            mistakes += error.errors
            broken.add(one.name)
    mistakes += lookup_mistakes(sources, broken)
    return sources, broken


def _metrics(
    folder: Path,
    sources: dict[str, Source],
    broken_sources: set[str],
    mistakes: list[ScorecardError],
) -> tuple[dict[str, Metric], dict[str, Derived], set[str]]:
    declared, broken = _run(folder / "metrics.py", metrics_module.collected, mistakes)
    metrics: dict[str, Metric] = {}
    functions: list[DerivedFunction] = []
    for one in declared:
        if isinstance(one, DerivedFunction):
            functions.append(one)
            continue
        try:
            if one.source not in sources and one.source in broken_sources:
                broken.add(one.name)
            else:
                metrics[one.name] = bind_metric(one, sources)
        except DeclarationErrors as error:
            mistakes += error.errors
            broken.add(one.name)
    derived, found = bind_derived(functions, metrics, broken)
    mistakes += found
    return metrics, derived, broken
