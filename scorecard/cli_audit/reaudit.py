"""The re-audit beside the baseline, and what each action did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scorecard.cli_audit.acting import desk, seen_option

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.argument("cycle")
@click.option(
    "--period", required=True, help="The period measured again: 2026-08, 2026 or 2025-26."
)
@click.option("--as-of", help="What was known then instead of now: 2026-09-01, or with T12:00.")
@click.option("--record", is_flag=True, help="Record the comparison as the cycle's re-audit.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How it is printed: for people, for programs, for a spreadsheet.",
)
@seen_option
@click.pass_obj
def compare(
    context: Context,
    cycle: str,
    period: str,
    as_of: str | None,
    record: bool,
    format_: str,
    seen: int | None,
) -> None:
    """Hold a PERIOD against the baseline of CYCLE: what improved, held and regressed."""
    from scorecard.audit.comparison import reaudit
    from scorecard.report.audit_compared import written
    from scorecard.report.opened import Opened

    with desk(context, reading=not record) as at:
        moment = Opened(at.declared, at.workspace, at.ledger).moment(as_of, read=True)
        read = at.cycle(cycle)
        found = reaudit(at, read, period=period, as_of=moment)
        if record:
            now = at.record(cycle, found.body, seen=seen or read.version)
            click.echo(f"Recorded as the re-audit of {now.id}, version {now.version}.", err=True)
        click.echo(written(at, found, format_), nl=False)


@click.command()
@click.argument("cycle")
@click.option(
    "--record",
    is_flag=True,
    help="Record the effects, and reopen the findings of what did not work.",
)
@seen_option
@click.pass_obj
def effects(context: Context, cycle: str, record: bool, seen: int | None) -> None:
    """Say of each action of CYCLE that was done whether it worked."""
    from scorecard.report.audit_effects import action_effects, record_effects, written

    with desk(context, reading=not record) as at:
        read = at.cycle(cycle)
        found = action_effects(at, read)
        if record:
            for line in record_effects(at, read, found, seen=seen):
                click.echo(line, err=True)
        click.echo(written(at, read, found), nl=False)


COMMANDS: tuple[click.Command, ...] = (compare, effects)
