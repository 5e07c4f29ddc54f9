"""`scorecard audit`: the audit cycle from its opening to its export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scorecard.cli_audit import cycle, fieldwork, findings, reaudit, signing, tightening

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.group()
@click.option(
    "--as",
    "person",
    envvar="SCORECARD_PERSON",
    help="Who acts: the id of one of the people in organisation.toml. To read needs nobody.",
    show_envvar=True,
)
@click.pass_obj
def audit(context: Context, person: str | None) -> None:
    """Audit cycles: baseline, fieldwork, findings, actions, re-audit, tightening, signature."""
    context.person = person


for _room in (cycle, fieldwork, findings, reaudit, tightening, signing):
    for _command in _room.COMMANDS:
        audit.add_command(_command)
