"""`scorecard import`: files into a source, each with its receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command("import")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--as-of", "as_of", help="The moment the file shows, ISO 8601; else its latest time.")
@click.option("--encoding", help="The file's encoding, where the contract says another.")
@click.option("--delimiter", help="The file's delimiter, where the contract says another.")
@click.option("--sheet", help="The sheet of a workbook, by name; else its first.")
@click.option("--dry-run", is_flag=True, help="Say what an import would do, and do nothing.")
@click.pass_obj
def import_(
    context: Context,
    source: str,
    files: tuple[Path, ...],
    as_of: str | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    dry_run: bool,
) -> None:
    """Land FILES in SOURCE: contract, quarantine, upsert by key, receipt."""
    from scorecard.observe.importing import import_file
    from scorecard.progress import progress_bar

    with context.open() as opened:
        declared = opened.source(source)
        moment = opened.moment(as_of)
        for file in files:
            with progress_bar() as progress:
                receipt = import_file(
                    opened.declarations.organisation,
                    declared,
                    file,
                    context.workspace,
                    opened.ledger,
                    as_of=moment,
                    encoding=encoding,
                    delimiter=delimiter,
                    sheet=sheet,
                    dry_run=dry_run,
                    progress=progress,
                )
            click.echo(str(receipt))
            if dry_run:
                from scorecard.report.quality import quality_of_file
                from scorecard.report.quality_text import checks_table

                click.echo(checks_table(quality_of_file(opened, receipt)), nl=False)
