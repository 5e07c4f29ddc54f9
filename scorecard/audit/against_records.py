"""What the sample tells, held against the figure measured from all records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scorecard.audit.estimate import Estimate
from scorecard.errors import AuditError


class Verdict(StrEnum):
    """Whether sample and records agree. The value is the shown word."""

    AGREE = "agree"
    RECORDS_TOO_GOOD = "records look better than the cases"
    RECORDS_TOO_BAD = "records look worse than the cases"
    NOT_TOLD = "cannot be told"


@dataclass(frozen=True, slots=True)
class AgainstRecords:
    """The comparison, with all that a finding about it needs. Shares are fractions.

    verdict     the word
    measured    the share measured from all records; None where there is none
    difference  measured less estimated, in points (0.02 is two points); None where either is none
    at_least    how far the measured share lies beyond the interval, in points and never negative:
                the part of the difference that chance does not explain; 0 where they agree
    estimate    what the sample tells
    sentence    the same in plain words
    """

    verdict: Verdict
    measured: float | None
    difference: float | None
    at_least: float | None
    estimate: Estimate
    sentence: str

    @property
    def finding(self) -> bool:
        """Whether the disagreement is itself a finding."""
        return self.verdict in (Verdict.RECORDS_TOO_GOOD, Verdict.RECORDS_TOO_BAD)


def against_records(
    found: Estimate, measured: float | None, *, rounded_to: float = 0.0
) -> AgainstRecords:
    """Whether the share measured from all records lies in the sample's interval.

    The measured share has no sampling error: it is of all cases, the same ones that were drawn
    from. The interval has the finite correction already, so that after a census any difference
    counts. `rounded_to` is the step a published share was rounded to (0.001 for 84.3 %): half of it
    is allowed on either side. With `confidence` 0.95, one comparison in twenty at most disagrees by
    chance alone; who compares many should expect some. The higher share is taken as the better one.

    Raises AuditError `measured-share-out-of-range` for a share outside 0 to 1, or a step that is
    negative.
    """
    if measured is not None and not 0 <= measured <= 1:
        raise AuditError(
            "measured-share-out-of-range",
            f"The measured share is a fraction from 0 to 1, not {measured!r}.",
            hint=f"Write {measured / 100:g}." if 1 < measured <= 100 else None,
        )
    if not rounded_to >= 0:
        raise AuditError(
            "measured-share-out-of-range", f"A step of rounding is not negative: {rounded_to!r}."
        )
    if measured is None or found.interval is None or not found.examined:
        told = found.interval is not None and found.examined
        why = "No figure was measured from records." if told else found.sentence
        return AgainstRecords(Verdict.NOT_TOLD, measured, None, None, found, why)
    # What binary fractions lose is no difference.
    allowed = rounded_to / 2 + 1e-12
    lower, upper = found.interval
    difference = None if found.share is None else measured - found.share
    if measured > upper + allowed:
        verdict, at_least = Verdict.RECORDS_TOO_GOOD, measured - upper
    elif measured < lower - allowed:
        verdict, at_least = Verdict.RECORDS_TOO_BAD, lower - measured
    else:
        verdict, at_least = Verdict.AGREE, 0.0
    return AgainstRecords(
        verdict, measured, difference, at_least, found, _sentence(verdict, measured, found)
    )


def _sentence(verdict: Verdict, measured: float, found: Estimate) -> str:
    assert found.interval is not None
    lower, upper = (100 * end for end in found.interval)
    said = (
        f"All records say {100 * measured:.1f} %, the cases examined {lower:.1f} to {upper:.1f} %"
    )
    if verdict is Verdict.AGREE:
        return f"{said}: they agree within what chance explains."
    if found.examined == found.population:
        return f"{said}, and every case was examined: the {verdict}."
    return f"{said} with {100 * found.confidence:g} % confidence: the {verdict}."
