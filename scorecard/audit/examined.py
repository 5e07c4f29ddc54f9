"""What the cases examined tell, out of a cycle: estimates, records, agreement, disagreements."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.audit.against_records import AgainstRecords, against_records
from scorecard.audit.agreement import Agreement, agreement
from scorecard.audit.cycle import Cycle
from scorecard.audit.estimate import Estimate, Examined, estimate
from scorecard.audit.events import FindingRaised, Stratum
from scorecard.audit.moment import numbered


@dataclass(frozen=True)
class Criterion:
    """What one sample tells of one criterion.

    drawn      cases to examine, those from the reserve among them
    estimate   of the share met among all cases
    records    the estimate beside the measured figure; of the criterion of record alone, else None
    agreement  of the re-check; None where nobody has re-checked a case
    """

    sample: int
    criterion: str
    drawn: int
    estimate: Estimate
    records: AgainstRecords | None
    agreement: Agreement | None


def examined(cycle: Cycle, sample: int, confidence: float = 0.95) -> list[Criterion]:
    """What a sample tells, criterion by criterion.

    A drawn case without a result is an answer that is missing. Raises AuditError
    `audit-number-unknown`, JudgeError `confidence-out-of-range`.
    """
    body = numbered("sample", cycle.samples, sample).body
    cases = cycle.cases(sample)
    found: list[Criterion] = []
    for criterion in body.criteria:
        first = {
            key: one.body.outcome
            for key in cases
            if (one := cycle.results.get((sample, key, criterion))) is not None
        }
        second = {
            key: one.body.outcome
            for key in first
            if (one := cycle.rechecks.get((sample, key, criterion))) is not None
        }
        counts = {stratum.name: _counted(cases, first, stratum) for stratum in body.strata}
        told = estimate(counts if body.strata_by else counts[""], confidence)
        found.append(
            Criterion(
                sample,
                criterion,
                len(cases),
                told,
                against_records(told, measured_share(cycle, sample))
                if criterion == body.of_record
                else None,
                agreement(first, second, confidence) if second else None,
            )
        )
    return found


def measured_share(cycle: Cycle, sample: int) -> float | None:
    """The share measured from all records of the figure a sample was drawn from, as a fraction."""
    figure = numbered("sample", cycle.samples, sample).body.figure
    if figure is None or figure.numerator is None or not figure.denominator:
        return None
    return figure.numerator / figure.denominator


def disagreements(cycle: Cycle) -> list[FindingRaised]:
    """A finding for every sample whose criterion of record says other than the records, and which
    has not been raised yet.

    It is a minor fault of the system until an auditor words it otherwise: whose doing it is, and
    how grave, no count can tell.
    """
    raised = [
        one.raised.body.text
        for one in cycle.findings.values()
        if one.raised.body.origin == "sample-disagreement"
    ]
    found: list[FindingRaised] = []
    for number, sample in cycle.samples.items():
        begins = f"Sample {number}: "
        if any(text.startswith(begins) for text in raised):
            continue
        found += [
            FindingRaised(
                standard=sample.body.standard,
                department=sample.body.department,
                grade="minor",
                lies_in="system",
                origin="sample-disagreement",
                text=f"{begins}{one.records.sentence} The criterion: {one.criterion}",
            )
            for one in examined(cycle, number)
            if one.records is not None and one.records.finding
        ]
    return found


def unexamined(cycle: Cycle) -> list[str]:
    """A sentence on every criterion that drawn cases have no answer to."""
    return [
        f"Sample {one.sample}: {one.estimate.missing} of {one.drawn} drawn cases are not examined "
        f"for {one.criterion!r}."
        for number in cycle.samples
        for one in examined(cycle, number)
        if one.estimate.missing
    ]


def _counted(cases: dict[str, str], answers: dict[str, str], stratum: Stratum) -> Examined:
    there = [answers.get(key) for key, name in cases.items() if name == stratum.name]
    return Examined(
        population=stratum.population,
        met=there.count("met"),
        not_met=there.count("not-met"),
        not_applicable=there.count("not-applicable"),
        not_recorded=there.count(None),
    )
