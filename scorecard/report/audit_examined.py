"""The cases of a sample and what they tell, as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from scorecard.audit import Cycle, Desk
from scorecard.audit.cycle import Recorded
from scorecard.audit.drawing import asked_of
from scorecard.audit.events import RecheckRecorded, ResultRecorded
from scorecard.audit.examined import Criterion, examined
from scorecard.audit.moment import numbered
from scorecard.audit.population import fields
from scorecard.audit.sheet import to_examine
from scorecard.declare.periods import Grain, Period
from scorecard.ledger import head
from scorecard.report.audit_requirements import title_and_unit
from scorecard.report.chain_head import head_text
from scorecard.report.phrases import period_words
from scorecard.report.rows import department_name
from scorecard.report.text_table import printable


@dataclass(frozen=True)
class Found:
    """What was found of a criterion in a case; `by` is a name, `evidence` are names and hashes."""

    criterion: str
    outcome: str
    remark: str
    by: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseLine:
    """A case to examine: what is recorded of it, what is not, and what its record says."""

    key: str
    stratum: str
    results: tuple[Found, ...]
    rechecks: tuple[Found, ...]
    waiting: tuple[str, ...]
    record: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        """The case as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class EstimateLine:
    """What a sample tells of a criterion, with what it was drawn from, by name."""

    of: str
    drawn_from: str
    criterion: Criterion

    def as_json(self) -> dict[str, Any]:
        """The estimate as plain data; shares are fractions."""
        found = self.criterion
        plain = {"sample": found.sample, "of": self.of, "data": self.drawn_from}
        plain |= {"criterion": found.criterion, "drawn": found.drawn}
        told, against, agreed = found.estimate, found.records, found.agreement
        plain |= {
            "share": told.share,
            "low": told.interval.lower if told.interval else None,
            "high": told.interval.upper if told.interval else None,
            "confidence": told.confidence,
            "n": told.n,
            "examined": told.examined,
            "missing": told.missing,
            "population": told.population,
            "sentence": told.sentence,
        }
        plain["records"] = against and {
            "verdict": str(against.verdict),
            "measured": against.measured,
            "difference": against.difference,
            "at_least": against.at_least,
            "sentence": against.sentence,
        }
        plain["agreement"] = agreed and {
            "n": agreed.n,
            "agreed": agreed.agreed,
            "kappa": agreed.kappa,
            "kappa_interval": agreed.kappa_interval,
            "differing": agreed.differing,
            "remark": agreed.remark,
        }
        return plain


def case_lines(desk: Desk, cycle: str, sample: int, *, recheck: bool = False) -> list[CaseLine]:
    """The cases of a sample in the order drawn. With `recheck`, those that wait for the desk's
    person to re-check them, without what the first auditor found.

    Raises AuditError `audit-number-unknown`, and what reading the records of the cases raises.
    """
    found = desk.cycle(cycle)
    criteria = numbered("sample", found.samples, sample).body.criteria
    waiting: dict[str, list[str]] = {}
    for one in to_examine(found, sample, recheck_by=desk.by if recheck else None):
        waiting.setdefault(one.key, []).append(one.criterion)
    cases = found.cases(sample)
    keys = [key for key in cases if key in waiting] if recheck else list(cases)
    records = fields(desk.declared, desk.workspace, asked_of(found, sample), keys)

    def recorded(
        key: str, of: Iterable[Recorded[ResultRecorded] | Recorded[RecheckRecorded] | None]
    ) -> tuple[Found, ...]:
        return tuple(
            Found(
                one.body.criterion,
                one.body.outcome,
                one.body.remark,
                desk.organisation.name_of(one.by),
                tuple((kept.name, kept.sha256) for kept in one.body.evidence),
            )
            for one in of
            if one is not None and not recheck
        )

    return [
        CaseLine(
            key,
            cases[key],
            recorded(key, (found.results.get((sample, key, one)) for one in criteria)),
            recorded(key, (found.rechecks.get((sample, key, one)) for one in criteria)),
            tuple(waiting.get(key, ())),
            records.get(key, {}),
        )
        for key in keys
    ]


