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


def figure_json(row: MeasurementRow) -> dict[str, Any]:
    """A figure as plain data, the same for the same figure wherever it was kept or computed.

    Numbers but `n` are floats, written by `figure_text` with the fewest digits that give the same
    float again (Python's `repr`); −0.0 is 0.0, since SQLite does not tell them apart.
    """
    found = row._asdict() | {"period": row.period.isoformat(), "n": int(row.n)}
    return {
        name: float(value) + 0.0
        if name not in ("n", *_KEY, "fingerprint") and value is not None
        else value
        for name, value in found.items()
    }


def figure_text(figure: Mapping[str, Any]) -> str:
    """The one text of a figure: canonical JSON. Equal texts are equal bytes."""
    return canonical_json(dict(figure))


def freeze(
    ledger: Ledger,
    organisation: str,
    run: int,
    figures: Iterable[MeasurementRow],
    standards: Sequence[Mapping[str, Any]] = (),
) -> Frozen:
    """What a signature is to freeze: these figures, their definitions, and the run's data version.

    Raises AuditError `run-other` where the ledger does not hold the run.
    """
    rows = sorted((figure_json(row) for row in figures), key=figure_text)
    found = [
        definition(ledger, fingerprint) for fingerprint in sorted({r["fingerprint"] for r in rows})
    ]
    return Frozen(
        _data(_run(ledger, organisation, run)),
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

    The figures are read as they were known at the signing run, whatever was measured since. The
    codes are `figure-altered`, `definition-altered` and `run-other`. To hold figures computed anew
    against the signed ones, use `differences`.
    """
    try:
        data = _data(_run(ledger, organisation, frozen.data["run"]))
    except AuditError as error:
        return [error]
    faults: list[AuditError] = []
    if canonical_json(data) != canonical_json(dict(frozen.data)):
        said = _compared(frozen.data, data)
        faults.append(AuditError("run-other", f"run {data['run']} was signed with {said}."))
    for signed in frozen.definitions:
        faults += _definition_faults(ledger, signed)
    metrics = {one["metric"] for one in frozen.figures}
    found = current(ledger, organisation, run=frozen.data["run"], metrics=metrics)
    return faults + differences(frozen.figures, found, "the ledger")


def differences(
    signed: Iterable[Mapping[str, Any]], found: Iterable[MeasurementRow], where: str
) -> list[AuditError]:
    """Each signed figure that is another in `found`, or is not there: AuditError `figure-altered`.

    where   what `found` is of, in words: "the ledger", "the records of version 12"

    Figures of `found` that were not signed are passed over.
    """
    there = {_key(one): one for one in map(figure_json, found)}
    faults: list[AuditError] = []
    for one in signed:
        other = there.get(_key(one))
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


def _key(figure: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(figure[name] for name in _KEY)


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
