"""Opening a cycle, moving it on, and looking at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scorecard.cli_audit.acting import desk, seen_option

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.argument("cycle")
@click.argument("state", type=click.Choice(["fieldwork", "findings", "actions", "re-audit"]))
@seen_option
@click.pass_obj
def move(context: Context, cycle: str, state: str, seen: int | None) -> None:
    """Move CYCLE on to STATE."""
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
        click.echo(f"{now.id} is in {now.state}, version {now.version}.")


COMMANDS: tuple[click.Command, ...] = (move,)
