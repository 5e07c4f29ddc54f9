"""One audit cycle from top to bottom, for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit import Desk, Notice, notices
from scorecard.audit.cycle import DMAIC, PDCA, Cycle, State
from scorecard.audit.events import CycleSigned
from scorecard.audit.permitted import who_may
from scorecard.declare.load import Declarations
from scorecard.ledger import Event
from scorecard.report.audit_findings import (
    ActionLine,
    FindingLine,
    Said,
    action_lines,
    finding_lines,
    voices,
)
from scorecard.report.audit_history import Happened, history
from scorecard.report.audit_names import Names
from scorecard.report.audit_proposals import ProposalLine, proposal_lines
from scorecard.report.audit_reminders import Reminder, falling_due, turn, waits_for_signature
from scorecard.report.audit_requirements import (
    ComparedLine,
    RequirementLine,
    compared_lines,
    requirement_lines,
)
from scorecard.report.audit_samples import SampleLine, sample_lines
from scorecard.report.audits import AuditLine, audit_line
from scorecard.report.phrases import counted, day_words, listed


@dataclass(frozen=True)
class Stage:
    """One state of the ribbon: `standing` is "done", "now" or "to come"."""

    state: State
    pdca: str
    dmaic: str
    standing: str


@dataclass(frozen=True)
class Signer:
    """Whether somebody may sign now, and why not where they may not."""

    person: str
    name: str
    may: bool
    why: str


@dataclass(frozen=True)
class AuditView:
    """All that is shown of a cycle. `version` is what a writer hands back as the version seen.

    `notices` are what has changed around the cycle and what was written past the rules, beside the
    overdue days in `due`.
    """

    organisation: str
    synthetic: bool
    id: str
    version: int
    sentence: str
    summary: AuditLine
    stages: tuple[Stage, ...]
    method: str
    opened_by: str
    opened_at: str
    teams: tuple[str, ...]
    touchpoints: tuple[str, ...]
    customers: tuple[str, ...]
    due: tuple[Reminder, ...]
    notices: tuple[Notice, ...]
    requirements: tuple[RequirementLine, ...]
    samples: tuple[SampleLine, ...]
    findings: tuple[FindingLine, ...]
    actions: tuple[ActionLine, ...]
    staff: tuple[Said, ...]
    management: tuple[Said, ...]
    compared: tuple[ComparedLine, ...]
    proposals: tuple[ProposalLine, ...]
    signed: Said | None
    signers: tuple[Signer, ...]
    history: tuple[Happened, ...]


def desk_view(desk: Desk, cycle: Cycle, others: Sequence[Cycle] | None = None) -> AuditView:
    """The cycle as whoever sits at the desk sees it now; `others` are read unless given.

    Raises as `audit_view` does.
    """
    # What somebody else adds in between belongs to the next look.
    past = desk.events(cycle.id)[: cycle.version]
    others = desk.cycles() if others is None else others
    return audit_view(desk.declared, cycle, desk.today, past, others)


def audit_view(
    declared: Declarations,
    cycle: Cycle,
    today: date,
    events: Sequence[Event],
    others: Sequence[Cycle] = (),
) -> AuditView:
    """The cycle as people see it; `events` are its own, in order, `today` is the local day.

    `others` are the organisation's cycles: a re-audit is no more due once one of them follows up.

    Raises AuditError `audit-kind-unknown`, `audit-entry-invalid` for events of a later version.
    """
    names = Names(declared)
    opened = cycle.opened.body
    due = falling_due(declared, cycle, today, others)
    signature = cycle.signature
    return AuditView(
        organisation=declared.organisation.name,
        synthetic=declared.organisation.synthetic,
        id=cycle.id,
        version=cycle.version,
        sentence=cycle_sentence(declared, cycle, due, today),
        summary=audit_line(declared, cycle, due),
        stages=_stages(cycle.state),
        method=opened.method,
        opened_by=names.person(cycle.opened.by),
        opened_at=names.moment(cycle.opened.at),
        teams=opened.scope.teams,
        touchpoints=opened.scope.touchpoints,
        customers=opened.scope.customers,
        due=tuple(due),
        notices=tuple(notices(cycle, declared, today)),
        requirements=requirement_lines(declared, cycle),
        samples=sample_lines(declared, cycle),
        findings=finding_lines(declared, cycle, today),
        actions=action_lines(declared, cycle, today),
        staff=voices(declared, cycle.inputs, "staff"),
        management=voices(declared, cycle.inputs, "management"),
        compared=compared_lines(declared, cycle),
        proposals=proposal_lines(declared, cycle),
        signed=Said(
            signature.seq,
            names.person(signature.by),
            names.moment(signature.at),
            signature.body.remark,
        )
        if signature
        else None,
        signers=_signers(declared, cycle, today),
        history=history(declared, events),
    )


def cycle_sentence(
    declared: Declarations, cycle: Cycle, due: Sequence[Reminder], today: date
) -> str:
    """Where the cycle stands, what is open, and who acts; `due` is what `falling_due` says."""
    names = Names(declared)
    title = cycle.opened.body.title
    if cycle.state is State.CLOSED and cycle.closing and cycle.signature:
        told = (
            f"{title} is closed since {day_words(names.day(cycle.closing.at))}, signed by "
            f"{names.person(cycle.signature.by)}."
        )
    elif cycle.state is State.CLOSED:
        told = f"{title} is closed."
    else:
        where = cycle.state.standing
        signed = (
            f", signed by {names.person(cycle.signature.by)} and not closed yet"
            if cycle.signature
            else ""
        )
        told = f"{title} is {where}{signed}."
    parts = [told]
    left = cycle.open_findings
    if left:
        grades = [
            f"{sum(1 for one in left if one.grade == grade)} {grade}"
            for grade in ("major", "minor", "observation")
            if any(one.grade == grade for one in left)
        ]
        parts.append(f"{counted(len(left), 'finding')} open: {listed(grades)}.")
    late = [one for one in due if one.overdue]
    if late:
        parts.append(f"Overdue: {_after_title(late[0], title)} {_more(len(late) - 1)}".strip())
    elif waits_for_signature(cycle):
        parts += [one.sentence for one in due if one.matter == "signature"]
    elif due:
        parts.append(f"Next: {_after_title(due[0], title)}")
    if cycle.state is not State.CLOSED:
        acts = next((one for one in due if one.overdue), None)
        if acts is None and not waits_for_signature(cycle) and due:
            acts = due[0]
        if acts:
            parts.append(f"Next to act: {acts.who}.")
        elif not waits_for_signature(cycle):
            acting = turn(declared, cycle, today)
            who = names.people(acting) if acting else "nobody who is there may"
            parts.append(f"Next to act: {who}; no day is set.")
    return " ".join(parts)


def _after_title(one: Reminder, title: str) -> str:
    return one.sentence.removeprefix(f"{title}: ")


def _more(count: int) -> str:
    return f"{counted(count, 'other')} {'is' if count == 1 else 'are'} overdue too." * bool(count)


def _stages(now: State) -> tuple[Stage, ...]:
    order = list(State)
    here = order.index(now)
    return tuple(
        Stage(
            state,
            PDCA[state],
            DMAIC[state],
            "now" if place == here else "done" if place < here else "to come",
        )
        for place, state in enumerate(order)
    )


def _signers(declared: Declarations, cycle: Cycle, today: date) -> tuple[Signer, ...]:
    """Every director, and everybody who audits here: whether they may sign, by the rules."""
    asked = who_may(cycle, CycleSigned.kind, declared.organisation, today, also=cycle.worked)
    return tuple(
        Signer(
            one.person.id,
            one.person.name,
            one.why_not is None,
            one.why_not.message if one.why_not else "",
        )
        for one in asked
    )
