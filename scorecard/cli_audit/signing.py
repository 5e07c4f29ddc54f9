"""Signing, closing, exporting and checking an audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scorecard.cli_audit.acting import desk, seen_option
from scorecard.cli_verify import given_heads

if TYPE_CHECKING:
    from scorecard.audit import Body
    from scorecard.cli import Context


@click.command()
@click.argument("cycle")
@click.option("--remark", default="", help="A sentence to stand beside the signature.")
@click.option("--dry-run", is_flag=True, help="Only say what would be signed, and who may.")
@seen_option
@click.pass_obj
def sign(context: Context, cycle: str, remark: str, dry_run: bool, seen: int | None) -> None:
    """Sign CYCLE as a director: events, evidence, figures, definitions and data are frozen."""
    from scorecard.audit import Clash
    from scorecard.audit.permitted import who_may
    from scorecard.audit.signing import sign as signed
    from scorecard.audit.signing import to_sign
    from scorecard.errors import AuditError
    from scorecard.ledger import head
    from scorecard.report.chain_head import head_text
    from scorecard.report.signing import told_signed, what_is_signed, who_may_sign

    with desk(context, reading=dry_run) as at:
        now = at.cycle(cycle)
        may = who_may_sign(who_may(now, "cycle-signed", at.organisation, at.today))
        if dry_run:
            click.echo(what_is_signed(to_sign(at, cycle), at.organisation))
            click.echo(may)
            click.echo(head_text(head(at.ledger)), nl=False)
            return
        try:
            given = to_sign(at, cycle)
            after = signed(at, cycle, remark, seen=seen)
        except Clash:
            raise
        except AuditError:
            click.echo(may, err=True)
            raise
        click.echo(what_is_signed(given, at.organisation))
        click.echo(told_signed(after, at.organisation, head(at.ledger)), nl=False)


@click.command()
@click.argument("cycle")
@click.option("--remark", default="", help="A sentence to stand beside the closing.")
@seen_option
@click.pass_obj
def close(context: Context, cycle: str, remark: str, seen: int | None) -> None:
    """Close CYCLE once it is signed and no finding is open."""
    from scorecard.audit.events import CycleClosed

    _recorded(context, cycle, CycleClosed(remark=remark), seen)


@click.command()
@click.argument("cycle")
@click.option("--reason", required=True, help="Why it is taken up again.")
@seen_option
@click.pass_obj
def reopen(context: Context, cycle: str, reason: str, seen: int | None) -> None:
    """Take a signed CYCLE up again: back to actions, and its signature is withdrawn."""
    from scorecard.audit import body_of

    _recorded(context, cycle, body_of("cycle-reopened", {"reason": reason}), seen)


@click.command()
@click.argument("cycle")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(context: Context, cycle: str, file: Path) -> None:
    """Write the signed CYCLE to FILE, with its evidence, so that anybody can check it."""
    from scorecard.audit.exporting import export_audit
    from scorecard.report.signing import told_exported

    with desk(context, reading=True) as at:
        click.echo(told_exported(export_audit(at, cycle, file), str(file)), nl=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--head", "heads", multiple=True, help="A head that was printed, as SEQ:HASH; may be repeated."
)
def check(file: Path, heads: tuple[str, ...]) -> None:
    """Check an exported audit, FILE, without a ledger; end with 1 if there is a fault."""
    from scorecard.audit.export_check import check_export
    from scorecard.report.signing import told_checked

    given = given_heads(heads)
    faults = check_export(file, given)
    click.echo(told_checked(file, faults, given))
    if faults:
        sys.exit(1)


def _recorded(context: Context, cycle: str, body: Body, seen: int | None) -> None:
    from scorecard.ledger import head
    from scorecard.report.chain_head import head_text

    with desk(context) as at:
        now = at.record(cycle, body, seen=seen)
        click.echo(f"{now.id} is {now.state.standing}, version {now.version}.")
        click.echo(head_text(head(at.ledger)), nl=False)


COMMANDS: tuple[click.Command, ...] = (sign, close, reopen, export, check)
