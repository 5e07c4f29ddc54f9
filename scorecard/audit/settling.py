"""Conditions on what is settled: findings, actions, proposals, the signature and the closing."""

from __future__ import annotations

from collections.abc import Callable

from scorecard.audit.body import ANSWERED_BEFORE_CLOSING
from scorecard.audit.moment import Moment
from scorecard.errors import AuditError

_ORIGINS = {"complaint": "a complaint", "hostile-feedback": "hostile feedback"}


def _finding_open(m: Moment) -> None:
    if not m.finding.open:
        raise AuditError(
            "finding-is-closed",
            f"finding {m.finding.number} is closed.",
            hint="Reopen it with a reason first.",
        )


def _finding_closed(m: Moment) -> None:
    if m.finding.open:
        raise AuditError("finding-is-open", f"finding {m.finding.number} is open.")


def _not_own_finding(m: Moment) -> None:
    owners = {one.plan.owner for one in m.known.actions_of(m.finding.number)}
    own = m.person.id in m.finding.authors
    if own or m.person.id in owners:
        why = "is theirs" if own else "has an action of theirs"
        raise AuditError(
            "own-finding",
            f"{m.person.name} cannot close finding {m.finding.number}, which {why}.",
            hint="Another auditor, or a director, may.",
        )


def _actions_done(m: Moment) -> None:
    undone = [one.number for one in m.known.actions_of(m.finding.number) if not one.done]
    if undone:
        raise AuditError(
            "action-not-done",
            f"finding {m.finding.number} has actions that are not done: "
            f"{', '.join(map(str, undone))}.",
            hint="Record them as done, or give them another day.",
        )


def _complaint_answered(m: Moment) -> None:
    if m.finding.raised.body.origin not in ANSWERED_BEFORE_CLOSING:
        return
    missing = [
        what
        for what, there in (
            ("cause", m.finding.causes),
            ("action", m.known.actions_of(m.finding.number)),
            ("control", m.finding.controls),
        )
        if not there
    ]
    if missing:
        raise AuditError(
            "complaint-unanswered",
            f"finding {m.finding.number} is from {_ORIGINS[m.finding.raised.body.origin]} and has "
            f"no {' and no '.join(missing)}.",
            hint="Record cause, action and control; then it can be closed.",
        )


def _action_open(m: Moment) -> None:
    if m.action.done:
        raise AuditError("action-is-done", f"action {m.action.number} is done already.")


def _action_is_done(m: Moment) -> None:
    if not m.action.done:
        raise AuditError("action-not-done", f"action {m.action.number} is not done yet.")


def _due_after_today(m: Moment) -> None:
    if m.body.due < m.today:
        raise AuditError(
            "due-before-opening",
            f"the action is due on {m.body.due}, before today, {m.today}.",
            hint="Give a day that is still to come.",
        )


def _owner_here(m: Moment) -> None:
    owner = m.organisation.person(m.body.owner)
    if owner is None or not owner.acts_on(m.today):
        why = "is not among the people declared" if owner is None else f"is not here on {m.today}"
        who = owner.name if owner else repr(m.body.owner)
        raise AuditError("owner-unfit", f"{who} {why}.", hint="Name another owner.")


def _owner_or_lead(m: Moment) -> None:
    if m.person.id != m.action.plan.owner and not {"lead", "director"} & {*m.person.roles}:
        raise AuditError(
            "not-the-owner",
            f"action {m.action.number} belongs to {m.organisation.name_of(m.action.plan.owner)}.",
            hint="They, a lead of the department, or a director may record it as done.",
        )


def _done_by_today(m: Moment) -> None:
    planned = m.action.planned.at.astimezone(m.organisation.zone).date()
    if not planned <= m.body.on <= m.today:
        raise AuditError(
            "done-out-of-time",
            f"action {m.action.number} was planned on {planned} and cannot be done on "
            f"{m.body.on}; today is {m.today}.",
        )


def _voice_fits(m: Moment) -> None:
    if m.body.finding is not None:
        _ = m.finding
    managing = bool({"lead", "director"} & {*m.person.roles})
    fits = managing if m.body.voice == "management" else "staff" in m.person.roles
    if not fits:
        raise AuditError(
            "voice-unfit",
            f"{m.person.name} ({', '.join(m.person.roles)}) does not speak for {m.body.voice}.",
            hint="Staff speak for staff; leads and directors for management.",
        )


