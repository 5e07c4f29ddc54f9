"""What happened in an audit, event by event, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scorecard.audit import events as e
from scorecard.audit.body import Body, CauseNode
from scorecard.declare.load import Declarations
from scorecard.ledger import Event
from scorecard.report.audit_names import Names
from scorecard.report.audit_requirements import gap_number
from scorecard.report.phrases import counted, day_words, listed, plain, shortened, with_unit

ORIGINS = {
    "audit": "",
    "sample-disagreement": ", from a sample that disagrees with the records",
    "complaint": ", from a complaint",
    "hostile-feedback": ", from hostile feedback",
}
_OUTCOMES = {"met": "met", "not-met": "not met", "not-applicable": "not applicable"}


@dataclass(frozen=True)
class Happened:
    """One event: its number in the chain, local time in words, who, and what as a sentence."""

    seq: int
    kind: str
    at: str
    who: str
    sentence: str


def history(declared: Declarations, events: Iterable[Event]) -> tuple[Happened, ...]:
    """The events of a cycle, in order.

    Raises AuditError `audit-kind-unknown`, `audit-entry-invalid`.
    """
    names = Names(declared)
    return tuple(
        Happened(
            seq=one.seq,
            kind=one.kind,
            at=names.moment(one.at),
            who=names.person(one.actor),
            sentence=_finished(
                f"{names.person(one.actor)} {told(names, e.body_of(one.kind, one.body))}"
            ),
        )
        for one in events
    )


def told(names: Names, body: Body) -> str:
    """What a body says was done, to follow a person's name: `planned action 2 …`."""
    return _OF[body.kind](names, body)


def cause_words(node: CauseNode) -> str:
    """A tree of causes on one line: `a (because b; because c)`."""
    if not node.because:
        return node.text
    return f"{node.text} ({'; '.join(f'because {cause_words(one)}' for one in node.because)})"


def grade_words(grade: str, nature: str) -> str:
    """`a major finding`, `an observation`, `a minor opportunity for improvement`."""
    if nature == "improvement":
        return (
            "an opportunity for improvement"
            if grade == "observation"
            else f"a {grade} opportunity for improvement"
        )
    return "an observation" if grade == "observation" else f"a {grade} finding"


def worked_words(worked: bool | None) -> str:
    """Whether an action worked; None is neither."""
    if worked is None:
        return "cannot be told yet to have worked"
    return "worked" if worked else "did not work"


def _opened(names: Names, body: Any) -> str:
    held = body.scope
    places = dict.fromkeys(names.department(one.department) for one in held.requirements)
    further = [
        f"{what} {listed(some)}"
        for what, some in (
            ("teams", held.teams),
            ("touchpoints", held.touchpoints),
            ("customers", held.customers),
        )
        if some
    ]
    figures = counted(len(body.baseline), "baseline figure")
    return (
        f"opened the cycle “{body.title}”: {counted(len(held.requirements), 'requirement')} in "
        f"{listed(list(places))}{''.join(f', {one}' for one in further)}, with {figures}; "
        f"{names.people(body.auditors)} audit{'s' if len(body.auditors) == 1 else ''}. "
        f"Method: {_text(body.method)}"
    )


def _staffed(names: Names, body: Any) -> str:
    return f"named {names.people(body.auditors)} to audit from now on: {_text(body.reason)}"


def _drew(names: Names, body: Any) -> str:
    strata = f" in {counted(len(body.strata), 'stratum', 'strata')}" if body.strata_by else ""
    again = f", again: {_text(body.reason)}" if body.reason else ""
    return (
        f"drew sample {body.sample} of {_about(names, body)}: {len(body.keys):,} of "
        f"{body.population:,} cases{strata}, seed {shortened(body.seed, 16)}{again}"
    )


def _result(names: Names, body: Any) -> str:
    return (
        f"found “{body.criterion}” {_OUTCOMES[body.outcome]} in case {body.key} of sample "
        f"{body.sample}{_remark(body.remark)}{_with(body.evidence)}"
    )


def _recheck(names: Names, body: Any) -> str:
    return f"checked again, blind, and {_result(names, body)}"


def _raised(names: Names, body: Any) -> str:
    team = f", team {body.team}" if body.team else ""
    case = f" (case {body.case})" if body.case else ""
    return (
        f"raised finding {body.finding}, {grade_words(body.grade, body.nature)} of "
        f"{_about(names, body)}{team}{ORIGINS[body.origin]}"
        f"{case}; it lies in the {body.lies_in}: {_text(body.text)}{_with(body.evidence)}"
    )


def _reworded(names: Names, body: Any) -> str:
    return (
        f"changed finding {body.finding} to {grade_words(body.grade, body.nature)} that lies in "
        f"the {body.lies_in}: {_text(body.text)}{_with(body.evidence)}. Reason: "
        f"{_text(body.reason)}"
    )


def _caused(names: Names, body: Any) -> str:
    said = cause_words(body.tree) if body.tree else "; because ".join(body.whys)
    return f"recorded the cause of finding {body.finding}: {_text(said)}"


def _planned(names: Names, body: Any) -> str:
    sort = "corrective" if body.corrective else "preventive"
    effect = (
        f", expected to change the service gap of {names.standard(body.effect.standard)} by "
        f"{_change(names, body.effect)}"
        if body.effect
        else ""
    )
    control = f"; control: {_text(body.control)}" if body.control else ""
    return (
        f"planned the {sort} action {body.action} for finding {body.finding}: {_text(body.text)} "
        f"({names.person(body.owner)}, by {day_words(body.due)}{effect}{control})"
    )


def _change(names: Names, effect: Any) -> str:
    return gap_number(effect.change, _unit(names, effect.standard))


