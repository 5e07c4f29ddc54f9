"""`scorecard quality` and `scorecard quarantine`: what files are like, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context
    from scorecard.report.opened import Opened


@click.command()
@click.argument("source")
@click.option("--code", help="Only rows refused for this reason.")
@click.option("--file", help="Only rows of the file of this name.")
@click.option("--limit", type=click.IntRange(min=0), help="List at most so many rows.")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table")
@click.option("--mend", is_flag=True, help="Land the rows that keep the contract as it is now.")
@click.pass_obj
def quarantine(
    context: Context,
    source: str,
    code: str | None,
    file: str | None,
    limit: int | None,
    format_: str,
    mend: bool,
) -> None:
    """List the rows of SOURCE that broke the contract, with file, line and reason."""
    from scorecard.report.quarantine import quarantine_list, rows_listed, written

    if mend and (code or file or limit is not None or format_ != "table"):
        raise click.UsageError("--mend reads all rows of the source again; give no other option.")
    with context.open() as opened:
        if mend:
            _mend(context, opened, source)
            limit = 0
        found = quarantine_list(opened, source, code, file, rows_listed(format_, limit))
        click.echo(written(found, format_), nl=False)


def _mend(context: Context, opened: Opened, source: str) -> None:
    from scorecard.observe.mend_quarantine import mend_quarantine

    organisation = opened.declarations.organisation
    declared = opened.source(source)
    receipts = mend_quarantine(organisation, declared, context.workspace, opened.ledger)
    for receipt in receipts:
        click.echo(str(receipt))
    if not receipts:
        click.echo(f"{declared.name}: no row of quarantine can be landed under the contract.")


@click.command()
@click.argument("source", required=False)
@click.option(
    "--batches",
    type=click.IntRange(min=1),
    default=6,
    show_default=True,
    help="How many of the latest files the trend takes in.",
)
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table")
@click.pass_obj
def quality(context: Context, source: str | None, batches: int, format_: str) -> None:
    """Say what the latest file of SOURCE is like, beside those before it; of all without SOURCE."""
    from scorecard.report.quality import quality_pages
    from scorecard.report.quality_text import written

    with context.open() as opened:
        click.echo(written(quality_pages(opened, source, batches), format_), nl=False)
