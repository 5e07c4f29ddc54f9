"""Signing: what is frozen, kept beside the other evidence, and what was frozen so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import CycleSigned
from scorecard.audit.evidence import EvidenceStore, Reference
from scorecard.audit.evidence_verify import references_in
from scorecard.audit.export import DOCUMENT, Frozen, frozen_digest, signs
from scorecard.audit.fold import fold
from scorecard.audit.scope import Figure, ledger_scope
from scorecard.audit.signed_figures import freeze
from scorecard.errors import AuditError
from scorecard.ledger import Event, MeasurementRow, current, runs


@dataclass(frozen=True)
class ToSign:
    """What a signature covers: the events so far, the evidence they speak of, and what it freezes.

    `cycle` is what the events add up to.
    """

    events: Sequence[Event]
    evidence: Sequence[Reference]
    frozen: Frozen
    cycle: Cycle


def to_sign(desk: Desk, id: str) -> ToSign:
    """What a signature now would cover; writes nothing. Raises as `frozen_of` does."""
    past = desk.events(id)
    cycle = fold(id, past)
    return ToSign(past, references_in(past), frozen_of(desk, cycle), cycle)


def sign(desk: Desk, id: str, remark: str = "", *, seen: int | None = None) -> Cycle:
    """Sign a cycle; the cycle afterwards.

    What is frozen is kept as a file of evidence, lines of canonical JSON as an export has them. The
    event carries the hash of exactly the events before it and of what is frozen. `seen` is the
    version that the person has read.

    Raises Clash where anybody wrote to the cycle since, and what `desk.check`, `frozen_of`,
    `frozen_so_far` and keeping evidence raise: then nothing was recorded.
    """
    past = desk.events(id)
    # Before anything is kept; what is recorded is decided once more.
    desk.check(id, CycleSigned(remark=remark), seen=seen)
    frozen = frozen_of(desk, fold(id, past))
    before = frozen_so_far(desk.evidence, past)
    body = CycleSigned(
        remark=remark,
        frozen=frozen_digest(past, [*before, frozen]),
        document=desk.evidence.keep(
            BytesIO(b"".join(frozen.lines())),
            dated=desk.today,
            by=desk.by,
            name=f"{id}-signed-{len(before) + 1}.jsonl",
            now=desk.now,
        ),
    )
    return desk.record(id, body, seen=len(past))


def frozen_of(desk: Desk, cycle: Cycle) -> Frozen:
    """What a signature of the cycle freezes.

    The figures of its baseline and of its re-audit as they were known then, each with its run; the
    definitions of their metrics; the runs with the versions of the records they read; and the
    standards in its scope as declared now, None where one is no more. The standards as they were
    when it was opened stand in the opening.

    Raises AuditError `run-other` and `figure-altered` where the ledger does not show what the cycle
    says was known, `outside-scope` for a figure of no standard in scope.
    """
    opening = cycle.opened.body
    taken = [*opening.baseline, *(cycle.comparison.body.figures if cycle.comparison else ())]
    at = {one.known_at: one.id for one in runs(desk.ledger, desk.organisation.id)}
    by_run: dict[int, list[Figure]] = {}
    for figure in taken:
        if figure.known_at not in at:
            raise AuditError(
                "run-other",
                f"{_named(figure)} was known at {figure.known_at.isoformat()}, and the ledger "
                f"{desk.ledger.name} holds no run of that moment.",
                hint="Compare with a backup of the ledger.",
            )
        by_run.setdefault(at[figure.known_at], []).append(figure)
    found = {run: list(_rows(desk, cycle, run, some)) for run, some in by_run.items()}
    standards = {id: desk.declared.standards.get(id) for id in opening.scope.standards}
    return freeze(
        desk.ledger,
        desk.organisation.id,
        found,
        [
            {"id": id, "declared": one and one.model_dump(mode="json", by_alias=True)}
            for id, one in standards.items()
        ],
    )


def frozen_so_far(store: EvidenceStore, past: Iterable[Event]) -> list[Frozen]:
    """What each signature among the events froze, in their order.

    Raises AuditError `evidence-missing`, `evidence-altered`, `evidence-reference`, and
    `signature-other` where its file is none that was frozen.
    """
    found: list[Frozen] = []
    for event in past:
        if signs(event):
            document: Any = event.body.get(DOCUMENT)
            try:
                with store.opened(document["sha256"]) as file:
                    found.append(Frozen.of(file.read().splitlines()))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise AuditError(
                    "signature-other",
                    f"event {event.seq}, by {event.actor}, signs, and its file holds nothing that "
                    f"can be signed: {error!r}.",
                    hint="Compare with an exported audit and with a backup.",
                ) from None
    return found


def _rows(
    desk: Desk, cycle: Cycle, run: int, figures: Sequence[Figure]
) -> Iterator[MeasurementRow]:
    """The ledger's rows of the figures, each once: two standards may rest on one of them."""
    measured = {figure.standard: _measured(desk, cycle, figure) for figure in figures}
    rows = {
        (row.metric, row.grain, row.period, row.department, row.scope): row
        for row in current(
            desk.ledger,
            desk.organisation.id,
            run=run,
            metrics={metric for many in measured.values() for metric, _ in many},
        )
    }
    given: set[MeasurementRow] = set()
    for one in figures:
        there = [
            row
            for metric, where in measured[one.standard]
            if (row := rows.get((metric, one.grain, one.period, one.department, where)))
        ]
        same = [row for row in there if _said(row) == _said(one)]
        if not same:
            now = f"value {there[0].value}, n {there[0].n}" if there else "no such figure"
            raise AuditError(
                "figure-altered",
                f"{_named(one)} was recorded with value {one.actual}, n {one.n}; the ledger has "
                f"{now} as known then.",
                hint="Compare with a backup of the ledger. Nothing was signed.",
            )
        if same[0] not in given:
            given.add(same[0])
            yield same[0]


def _measured(desk: Desk, cycle: Cycle, figure: Figure) -> list[tuple[str, str]]:
    """Metric and scope of a standard: as frozen at the opening, and as declared now."""
    found = [
        (one.metric, one.where)
        for one in cycle.opened.body.scope.requirements
        if one.standard == figure.standard
    ]
    if not found:
        raise AuditError(
            "outside-scope",
            f"{_named(figure)} is of no standard in the scope of {cycle.id}.",
            hint="Record the re-audit again, over the scope of the cycle.",
        )
    now = desk.declared.standards.get(figure.standard)
    return [found[0], (now.metric, ledger_scope(now, desk.declared))] if now else found[:1]


def _said(one: Any) -> tuple[float | None, float | None, float | None, int]:
    """What a figure and a row of the ledger have in common."""
    value = one.value if isinstance(one, MeasurementRow) else one.actual
    return value, one.numerator, one.denominator, one.n


def _named(figure: Figure) -> str:
    whose = figure.department or "the whole organisation"
    return f"{figure.standard} of {whose}, {figure.grain} from {figure.period.isoformat()},"
