"""Writing an accepted expected value into the TOML file of its standard, and nothing else."""

from __future__ import annotations

import difflib
import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path

from scorecard.audit.file_replace import read, replace
from scorecard.audit.loosening import Leave, refuse_unfounded
from scorecard.declare.load import Declarations, TableReader, load
from scorecard.declare.periods import containing
from scorecard.declare.standards import Expected, Override, Standard
from scorecard.declare.suggest import hint
from scorecard.declare.toml_files import read_toml
from scorecard.declare.toml_insert import with_entry, with_list
from scorecard.declare.toml_lines import Keys
from scorecard.errors import AuditError, DeclarationErrors

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Change:
    """A change of one file that a person may look at before it is written.

    folder, file   the organisation's folder and the file in it
    standard, department, expected   what is new; department None: for all without a value of theirs
    before, after  the whole file in bytes, as it was read and as it will be
    diff           the change as a unified diff
    """

    folder: Path
    file: Path
    standard: str
    department: str | None
    expected: Expected
    before: bytes
    after: bytes
    diff: str


def plan_change(
    folder: Path,
    standard: str,
    expected: Expected,
    *,
    department: str | None = None,
    leave: Leave | None = None,
    today: date | None = None,
    tables: TableReader | None = None,
) -> Change:
    """What would be written to bring `expected` into force. Nothing is written.

    department   None: the standard's own list. One without values of its own for the shared
                 standard gets the shared ones there are, and the new one
    leave        to promise less than what is in force on that day: a reason and a second person
    today        a value in force from an earlier day on is refused: past periods would be judged
                 anew. None: any day will do
    tables       as `scorecard.declare.load.load` takes it

    The change has been tried on a copy of the folder: it loads there, and nothing but this value
    is new. Raises AuditError `standard-unknown`, `standard-in-table`, `expected-unwritable`,
    `expected-in-past`, `expected-overlap`, `expected-unchanged`, `loosen-without-reason`,
    `loosen-without-second`, `change-not-alone`, and DeclarationErrors where the folder does not
    load as it is, or would not with the change.
    """
    folder = Path(folder)
    declared = load(folder, tables)
    held = declared.standards.get(standard)
    if held is None:
        raise AuditError(
            "standard-unknown",
            f"There is no standard {standard!r} to write an expected value for.",
            file=folder,
            hint=hint(standard, declared.standards),
        )
    file, line = declared.places[standard]
    table = _table_of(file, line, held)
    _refuse(held, expected, department, leave, file, line)
    if today is not None and expected.from_ < today:
        start = declared.organisation.fiscal_year_start
        raise AuditError(
            "expected-in-past",
            f"{expected.from_} is before today, {today}: periods that were judged would be judged "
            "anew.",
            file=file,
            line=line,
            hint=f"Write {containing(today, held.period, start).next().start}, the first day of "
            "the next period.",
        )
    before = read(file)
    marked = before.startswith(_MARK)
    text = before.decode("utf-8-sig")
    if department is None:
        changed = with_entry(text, (*table, "expected"), spelt(expected))
    elif department in held.overrides:
        keys = (*table, "overrides", department, "expected")
        changed = with_entry(text, keys, spelt(expected))
    else:
        entries = [spelt(one) for one in (*_taken_along(held, expected), expected)]
        changed = with_list(text, table, ("overrides", department, "expected"), entries)
    change = Change(
        folder=folder,
        file=file,
        standard=standard,
        department=department,
        expected=expected,
        before=before,
        after=(_MARK if marked else b"") + changed.encode(),
        diff=_diff(file.name, text, changed),
    )
    _try(change, declared, tables)
    return change


def write_change(change: Change, *, tables: TableReader | None = None) -> None:
    """Write a planned change, whole or not at all.

    The file is replaced in one step, and the organisation is loaded again; should it not load, or
    should more be new than the value, the file is put back as it was. Raises AuditError
    `standards-file-changed` where the file is not as it was when the change was planned,
    `standards-file-unwritable`, `change-not-alone`, and DeclarationErrors as `plan_change`.
    """
    declared = load(change.folder, tables)
    replace(change.file, change.before, change.after)
    try:
        _prove(change, declared, load(change.folder, tables))
    except BaseException:
        replace(change.file, change.after, change.before)
        raise


