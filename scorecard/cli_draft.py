"""`scorecard draft-source`: a contract drafted from a file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("draft-source")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--name", default="requests", show_default=True, help="What the source is called.")
@click.option("--rows", type=click.IntRange(min=1), help="Look at the first so many rows only.")
@click.option("--encoding", help="The file's encoding; found out unless given.")
@click.option("--delimiter", help="The file's delimiter; found out unless given.")
@click.option("--sheet", help="The sheet of a workbook, by name; else its first.")
@click.option("--output", type=click.Path(path_type=Path), help="Write it to this new file.")
def draft_source(
    file: Path,
    name: str,
    rows: int | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    output: Path | None,
) -> None:
    """Draft a contract, a sources.py, from FILE; its guesses are marked."""
    from scorecard.progress import progress_bar
    from scorecard.report.draft import drafted_source, write_draft

    with progress_bar() as progress:
        text = drafted_source(
            file,
            name,
            rows=rows,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
            progress=progress,
        )
    if output is None:
        click.echo(text, nl=False)
        return
    write_draft(text, output)
    click.echo(
        f"{output}: the source {name!r}, drafted from {file.name}. Read what is marked GUESS."
    )
