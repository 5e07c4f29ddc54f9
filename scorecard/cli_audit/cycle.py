"""Opening a cycle, moving it on, and looking at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scorecard.cli_audit.acting import DAY, desk, form_option, seen_option, tell

if TYPE_CHECKING:
    from scorecard.cli import Context

_auditors = click.option(
    "--auditor",
    "auditors",
    multiple=True,
    required=True,
    help="Who audits, by id; may be repeated.",
)


@click.command()
@click.argument("cycle")
@click.argument("state", type=click.Choice(["fieldwork", "findings", "actions", "re-audit"]))
@seen_option
@click.pass_obj
def move(context: Context, cycle: str, state: str, seen: int | None) -> None:
    """Move CYCLE on to STATE, the next one.

    To end fieldwork (findings) also raises a finding for each sample that disagrees with the
    records.
    """
    from scorecard.audit.events import body_of
    from scorecard.audit.fieldwork import end_fieldwork

    kind = {
        "fieldwork": "fieldwork-started",
        "findings": "fieldwork-ended",
        "actions": "actions-started",
        "re-audit": "reaudit-started",
    }[state]
    with desk(context) as at:
        if state == "findings":
            now, told = end_fieldwork(at, cycle, seen)
            click.echo("".join(f"{line}\n" for line in told), nl=False)
        else:
            now = at.record(cycle, body_of(kind, {}), seen=seen)
        click.echo(f"{now.id} is {now.state.standing}, version {now.version}.")


@click.command("open")
@click.argument("cycle")
@click.option("--title", required=True, help="What people call the cycle.")
@click.option(
    "--standard",
    "standards",
    multiple=True,
    required=True,
    help="A standard, by its id; again for each further one.",
)
@click.option(
    "--department",
    "departments",
    multiple=True,
    help="Only this department, by id, name or alias; again for each further one.",
)
@click.option("--team", "teams", multiple=True, help="Only this team, by its id; may be repeated.")
@click.option(
    "--touchpoint", "touchpoints", multiple=True, help="Only this touchpoint; may be repeated."
)
@click.option("--customers", multiple=True, help="Only this group of customers; may be repeated.")
@click.option(
    "--period", required=True, help="The period of the baseline: 2026-02, a day in it, or 2025-26."
)
@click.option("--method", required=True, help="How it is audited, in a sentence.")
@_auditors
@click.option("--fieldwork-due", type=DAY, help="The last day of fieldwork, as 2026-03-31.")
@click.option(
    "--close-due", type=DAY, help="The day by which the cycle is to be closed, as 2026-09-30."
)
@click.pass_obj
def open_(context: Context, cycle: str, **given: Any) -> None:
    """Open a cycle under the id CYCLE, as calls-2026: its scope, its method and its baseline as
    known now are frozen.
    """
    from scorecard.audit.opening import Planned, open_audit
    from scorecard.report.audit_cycle import desk_view
    from scorecard.report.audit_text import opened_text

    with desk(context) as at:
        opened = open_audit(at, cycle, Planned(**given))
        click.echo(opened_text(desk_view(at, opened)), nl=False)


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only cycles that are not closed.")
@click.option("--overdue", is_flag=True, help="Only cycles in which something is overdue.")
@form_option("table")
@click.pass_obj
def list_(context: Context, only_open: bool, overdue: bool, form: str) -> None:
    """List the cycles, the latest first, below a sentence: how many are open, which are overdue or
    wait for a signature, who acts.
    """
    from dataclasses import replace

    from scorecard.ledger import head
    from scorecard.report.audit_text import list_text, to_json
    from scorecard.report.audits import audit_list
    from scorecard.report.chain_head import head_text

    with desk(context, reading=True) as at:
        found = audit_list(at.declared, at.cycles(), at.today)
        lines = [
            one
            for one in found.lines
            if not (only_open and one.state == "closed") and (one.overdue or not overdue)
        ]
        found = replace(found, lines=tuple(lines))
        if form == "json":
            click.echo(to_json(found), nl=False)
        else:
            click.echo(list_text(found) + head_text(head(at.ledger)), nl=False)


@click.command()
@click.argument("cycle")
@form_option("text")
@click.pass_obj
def show(context: Context, cycle: str, form: str) -> None:
    """Show CYCLE from top to bottom, who may sign it, and its history."""
    from scorecard.ledger import head
    from scorecard.report.audit_cycle import desk_view
    from scorecard.report.audit_teams import team_lines
    from scorecard.report.audit_text import shown_json, view_text
    from scorecard.report.chain_head import head_text

    with desk(context, reading=True) as at:
        found = at.cycle(cycle)
        view, teams = desk_view(at, found), team_lines(at.declared, at.ledger, found)
        last = head(at.ledger)
        if form == "json":
            click.echo(shown_json(view, teams, last), nl=False)
        else:
            click.echo(view_text(view, teams) + head_text(last), nl=False)


@click.command()
@click.option("--person", help="Only what this person, by id, has to do.")
@click.option(
    "--within",
    type=click.IntRange(0, 36_500),
    default=14,
    show_default=True,
    help="Days ahead, at most a hundred years.",
)
@form_option("table")
@click.pass_obj
def reminders(context: Context, person: str | None, within: int, form: str) -> None:
    """List what is overdue and what falls due soon; print nothing where there is nothing."""
    from scorecard.errors import AuditError
    from scorecard.report.audit_reminders import reminders as falling
    from scorecard.report.audit_text import reminders_text, to_json

    with desk(context, reading=True) as at:
        if person is not None and at.organisation.person(person) is None:
            raise AuditError(
                "person-unknown",
                f"{person!r} is not among the people of {at.organisation.name}.",
                hint="Declare them under [[people]] in organisation.toml.",
            )
        found = falling(at.declared, at.cycles(), at.today, within)
        found = [one for one in found if person is None or person in one.people]
        text = to_json(found) if form == "json" else reminders_text(at.organisation, found)
        click.echo(text, nl=False)


@click.command()
@click.argument("cycle")
@_auditors
@click.option("--reason", required=True, help="Why it is changed.")
@seen_option
@click.pass_obj
def auditors(
    context: Context, cycle: str, auditors: tuple[str, ...], reason: str, seen: int | None
) -> None:
    """Say who audits CYCLE from now on: all of them, those who stay as well."""
    from scorecard.audit import body_of

    with desk(context) as at:
        body = body_of("auditors-changed", {"auditors": auditors, "reason": reason})
        tell(at, at.record(cycle, body, seen=seen), body.kind)


@click.command()
@click.argument("cycle")
@click.pass_obj
def history(context: Context, cycle: str) -> None:
    """Tell everything that happened in CYCLE, a line for each event."""
    from scorecard.ledger import head
    from scorecard.report.audit_cycle import desk_view
    from scorecard.report.audit_text import history_text
    from scorecard.report.chain_head import head_text

    with desk(context, reading=True) as at:
        told = history_text(desk_view(at, at.cycle(cycle)))
        click.echo(told + head_text(head(at.ledger)), nl=False)


COMMANDS: tuple[click.Command, ...] = (open_, list_, show, move, auditors, reminders, history)