def cases_text(desk: Desk, cases: Sequence[CaseLine]) -> str:
    """The cases as text, one below the other."""
    lines: list[str] = []
    for one in cases:
        lines.append(printable(f"{one.key}{f'  ({one.stratum})' if one.stratum else ''}"))
        for kind, results in (("", one.results), ("re-check: ", one.rechecks)):
            for found in results:
                said = f"  {kind}{found.criterion}: {found.outcome}, {found.by}"
                said += f": {found.remark}" if found.remark else ""
                said += "".join(f" [{name} {sha256[:12]}]" for name, sha256 in found.evidence)
                lines.append(printable(said))
        lines += [printable(f"  {criterion}: not recorded") for criterion in one.waiting]
        record = [f"{name} {value}" for name, value in one.record.items() if value is not None]
        lines += [printable(f"  record: {', '.join(record)}"), ""]
    if not cases:
        lines += ["No case waits for you.", ""]
    return "\n".join([*lines, *_foot(desk)])


def estimates(
    desk: Desk, cycle: str, sample: int | None = None, confidence: float = 0.95
) -> list[EstimateLine]:
    """What the samples of a cycle tell, or one of them. Raises what `examined` raises."""
    found = desk.cycle(cycle)
    return [
        EstimateLine(_of(desk, found, number), found.samples[number].body.data, one)
        for number in ([sample] if sample is not None else found.samples)
        for one in examined(found, number, confidence)
    ]


def estimates_text(desk: Desk, found: Sequence[EstimateLine]) -> str:
    """The estimates as sentences."""
    lines: list[str] = []
    last = 0
    for one in found:
        criterion = one.criterion
        if criterion.sample != last:
            lines.append(printable(f"Sample {criterion.sample}: {one.of}"))
            last = criterion.sample
        lines.append(printable(f"  {criterion.criterion}"))
        lines.append(f"    {criterion.estimate.sentence}")
        if criterion.records is not None:
            lines.append(f"    {criterion.records.sentence}")
        again = criterion.agreement
        if again is not None:
            kappa = "" if again.kappa is None else f", kappa {again.kappa:.2f}"
            lines.append(
                f"    Re-checked by a second auditor: {again.agreed} of {again.n} cases answered "
                f"alike{kappa}. {again.remark}".rstrip()
            )
            if again.differing:
                lines.append(printable(f"    Answered otherwise: {', '.join(again.differing)}"))
    if not found:
        lines.append("No sample has been drawn.")
    return "\n".join([*lines, *_foot(desk)])


def to_json(desk: Desk, lines: Sequence[CaseLine | EstimateLine]) -> str:
    """The lines as a JSON list of objects; unknown is null. Synthetic ones say so."""
    synthetic = {"synthetic": True} if desk.organisation.synthetic else {}
    objects = [one.as_json() | synthetic for one in lines]
    return json.dumps(objects, indent=1, ensure_ascii=False) + "\n"


def _foot(desk: Desk) -> list[str]:
    made_up = f"{desk.organisation.name} is synthetic: its records are made up."
    return [*([made_up] if desk.organisation.synthetic else []), head_text(head(desk.ledger))]


def _of(desk: Desk, cycle: Cycle, number: int) -> str:
    body = numbered("sample", cycle.samples, number).body
    grains = (one.grain for one in cycle.opened.body.baseline if one.standard == body.standard)
    grain = cast("Grain", next(grains, "month"))
    period = Period(body.period, grain, desk.organisation.fiscal_year_start)
    return (
        f"{title_and_unit(cycle, body.standard)[0]}, "
        f"{department_name(desk.declared, body.department)}, {period_words(period)}; "
        f"{len(body.keys)} cases drawn from {body.population}"
        + (f", by {body.strata_by}" if body.strata_by else "")
    )
