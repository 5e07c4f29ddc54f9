"""Whether signed figures are still what they were, to the last digit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from scorecard.audit.export import Frozen
from scorecard.errors import AuditError
from scorecard.ledger.event_hash import canonical_json
from scorecard.ledger.events import time_text
from scorecard.ledger.measurements import MeasurementRow, current
from scorecard.ledger.runs import definition, runs
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import Run

_KEY = ("metric", "grain", "period", "department", "scope")


def figure_json(row: MeasurementRow, run: int) -> dict[str, Any]:
    """A figure as known at a run, as plain data: the same wherever it was kept or computed.

    Numbers but `n` are floats, written by `figure_text` with the fewest digits that give the same
    float again (Python's `repr`); −0.0 is 0.0, since SQLite does not tell them apart.
    """
    found = row._asdict() | {"period": row.period.isoformat(), "n": int(row.n), "run": run}
    return {
        name: float(value) + 0.0
        if name not in ("n", "run", *_KEY, "fingerprint") and value is not None
        else value
        for name, value in found.items()
    }


def figure_text(figure: Mapping[str, Any]) -> str:
    """The one text of a figure: canonical JSON. Equal texts are equal bytes."""
    return canonical_json(dict(figure))


def freeze(
    ledger: Ledger,
    organisation: str,
    figures: Mapping[int, Iterable[MeasurementRow]],
    standards: Sequence[Mapping[str, Any]] = (),
) -> Frozen:
    """What a signature is to freeze: figures, their definitions, and the runs' data versions.

    figures   by the run at which they were known: those of a baseline and of a re-audit are of
              different ones

    Raises AuditError `run-other` where the ledger does not hold a run.
    """
    rows = sorted(
        (figure_json(row, run) for run, some in figures.items() for row in some), key=figure_text
    )
    found = [
        definition(ledger, fingerprint) for fingerprint in sorted({r["fingerprint"] for r in rows})
    ]
    return Frozen(
        [_data(_run(ledger, organisation, run)) for run in sorted(figures)],
        [
            {"fingerprint": one.fingerprint, "metric": one.metric, "canonical": one.canonical}
            for one in found
            if one is not None
        ],
        standards,
        rows,
    )


def verify_signed(ledger: Ledger, organisation: str, frozen: Frozen) -> list[AuditError]:
    """What the ledger shows otherwise than it was signed; nothing is where the list is empty.

    Figures are read as they were known at the run they were signed with, whatever was measured
    since. The codes are `figure-altered`, `definition-altered` and `run-other`. To hold figures
    computed anew against the signed ones, use `differences`.
    """
    faults = [fault for one in frozen.definitions for fault in _definition_faults(ledger, one)]
    for signed in frozen.data:
        run = signed["run"]
        try:
            data = _data(_run(ledger, organisation, run))
        except AuditError as error:
            faults.append(error)
            continue
        if canonical_json(data) != canonical_json(dict(signed)):
            said = _compared(signed, data)
            faults.append(AuditError("run-other", f"run {run} was signed with {said}."))
        metrics = {one["metric"] for one in frozen.figures if one["run"] == run}
        found = current(ledger, organisation, run=run, metrics=metrics)
        faults += differences(frozen.figures, found, run, "the ledger")
    return faults


def differences(
    signed: Iterable[Mapping[str, Any]], found: Iterable[MeasurementRow], run: int, where: str
) -> list[AuditError]:
    """Each signed figure that is another in `found`, or is not there: AuditError `figure-altered`.

    found   the figures as known at `run`; only figures that were signed with it are looked for
    where   what `found` is of, in words: "the ledger", "the records of version 12"

    Figures of `found` that were not signed are passed over.
    """
    there = {_key(row): row for row in found}
    faults: list[AuditError] = []
    for one in signed:
        if one["run"] != run:
            continue
        row = there.get(tuple(one[name] for name in _KEY))
        other = None if row is None else figure_json(row, run)
        if other is None:
            words = f"{_named(one)} was signed, and {where} has no such figure."
        elif figure_text(other) != figure_text(one):
            words = f"{_named(one)} was signed with {_compared(one, other)} in {where}."
        else:
            continue
        faults.append(
            AuditError(
                "figure-altered",
                words,
                hint="Compare with the exported audit and with a backup of the ledger.",
            )
        )
    return faults


def _definition_faults(ledger: Ledger, signed: Mapping[str, Any]) -> list[AuditError]:
    kept = definition(ledger, signed["fingerprint"])
    name = f"the definition {signed['fingerprint'][:12]} of {signed['metric']}"
    if kept is None:
        words = "was signed, and the ledger has no such definition."
    elif (kept.metric, kept.canonical) != (signed["metric"], signed["canonical"]):
        words = "is another text in the ledger than the one that was signed."
    elif sha256(kept.canonical.encode()).hexdigest() != kept.fingerprint:
        words = "is not what its fingerprint was made of."
    else:
        return []
    hint = "Compare with the exported audit and with a backup of the ledger."
    return [AuditError("definition-altered", f"{name} {words}", hint=hint)]


def _run(ledger: Ledger, organisation: str, run: int) -> Run:
    for one in runs(ledger, organisation):
        if one.id == run:
            return one
    raise AuditError(
        "run-other",
        f"the ledger {ledger.name} holds no run {run} of {organisation}, which was signed.",
        hint="Compare with a backup of the ledger.",
    )


def _data(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "known_at": time_text(run.known_at),
        "engine": run.engine,
        "sources": run.sources,
    }


def _key(row: MeasurementRow) -> tuple[Any, ...]:
    return row.metric, row.grain, row.period.isoformat(), row.department, row.scope


def _named(figure: Mapping[str, Any]) -> str:
    whose = figure["department"] or "the whole organisation"
    day = date.fromisoformat(figure["period"])
    scope = "" if figure["scope"] == "{}" else f", {figure['scope']}"
    return f"{figure['metric']} of {whose}, {figure['grain']} from {day.isoformat()}{scope},"


def _compared(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """`value 81.8, which is 82.0`: every field in which two objects differ."""
    names = [*one, *(name for name in other if name not in one)]
    return "; ".join(
        f"{name} {canonical_json(one.get(name))}, which is {canonical_json(other.get(name))}"
        for name in names
        if canonical_json(one.get(name)) != canonical_json(other.get(name))
    )