def _unit(names: Names, standard: str) -> str:
    found = names.declared.standards.get(standard)
    return names.declared.metrics[found.metric].unit if found else "number"


def _replanned(names: Names, body: Any) -> str:
    return (
        f"changed action {body.action}: {_text(body.text)} ({names.person(body.owner)}, by "
        f"{day_words(body.due)}). Reason: {_text(body.reason)}"
    )


def _done(names: Names, body: Any) -> str:
    return (
        f"recorded action {body.action} as done on {day_words(body.on)}{_remark(body.remark)}"
        f"{_with(body.evidence)}"
    )


def _controlled(names: Names, body: Any) -> str:
    return (
        f"recorded the control of finding {body.finding}: {_text(body.text)} "
        f"({names.person(body.owner)}, every {body.every.removeprefix('every ')})"
    )


def _voiced(names: Names, body: Any) -> str:
    about = f"finding {body.finding}" if body.finding else "the whole audit"
    return f"said for {body.voice} on {about}: {_text(body.text)}"


def _settled(names: Names, body: Any) -> str:
    return f"closed finding {body.finding}: {_text(body.remark)}"


def _unsettled(names: Names, body: Any) -> str:
    return f"reopened finding {body.finding}: {_text(body.reason)}"


def _compared(names: Names, body: Any) -> str:
    found = [one.outcome for one in body.comparisons]
    counts = [
        f"{found.count(word)} {word.replace('-', ' ')}"
        for word in ("improved", "held", "regressed", "new", "not-tested")
        if word in found
    ]
    return f"recorded the re-audit of {counted(len(found), 'requirement')}: {listed(counts)}"


def _effect(names: Names, body: Any) -> str:
    verdict = worked_words(body.worked)
    change, low, high = (
        None if one is None else round(one, 2) for one in (body.change, body.low, body.high)
    )
    changed = "" if change is None else f": the service gap changed by {plain(change)}"
    between = "" if low is None or high is None else f" (between {plain(low)} and {plain(high)})"
    return f"recorded that action {body.action} {verdict}{changed}{between}"


def _about(names: Names, body: Any) -> str:
    return f"{names.standard(body.standard)} in {names.department(body.department)}"


def _side(side: str) -> str:
    return side.replace("_", " ")


def _proposed(names: Names, body: Any) -> str:
    unit = _unit(names, body.standard)
    return (
        f"proposed ({body.proposal}) that {_about(names, body)} "
        f"be {_side(body.side)} {with_unit(plain(body.value), unit)} instead of "
        f"{with_unit(plain(body.current), unit)}: "
        f"{_text(body.ground)}"
    )


def _decided(names: Names, body: Any) -> str:
    value = (
        "" if body.value is None else f" with {plain(body.value)} from {day_words(body.from_)} on"
    )
    return f"{body.decision} proposal {body.proposal}{value}: {_text(body.reason)}"


def _seconded(names: Names, body: Any) -> str:
    return (
        f"agreed, as the second person, to the easier value of proposal {body.proposal}: "
        f"{_text(body.reason)}"
    )


def _written(names: Names, body: Any) -> str:
    return f"wrote the decision on proposal {body.proposal} into {body.file}"


def _scheduled(names: Names, body: Any) -> str:
    return f"scheduled the next re-audit for {day_words(body.on)}"


def _signed(names: Names, body: Any) -> str:
    frozen = f"; what is signed has the SHA-256 {body.frozen}" if body.frozen else ""
    return f"signed the audit{_remark(body.remark)}{frozen}"


def _closed(names: Names, body: Any) -> str:
    return f"closed the cycle{_remark(body.remark)}"


def _reopened(names: Names, body: Any) -> str:
    return f"reopened the cycle, which withdraws its signature: {_text(body.reason)}"


def _whose(names: Names, body: Any) -> str:
    return f"{names.standard(body.standard)} in {names.department(body.department)}"


def _text(text: str) -> str:
    """The text to stand inside a sentence, which ends by itself."""
    return " ".join(text.split()).rstrip(".")


def _finished(sentence: str) -> str:
    return sentence if sentence.endswith(("?", "!")) else f"{sentence}."


def _remark(text: str) -> str:
    return f": {_text(text)}" if text.strip() else ""


def _with(evidence: Sequence[Any]) -> str:
    if not evidence:
        return ""
    files = [f"{one.name} of {one.dated}, SHA-256 {one.sha256[:12]}…" for one in evidence]
    return f" (evidence: {'; '.join(files)})"


_OF = {
    "cycle-opened": _opened,
    "auditors-changed": _staffed,
    "fieldwork-started": lambda names, body: "started fieldwork",
    "sample-drawn": _drew,
    "result-recorded": _result,
    "recheck-recorded": _recheck,
    "fieldwork-ended": lambda names, body: "ended fieldwork; the findings are next",
    "finding-raised": _raised,
    "finding-changed": _reworded,
    "cause-recorded": _caused,
    "actions-started": lambda names, body: "moved the cycle on to its actions",
    "action-planned": _planned,
    "action-changed": _replanned,
    "action-done": _done,
    "control-recorded": _controlled,
    "input-recorded": _voiced,
    "finding-closed": _settled,
    "finding-reopened": _unsettled,
    "reaudit-started": lambda names, body: "started the re-audit",
    "reaudit-recorded": _compared,
    "effect-recorded": _effect,
    "tightening-proposed": _proposed,
    "tightening-decided": _decided,
    "loosening-seconded": _seconded,
    "standard-written": _written,
    "reaudit-scheduled": _scheduled,
    "cycle-signed": _signed,
    "cycle-closed": _closed,
    "cycle-reopened": _reopened,
}