def _table_of(file: Path, line: int, held: Standard) -> Keys:
    """The path of the standard in the file."""
    toml = read_toml(file) if file.suffix.lower() == ".toml" else None
    entries = [] if toml is None else toml.data.get("standard", [])
    index = next((i for i, one in enumerate(entries) if one.get("id") == held.id), None)
    if index is None:
        raise AuditError(
            "standard-in-table",
            f"The standard {held.id!r} is kept in a table; its values are the table's to change.",
            file=file,
            line=line,
            hint="Add a row with the new value and its day to the table itself.",
        )
    return ("standard", index)


def values_of(held: Standard, department: str | None) -> list[Expected]:
    """The list of expected values that hold for a department: its own, or those for all."""
    own = held.overrides.get(department) if department else None
    return own.expected if own else held.expected


def _refuse(
    held: Standard,
    expected: Expected,
    department: str | None,
    leave: Leave | None,
    file: Path,
    line: int,
) -> None:
    value = expected.value
    finite = value is not None and isfinite(value) and isfinite(expected.tolerance)
    if not finite or not (expected.source or "").strip():
        what = "has no source" if finite else "is no number"
        raise AuditError(
            "expected-unwritable",
            f"The expected value for {held.id!r} {what}.",
            file=file,
            line=line,
            hint='Give a value, and a source such as "Re-audit 2026-Q2".',
        )
    own = department is None or department in held.overrides
    if own and any(one.from_ == expected.from_ for one in values_of(held, department)):
        raise AuditError(
            "expected-overlap",
            f"An expected value of {held.id!r} comes into force on {expected.from_} already.",
            file=file,
            line=line,
            hint="Choose another day; what was once in force is not written over.",
        )
    present = held.expected_on(expected.from_, department)
    if present is not None:
        refuse_unfounded(present, expected, leave, held.id)


def _taken_along(held: Standard, expected: Expected) -> list[Expected]:
    """The shared values for a department that gets its first one of its own.

    A shared one of the same day is none of them: for this department another takes its place.
    """
    return [one for one in held.expected if one.from_ != expected.from_]


def spelt(expected: Expected) -> dict[str, str]:
    """The entry's keys and values in TOML's spelling."""
    entry = {"from": expected.from_.isoformat()}
    for key in ("at_most", "at_least", "tolerance"):
        value = getattr(expected, key)
        if value is not None and not (key == "tolerance" and value == 0):
            entry[key] = (
                str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
            )
    if expected.withdrawn:
        entry["withdrawn"] = "true"
    if expected.source is not None:
        # JSON's escapes are TOML's too; DEL alone must be escaped there besides.
        entry["source"] = json.dumps(expected.source, ensure_ascii=False).replace("\x7f", "\\u007f")
    return entry


def _diff(name: str, before: str, after: str) -> str:
    def lines(text: str) -> list[str]:
        return [f"{line}\n" for line in text.removesuffix("\n").split("\n")]

    told = list(difflib.unified_diff(lines(before), lines(after), f"a/{name}", f"b/{name}"))
    for text, signs in ((before, " -"), (after, " +")):
        if text.endswith("\n"):
            continue
        # The last line of that side stands where its sign last does.
        last = max((i for i, one in enumerate(told) if i > 1 and one[0] in signs), default=None)
        if last is not None and told[last][1:-1] == text.rpartition("\n")[2]:
            told[last] += "\\ No newline at end of file\n"
    return "".join(told)


def _try(change: Change, declared: Declarations, tables: TableReader | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        shutil.copytree(change.folder, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        (copy / change.file.name).chmod(0o600)
        (copy / change.file.name).write_bytes(change.after)
        try:
            _prove(change, declared, load(copy, tables))
        except DeclarationErrors as refused:
            for error in refused.errors:
                if error.file is not None and error.file.is_relative_to(copy):
                    error.file = change.folder / error.file.relative_to(copy)
            raise


def _prove(change: Change, before: Declarations, after: Declarations) -> None:
    """That the value is new, and nothing else."""
    held = before.standards[change.standard]
    if change.department is None:
        wanted = held.model_copy(update={"expected": [*held.expected, change.expected]})
    else:
        own = held.overrides.get(change.department)
        values = own.expected if own else _taken_along(held, change.expected)
        more = (own or Override(expected=held.expected)).model_copy(
            update={"expected": [*values, change.expected]}
        )
        wanted = held.model_copy(update={"overrides": {**held.overrides, change.department: more}})
    same = (before.organisation, before.tables) == (after.organisation, after.tables)
    if not same or after.standards != {**before.standards, change.standard: wanted}:
        raise AuditError(
            "change-not-alone",
            f"With the change more than the expected value of {change.standard!r} would be new.",
            file=change.file,
            hint="Nothing was written. Write the value by hand, and report how it is written.",
        )