def _undecided(m: Moment) -> None:
    if m.proposal.decided:
        raise AuditError("proposal-decided", f"proposal {m.proposal.number} is decided already.")


def _decision_fits(m: Moment) -> None:
    proposed = m.proposal.proposed.body.value
    if m.body.decision != "declined" and (m.body.decision == "accepted") != (
        m.body.value == proposed
    ):
        raise AuditError(
            "decision-unclear",
            f"{m.body.decision} with {m.body.value:g}, where {proposed:g} was proposed.",
            hint="Accepted is the proposed value; changed is another one.",
        )


def _loosens(m: Moment) -> None:
    if not m.proposal.loosens:
        raise AuditError(
            "nothing-to-second",
            f"proposal {m.proposal.number} is not decided for a value easier to keep.",
        )
    if m.proposal.seconded:
        raise AuditError(
            "nothing-to-second",
            f"{m.organisation.name_of(m.proposal.seconded.by)} agreed to proposal "
            f"{m.proposal.number} already.",
        )


def _second_person(m: Moment) -> None:
    if m.proposal.decided and m.proposal.decided.by == m.person.id:
        raise AuditError(
            "second-person-missing",
            f"{m.person.name} decided proposal {m.proposal.number}.",
            hint="Loosening takes a second person.",
        )


def _decided_for(m: Moment) -> None:
    if not m.proposal.decided or m.proposal.decided.body.value is None:
        raise AuditError(
            "nothing-to-write", f"proposal {m.proposal.number} is not decided for a value."
        )


def _unwritten(m: Moment) -> None:
    if m.proposal.written:
        raise AuditError(
            "proposal-written",
            f"proposal {m.proposal.number} was written already, by "
            f"{m.organisation.name_of(m.proposal.written.by)}.",
        )


def _seconded_if_looser(m: Moment) -> None:
    if m.proposal.loosens and not m.proposal.seconded:
        raise AuditError(
            "second-person-missing",
            f"proposal {m.proposal.number} makes the standard easier to keep.",
            hint="A second person must agree with a reason first.",
        )


def _day_ahead(m: Moment) -> None:
    if m.body.on <= m.today:
        raise AuditError(
            "day-not-ahead", f"{m.body.on} is not after today, {m.today}.", hint="Give a later day."
        )


def _compared(m: Moment) -> None:
    if m.known.comparison is None:
        raise AuditError(
            "reaudit-missing",
            f"the re-audit of {m.known.id} is not recorded.",
            hint="Record it requirement by requirement beside the baseline.",
        )


def _no_major_open(m: Moment) -> None:
    major = [str(one.number) for one in m.known.open_findings if one.grade == "major"]
    if major:
        raise AuditError(
            "major-finding-open",
            f"{m.known.id} cannot be signed with a major finding open: {', '.join(major)}.",
            hint="Somebody else than its author may close it when it is settled.",
        )


def _not_own_audit(m: Moment) -> None:
    if m.person.id in m.known.worked:
        raise AuditError(
            "own-audit",
            f"{m.person.name} has audited in {m.known.id}.",
            hint="Another director may sign.",
        )


def _is_signed(m: Moment) -> None:
    if m.known.signature is None:
        raise AuditError("not-signed", f"{m.known.id} is not signed.", hint="A director signs.")


def _nothing_open(m: Moment) -> None:
    left = [str(one.number) for one in m.known.open_findings]
    if left:
        raise AuditError("finding-left-open", f"{m.known.id} has open findings: {', '.join(left)}.")


SETTLING: dict[str, Callable[[Moment], None]] = {
    "action-is-done": _action_is_done,
    "action-open": _action_open,
    "actions-done": _actions_done,
    "compared": _compared,
    "complaint-answered": _complaint_answered,
    "day-ahead": _day_ahead,
    "decided-for": _decided_for,
    "decision-fits": _decision_fits,
    "done-by-today": _done_by_today,
    "due-after-today": _due_after_today,
    "finding-closed": _finding_closed,
    "finding-open": _finding_open,
    "is-signed": _is_signed,
    "loosens": _loosens,
    "no-major-open": _no_major_open,
    "not-own-audit": _not_own_audit,
    "not-own-finding": _not_own_finding,
    "nothing-open": _nothing_open,
    "owner-here": _owner_here,
    "owner-or-lead": _owner_or_lead,
    "second-person": _second_person,
    "seconded-if-looser": _seconded_if_looser,
    "undecided": _undecided,
    "unwritten": _unwritten,
    "voice-fits": _voice_fits,
}
