"""Audits as text for a terminal, for cron and for mail; and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from scorecard.declare.organisation import Organisation
from scorecard.ledger import Head
from scorecard.report.audit_cycle import AuditView
from scorecard.report.audit_findings import ActionLine, FindingLine, Said
from scorecard.report.audit_history import ORIGINS, Happened
from scorecard.report.audit_reminders import Reminder
from scorecard.report.audit_requirements import RequirementLine
from scorecard.report.audit_samples import SampleLine
from scorecard.report.audit_teams import TeamLine
from scorecard.report.audits import AuditLine, AuditList
from scorecard.report.phrases import counted, day_words, listed
from scorecard.report.text_table import aligned, printable

_HEADINGS = (
    "cycle",
    "title",
    "state",
    "baseline",
    "findings",
    "actions",
    "criteria met",
    "next",
    "signed",
)


def list_text(found: AuditList) -> str:
    """The sentence, a line for each cycle, and below them what is overdue."""
    lines = [_titled(found.organisation, found.synthetic, found.sentence)]
    if found.lines:
        lines += aligned(_HEADINGS, [_cells(one) for one in found.lines])
    lines += [f"Overdue: {text}" for one in found.lines for text in one.overdue]
    return _written(lines)


def opened_text(view: AuditView) -> str:
    """What was frozen when a cycle was opened."""
    there = [one for one in view.requirements if one.period]
    told = (
        f"{view.summary.title} ({view.id}) is opened, version {view.version}: "
        f"{counted(len(view.requirements), 'requirement')} frozen, {counted(len(there), 'figure')} "
        f"as the baseline{f' of {view.summary.baseline}' if there else ''}."
    )
    lines = [
        _titled(view.organisation, view.synthetic, told),
        *(f"  {one}" for one in _requirements(view.requirements)),
    ]
    return _written(lines)


def view_text(view: AuditView, teams: Sequence[TeamLine]) -> str:
    """A cycle from top to bottom."""
    line = view.summary
    ribbon = " → ".join(
        f"[{one.state}]" if one.standing == "now" else str(one.state) for one in view.stages
    )
    lines = [
        _titled(view.organisation, view.synthetic, view.sentence),
        f"{line.title} ({view.id}), version {view.version}: {ribbon}",
        f"PDCA: {line.pdca}. DMAIC: {line.dmaic}. Audited by {listed(line.auditors)}; opened by "
        f"{view.opened_by} on {view.opened_at}.",
        f"Method: {view.method}",
    ]
    for what, held in (
        ("Teams", view.teams),
        ("Touchpoints", view.touchpoints),
        ("Customers", view.customers),
    ):
        lines += [f"{what}: {listed(held)}"] if held else []
    lines += _part("To know", [one.text for one in view.notices])
    lines += _part("Falling due", [one.sentence for one in view.due])
    lines += _part("Baseline", _requirements(view.requirements))
    lines += _part(
        "Individual or system",
        [f"{one.title} in {one.department_name}: {' '.join(one.words)}" for one in teams],
    )
    lines += _part("Samples", [text for one in view.samples for text in _sample(one)])
    lines += _part("Findings", [text for one in view.findings for text in _finding(one)])
    lines += _part("Staff", [_said(one) for one in view.staff])
    lines += _part("Management", [_said(one) for one in view.management])
    lines += _part(
        "Re-audit",
        [
            f"{one.title} in {one.department_name}: {one.outcome}; before {one.before_words}, "
            f"after {one.after_words}, change of the service gap {one.difference_words}"
            f"{f' ({one.test})' if one.test else ''}"
            for one in view.compared
        ],
    )
    lines += _part(
        "Proposals",
        [
            f"{one.number}. {one.title} in {one.department_name}: {one.value_words} instead of "
            f"{one.current_words}. {one.standing}"
            for one in view.proposals
        ],
    )
    lines += ["", "Signature"]
    if view.signed:
        remark = f": {view.signed.text}" if view.signed.text else ""
        lines.append(f"  Signed by {view.signed.who} on {view.signed.at}{remark}")
    else:
        lines += [
            f"  {one.name} may sign." if one.may else f"  {one.name} may not sign: {one.why}"
            for one in view.signers
        ]
    lines += _part("History", [_happened(one) for one in view.history])
    return _written(lines)


def history_text(view: AuditView) -> str:
    """A line for each event."""
    told = f"{view.summary.title} ({view.id}), version {view.version}."
    title = _titled(view.organisation, view.synthetic, told)
    return _written([title, *map(_happened, view.history)])


def reminders_text(organisation: Organisation, found: Sequence[Reminder]) -> str:
    """A line for each; nothing at all where there is nothing, so that no mail is sent."""
    if not found:
        return ""
    late = sum(1 for one in found if one.overdue)
    told = f"{counted(len(found), 'reminder')} of audits, {late} of them overdue."
    headings = ("day", "", "who", "cycle", "what")
    rows = [
        (str(one.day), "overdue" if one.overdue else "", one.who, one.cycle or "", one.sentence)
        for one in found
    ]
    title = _titled(organisation.name, organisation.synthetic, told)
    return _written([title, *aligned(headings, [tuple(map(printable, row)) for row in rows])])


def to_json(found: Any) -> str:
    """A view, or a list of them, as JSON: days and instants in ISO 8601, what is unknown null."""
    data = [asdict(one) for one in found] if isinstance(found, list | tuple) else asdict(found)
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n"


def shown_json(view: AuditView, teams: Sequence[TeamLine], head: Head | None) -> str:
    """What `view_text` and `head_text` say, as one object."""
    data = {
        **asdict(view),
        "individual_or_system": [asdict(one) for one in teams],
        "head": str(head) if head else None,
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _titled(organisation: str, synthetic: bool, sentence: str) -> str:
    return f"{organisation}{' (synthetic data)' if synthetic else ''}: {sentence}"


def _cells(one: AuditLine) -> tuple[str, ...]:
    open_ = [f"{count} {grade}" for grade, count in one.findings_open.items() if count]
    closed = sum(one.findings_closed.values())
    late = f", {one.actions_overdue} overdue" if one.actions_overdue else ""
    return (
        one.id,
        one.title,
        f"{one.state} ({one.pdca})",
        one.baseline or "–",
        f"{' '.join(open_) or 'none'} open, {closed} closed",
        f"{one.actions_done} done, {one.actions_open} open{late}",
        f"{one.criteria_met} of {one.criteria_examined}" if one.criteria_examined else "–",
        str(one.next_day) if one.next_day else "–",
        one.signed_by or ("waits" if one.waits_for_signature else "–"),
    )


def _requirements(found: Sequence[RequirementLine]) -> list[str]:
    """A line for each that was measured; below them, standard by standard, where none was."""
    nothing: dict[str, list[str]] = {}
    for one in found:
        if not one.period:
            nothing.setdefault(one.title, []).append(one.department_name)
    return [
        *(_requirement(one) for one in found if one.period),
        *(f"{title}: no figure was measured in {listed(at)}" for title, at in nothing.items()),
    ]


def _requirement(one: RequirementLine) -> str:
    told = f"{one.title} in {one.department_name}: {one.expected_words} expected; "
    gap = f", {one.gap_words}" if one.status.judged else ""
    return f"{told}{one.actual_words} in {one.period} (n = {one.n:,}){gap}: {one.status}"


def _sample(one: SampleLine) -> list[str]:
    return [
        one.sentence,
        *(
            f"  {each.criterion}: {each.met} met, {each.not_met} not met, {each.not_applicable} "
            f"not applicable, {each.not_recorded} not recorded"
            for each in one.criteria
        ),
    ]


def _finding(one: FindingLine) -> list[str]:
    standing = "open" if one.open else "closed"
    where = f"{one.department_name}{f', team {one.team}' if one.team else ''}"
    case = f" (case {one.case})" if one.case else ""
    return [
        f"{one.number}. {one.grade_words}, {standing}: {one.text} [{one.title} in {where}; lies in "
        f"the {one.lies_in}{ORIGINS[one.origin]}{case}; {one.by}, {one.at}]",
        *(f"   evidence: {each.name} of {each.dated}" for each in one.evidence),
        *(f"   cause: {_said(each.said)}" for each in one.causes),
        *(f"   {_action(each)}" for each in one.actions),
        *(f"   control: {_said(each)}" for each in one.controls),
        *(f"   staff: {_said(each)}" for each in one.staff),
        *(f"   management: {_said(each)}" for each in one.management),
    ]


def _action(one: ActionLine) -> str:
    standing = (
        f"done on {day_words(one.done_on)}"
        if one.done_on
        else f"{'overdue since' if one.overdue else 'due on'} {day_words(one.due)}"
    )
    effect = f"; expected: {one.effect_words}" if one.effect_words else ""
    worked = f"; {one.worked_words}" if one.worked_words else ""
    control = f"; control: {one.control}" if one.control else ""
    told = f"action {one.number} ({one.sort}, {one.owner_name}), {standing}: {one.text}"
    return f"{told}{effect}{worked}{control}"


def _said(one: Said) -> str:
    return f"{one.text} ({one.who}, {one.at})"


def _happened(one: Happened) -> str:
    return f"{one.seq}  {one.at}  {one.sentence}"


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _written(lines: Sequence[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)
