"""Proposing, deciding and writing a tighter expected value; the audit that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from scorecard.cli_audit.acting import desk, seen_option

if TYPE_CHECKING:
    from scorecard.audit import Cycle, Desk
    from scorecard.audit.events import TighteningProposed
    from scorecard.cli import Context
    from scorecard.report.audit_tightening import Tightening

_DAY = click.DateTime(["%Y-%m-%d"])
_number = click.argument("number", type=click.IntRange(min=1))


@click.command()
@click.argument("cycle")
@click.option("--record", is_flag=True, help="Record what is proposed; else it is only shown.")
@click.option("--standard", help="One standard only, by its id.")
@click.option("--department", help="One department only, by id, name or alias.")
@click.option(
    "--value",
    type=float,
    help="Propose this value yourself, in the metric's unit: tighter or easier.",
)
@click.option("--ground", help="On what it rests, in words; asked with --value.")
@seen_option
@click.pass_obj
def propose(
    context: Context,
    cycle: str,
    record: bool,
    standard: str | None,
    department: str | None,
    value: float | None,
    ground: str | None,
    seen: int | None,
) -> None:
    """Show what the re-audit of CYCLE allows to be tightened, or propose a value yourself."""
    if value is not None or ground is not None:
        if value is None or not ground or not standard:
            raise click.UsageError("A value of your own takes --standard, --value and --ground.")
        _propose_own(context, cycle, standard, department, value, ground, seen)
        return
    from scorecard.ledger import head
    from scorecard.report.audit_tightening import proposals, record_proposals
    from scorecard.report.chain_head import head_text

    with desk(context, reading=not record) as at:
        now = at.cycle(cycle)
        where = _department(at, department)
        found = [
            one
            for one in proposals(at, now)
            if (standard is None or one.requirement.standard == standard)
            and (department is None or one.requirement.department == where)
        ]
        _echo_title(at, cycle)
        new = [one for one in found if one.proposal is not None]
        for one in new:
            click.echo(f"\n{one.title}, {one.department}")
            click.echo(_indented(one.words))
        _echo_refusals([one for one in found if one.proposal is None])
        click.echo(f"\nA value is proposed for {len(new)} of {len(found)} requirements.")
        if record and new:
            after = record_proposals(at, cycle, new, seen=seen)
            numbers = sorted({*after.proposals} - {*now.proposals})
            click.echo(f"Recorded with the numbers {', '.join(map(str, numbers))}.")
        elif new:
            click.echo("Nothing was recorded; --record records what is proposed.")
        click.echo(head_text(head(at.ledger)), nl=False)


def _propose_own(
    context: Context,
    cycle: str,
    standard: str,
    department: str | None,
    value: float,
    ground: str,
    seen: int | None,
) -> None:
    from scorecard.audit.proposed import propose as propose_own

    with desk(context) as at:
        now = propose_own(
            at,
            cycle,
            standard=standard,
            department=_department(at, department),
            value=value,
            ground=ground,
            seen=seen,
        )
        one = now.proposals[max(now.proposals)].proposed.body
        click.echo(
            f"Proposal {one.proposal}: {_of(at, one)} {_promise(now, one, one.value)} instead of "
            f"{_promise(now, one, one.current)}."
        )


@click.command()
@click.argument("cycle")
@_number
@click.argument("decision", type=click.Choice(["accepted", "changed", "declined"]))
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--value", type=float, help="The value instead of the proposed one, for changed.")
@click.option(
    "--from",
    "from_",
    type=_DAY,
    help="The day it comes into force, as 2026-07-01; the first day of the next period unless "
    "given.",
)
@seen_option
@click.pass_obj
def decide(
    context: Context,
    cycle: str,
    number: int,
    decision: str,
    reason: str,
    value: float | None,
    from_: datetime | None,
    seen: int | None,
) -> None:
    """Decide, as a director, on the proposal of this NUMBER in CYCLE."""
    from scorecard.audit.proposed import decide_on

    with desk(context) as at:
        now = decide_on(
            at, cycle, number, decision, reason, value=value, from_=_day(from_), seen=seen
        )
        one = now.proposals[number]
        assert one.decided is not None
        body, made = one.proposed.body, one.decided.body
        if made.value is None:
            present = _promise(now, body, body.current)
            click.echo(f"Proposal {number} is declined; {present} stays in force.")
            return
        click.echo(
            f"Proposal {number} is {made.decision}: {_of(at, body)} "
            f"{_promise(now, body, made.value)} from {made.from_} on, instead of "
            f"{_promise(now, body, body.current)}."
        )
        if one.loosens:
            click.echo(
                "That is to promise less: a second person must agree with a reason "
                f"(audit second {cycle} {number}) before it can be written."
            )
        else:
            click.echo(f"It comes into force once it is written: audit write {cycle} {number}.")


@click.command()
@click.argument("cycle")
@_number
@click.option("--reason", required=True, help="Why they agree; it is kept.")
@seen_option
@click.pass_obj
def second(context: Context, cycle: str, number: int, reason: str, seen: int | None) -> None:
    """Agree, as the second person, to the proposal of CYCLE that promises less."""
    from scorecard.audit.events import body_of

    with desk(context) as at:
        body = body_of("loosening-seconded", {"proposal": number, "reason": reason})
        at.record(cycle, body, seen=seen)
        click.echo(f"Two people have agreed; it can be written: audit write {cycle} {number}.")


@click.command()
@click.argument("cycle")
@_number
@click.option("--dry-run", is_flag=True, help="Print the change; write and record nothing.")
@click.pass_obj
def write(context: Context, cycle: str, number: int, dry_run: bool) -> None:
    """Write the value decided in CYCLE into the file of its standard, and record that."""
    from scorecard.audit.written import planned
    from scorecard.audit.written import write as write_value

    with desk(context, reading=dry_run) as at:
        if dry_run:
            click.echo(planned(at, cycle, number).diff, nl=False)
            return
        written = write_value(at, cycle, number)
        click.echo(written.diff, nl=False)
        if written.found:
            click.echo(f"Recorded in {cycle} as written, version {written.cycle.version}.")
        else:
            click.echo(f"Written into {written.file} and recorded in {cycle}, ", nl=False)
            click.echo(f"version {written.cycle.version}.")


@click.command()
@click.argument("cycle")
@click.argument("day", type=_DAY)
@seen_option
@click.pass_obj
def schedule(context: Context, cycle: str, day: datetime, seen: int | None) -> None:
    """Set the DAY, as 2026-12-01, of the re-audit that comes after CYCLE."""
    from scorecard.audit.events import body_of

    with desk(context) as at:
        at.record(cycle, body_of("reaudit-scheduled", {"on": day.date()}), seen=seen)
        click.echo(f"The next re-audit is on {day.date()}.")


@click.command("next")
@click.argument("cycle")
@click.argument("new")
@click.option("--title", help="Its title; that of CYCLE as a follow-up unless given.")
@click.option("--method", help="Its method; that of CYCLE unless given.")
@click.option(
    "--auditor",
    "auditors",
    multiple=True,
    help="The id of an auditor; may be repeated. Those of CYCLE unless given.",
)
@click.option("--fieldwork-due", type=_DAY, help="The last day of fieldwork, as 2026-03-31.")
@click.option("--close-due", type=_DAY, help="The day by which it is to be closed, as 2026-09-30.")
@click.pass_obj
def next_(
    context: Context,
    cycle: str,
    new: str,
    title: str | None,
    method: str | None,
    auditors: tuple[str, ...],
    fieldwork_due: datetime | None,
    close_due: datetime | None,
) -> None:
    """Open the follow-up of CYCLE under the id NEW, with its re-audit as the baseline."""
    from scorecard.audit.next_cycle import next_opening

    with desk(context) as at:
        opening, left_out = next_opening(
            at,
            at.cycle(cycle),
            title=title,
            method=method,
            auditors=auditors or None,
            fieldwork_due=_day(fieldwork_due),
            close_due=_day(close_due),
        )
        now = at.open(new, opening)
        for sentence in left_out:
            click.echo(sentence)
        click.echo(
            f"{now.id} ({opening.title}) is {now.state.standing}: "
            f"{len(opening.scope.requirements)} requirements, {len(opening.baseline)} of them "
            f"with the figure of {cycle}'s re-audit as their baseline."
        )


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _department(at: Desk, given: str | None) -> str | None:
    """The id of the department that is meant by its id, name or alias."""
    if given is None:
        return None
    from scorecard.declare.suggest import hint
    from scorecard.errors import AuditError

    found = at.organisation.find_department(given)
    if found is None:
        ids = [one.id for one in at.organisation.departments]
        raise AuditError(
            "department-unknown", f"There is no department {given!r}.", hint=hint(given, ids)
        )
    return found


def _of(at: Desk, body: TighteningProposed) -> str:
    """`“Closed on time” in Public Works`."""
    from scorecard.report.audit_names import Names

    names = Names(at.declared)
    return f"{names.standard(body.standard)} in {names.department(body.department)}"


def _promise(cycle: Cycle, body: TighteningProposed, value: float) -> str:
    """`at least 85 %`."""
    from scorecard.report.phrases import plain, with_unit

    requirements = cycle.opened.body.scope.requirements
    unit = next(one.unit for one in requirements if one.standard == body.standard)
    return f"{body.side.replace('_', ' ')} {with_unit(plain(value), unit)}"


def _echo_refusals(found: Sequence[Tightening]) -> None:
    """Each reason once, with those it is the reason for."""
    whose: dict[str, dict[str, list[str]]] = {}
    for one in found:
        whose.setdefault(one.words, {}).setdefault(one.title, []).append(one.department)
    for words, standards in whose.items():
        click.echo()
        for title, departments in standards.items():
            click.echo(click.wrap_text(f"{title}: {'; '.join(departments)}", 100))
        click.echo(_indented(words))


def _indented(text: str) -> str:
    return click.wrap_text(text, 100, initial_indent="  ", subsequent_indent="  ")


def _echo_title(at: Desk, cycle: str) -> None:
    made_up = " (synthetic data)" if at.organisation.synthetic else ""
    click.echo(f"{at.organisation.name}{made_up}: {at.cycle(cycle).opened.body.title} ({cycle})")


COMMANDS: tuple[click.Command, ...] = (propose, decide, second, write, schedule, next_)
