"""`scorecard new`: writing the beginning of a metric or of a standard into a folder."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import scorecard
from scorecard.declare.check import check
from scorecard.declare.load import Declarations
from scorecard.declare.python_imports import with_imports
from scorecard.declare.skeletons import METRIC_WORDS, metric_skeleton, standard_skeleton
from scorecard.declare.sources import Source
from scorecard.declare.standards import STANDARD_ID
from scorecard.declare.standards_table import TableReader
from scorecard.declare.suggest import hint
from scorecard.declare.text_files import read_text
from scorecard.errors import DeclarationErrors, ScorecardError

_TIMES = ("timestamp", "date", "fiscal_year")


def new_metric(
    folder: Path, name: str, source: str, at: str, tables: TableReader | None = None
) -> tuple[Path, int]:
    """Add a metric that counts the rows of `source` to metrics.py; its file and line.

    Raises ScorecardError, and leaves the folder as it is: `metric-name-invalid`, `already-there`,
    `source-unknown`, `at-unknown`, `at-not-a-time`, `file-unwritable`; DeclarationErrors where the
    folder has mistakes already.
    """
    declared = _declared(folder, tables)
    if not name.isidentifier() or keyword.iskeyword(name) or name in scorecard.__all__:
        why = "is a word of scorecard" if name in scorecard.__all__ else "is no name in Python"
        raise ScorecardError(
            "metric-name-invalid",
            f"{name!r} {why}.",
            hint="Write letters, digits and underscores, as in closed_on_time.",
        )
    file = folder / "metrics.py"
    if name in declared.every_metric:
        raise ScorecardError(
            "already-there",
            f"There is a metric {name!r} already.",
            file=declared.metric(name).file,
            line=declared.metric(name).line,
            hint="Change it there, or choose another name.",
        )
    skeleton = metric_skeleton(name, *_clock(declared, source, at))
    before = read_text(file) if file.exists() else '"""How service is measured."""\n'
    above = with_imports(before, METRIC_WORDS).rstrip("\n") + "\n\n\n"
    _write(folder, file, above + skeleton, tables)
    return file, above.count("\n") + 1


def new_standard(
    folder: Path,
    id: str,
    metric: str,
    tables: TableReader | None = None,
    today: date | None = None,
) -> Path:
    """Write a standard without a value in force into a file named after it; the file.

    Raises ScorecardError, and leaves the folder as it is: `id-invalid`, `already-there`,
    `metric-unknown`, `file-unwritable`; DeclarationErrors where the folder has mistakes already.
    """
    declared = _declared(folder, tables)
    # Only ids that publishers chose, read from a table, may have blanks.
    if not re.fullmatch(STANDARD_ID, id) or " " in id:
        raise ScorecardError(
            "id-invalid",
            f"{id!r} cannot be an id.",
            hint="Write letters, digits and hyphens, as in pothole-repair.",
        )
    if id in declared.standards:
        file, line = declared.places[id]
        raise ScorecardError(
            "already-there",
            f"There is a standard {id!r} already.",
            file=file,
            line=line,
            hint="Change it there, or choose another id.",
        )
    found = declared.every_metric.get(metric)
    if found is None:
        raise _unknown("metric-unknown", "metric", metric, declared.every_metric)
    file = folder / f"{re.sub(r'[^a-z0-9]+', '_', id.lower()).strip('_')}.toml"
    if file.exists():
        raise ScorecardError(
            "already-there",
            "There is such a file already.",
            file=file,
            hint="Write the standard into it, or choose another id.",
        )
    text = standard_skeleton(id, found, declared.sources, today or date.today())
    _write(folder, file, text, tables)
    return file


def _declared(folder: Path, tables: TableReader | None) -> Declarations:
    findings = check(folder, tables)
    if findings.declarations is None:
        raise DeclarationErrors(findings.errors)
    return findings.declarations


def _clock(declared: Declarations, name: str, at: str) -> tuple[Source, str]:
    """The source and its time column, or a refusal that names the nearest ones."""
    source = declared.sources.get(name)
    if source is None:
        raise _unknown("source-unknown", "source", name, declared.sources)
    times = [one for one, column in source.columns.items() if column.type in _TIMES]
    if at not in source.columns:
        raise ScorecardError(
            "at-unknown",
            f"The source {name!r} has no column {at!r} to tell a row's period by.",
            hint=hint(at, times, "Its times are"),
        )
    if at not in times:
        raise ScorecardError(
            "at-not-a-time",
            f"The column {at!r} holds {source.type_of(at)}, which tells no period.",
            hint=f"The times of {name!r} are {', '.join(times)}." if times else None,
        )
    return source, at


def _unknown(code: str, kind: str, name: str, known: Mapping[str, Any]) -> ScorecardError:
    return ScorecardError(code, f"There is no {kind} {name!r}.", hint=hint(name, known))


def _write(folder: Path, file: Path, text: str, tables: TableReader | None) -> None:
    """Write a file and check the folder; where that finds a mistake, the file is as it was."""
    before = file.read_bytes() if file.exists() else None
    if before is not None and b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    _replace(file, text.encode())
    findings = check(folder, tables)
    if findings.errors:
        if before is None:
            file.unlink()
        else:
            _replace(file, before)
        raise DeclarationErrors(findings.errors)


def _replace(file: Path, content: bytes) -> None:
    """The whole content or none of it."""
    target = file.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_bytes(content)
        if target.exists():
            beside.chmod(target.stat().st_mode)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ScorecardError(
            "file-unwritable",
            f"The file cannot be written: {error.strerror or error}.",
            file=file,
            hint="Look at the permissions of the folder.",
        ) from None
