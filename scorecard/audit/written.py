"""Bringing a decided expected value into force: in its file, and in the cycle that decided it."""

from __future__ import annotations

from typing import NamedTuple

from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.events import StandardWritten
from scorecard.audit.file_replace import alone
from scorecard.audit.loosening import Leave
from scorecard.audit.moment import numbered
from scorecard.audit.tighten_file import Change, plan_change, spelt, values_of, write_change
from scorecard.declare.load import Declarations, load
from scorecard.declare.standards import Expected
from scorecard.declare.toml_insert import inline
from scorecard.errors import AuditError
from scorecard.observe.landed import landed_tables_of


class Written(NamedTuple):
    """What came of writing. `found`: the value stood in the file already, and was only recorded."""

    cycle: Cycle
    file: str
    diff: str
    found: bool


def planned(desk: Desk, id: str, number: int) -> Change:
    """The change of the standard's file that brings a decided value into force; writes nothing.

    The declarations are read anew: the file may have changed since. Raises AuditError
    `audit-number-unknown`, `nothing-to-write`, `proposal-written`, and what `plan_change` raises.
    """
    declared = _declared_now(desk)
    return _plan(desk, declared, _decided(desk, declared, desk.cycle(id), number))


def write(desk: Desk, id: str, number: int) -> Written:
    """Write a decided value into its standard's file, and record that in the cycle.

    The rules are asked first, then comes the file, then the event; others who write wait meanwhile.
    Should the machine stop between the two, writing again finds the value in the file and records
    it: an entry with this day, this value and this source is the one that was decided.

    Raises what `planned`, `write_change` and `Desk.record` raise.
    """
    with alone(desk.declared.folder):
        cycle = desk.cycle(id)
        declared = _declared_now(desk)
        decided = _decided(desk, declared, cycle, number)
        held = declared.standards.get(decided.standard)
        found = held is not None and decided.expected in values_of(held, decided.place)
        if found:
            file = declared.places[decided.standard][0].name
            entry = inline(spelt(decided.expected))
            diff = f"It stood in {file} as decided, and was not written again:\n+ {entry}\n"
        else:
            change = _plan(desk, declared, decided)
            file, diff = change.file.name, change.diff
            body = StandardWritten(proposal=number, file=file, diff=diff)
            desk.check(id, body)
            write_change(change, tables=landed_tables_of(desk.workspace))
        return Written(_record(desk, id, number, file, diff), file, diff, found)


class _Decided(NamedTuple):
    """A decided value as it is to stand in the file. `place`: whose list; None: the standard's."""

    standard: str
    place: str | None
    expected: Expected
    leave: Leave


def _decided(desk: Desk, declared: Declarations, cycle: Cycle, number: int) -> _Decided:
    proposal = numbered("proposal", cycle.proposals, number)
    if proposal.written:
        raise AuditError(
            "proposal-written",
            f"Proposal {number} of {cycle.id} was written into {proposal.written.body.file} "
            f"already, by {desk.organisation.name_of(proposal.written.by)}.",
        )
    decided = proposal.decided
    if decided is None or decided.body.value is None or decided.body.from_ is None:
        raise AuditError(
            "nothing-to-write",
            f"Proposal {number} of {cycle.id} "
            + ("was declined." if decided else "is not decided yet."),
        )
    body, day = proposal.proposed.body, decided.body.from_
    held = declared.standards.get(body.standard)
    present = held.expected_on(day, body.department) if held else None
    on = decided.at.astimezone(desk.organisation.zone).date()
    value = {
        "from": day,
        body.side: decided.body.value,
        # As near as before still counts as near.
        "tolerance": present.tolerance if present else 0,
        "source": f"Audit {cycle.id}, decided by {desk.organisation.name_of(decided.by)} on {on}",
    }
    reasons = [decided.body.reason, *([proposal.seconded.body.reason] if proposal.seconded else [])]
    return _Decided(
        standard=body.standard,
        place=body.department if held and held.shared else None,
        expected=Expected.model_validate(value),
        leave=Leave(
            reason=" ".join(reasons),
            decided_by=decided.by,
            agreed_by=proposal.seconded.by if proposal.seconded else "",
        ),
    )


def _plan(desk: Desk, declared: Declarations, decided: _Decided) -> Change:
    return plan_change(
        declared.folder,
        decided.standard,
        decided.expected,
        department=decided.place,
        leave=decided.leave,
        today=desk.today,
        tables=landed_tables_of(desk.workspace),
    )


def _record(desk: Desk, id: str, number: int, file: str, diff: str) -> Cycle:
    return desk.record(id, StandardWritten(proposal=number, file=file, diff=diff))


def _declared_now(desk: Desk) -> Declarations:
    return load(desk.declared.folder, landed_tables_of(desk.workspace))
