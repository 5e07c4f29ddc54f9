"""`scorecard compare`: which departments truly differ, and what drives the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.argument("standard")
@click.option("--period", help="A period such as 2026-07; without it the last judged one.")
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Add up so many periods, the last of them --period.",
)
@click.option("--by", help="Compare the values of this dimension, such as topic or channel.")
@click.option("--department", help="Compare within it; without --by its row is marked.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def compare(
    context: Context,
    standard: str,
    period: str | None,
    last: int,
    by: str | None,
    department: str | None,
    format_: str,
) -> None:
    """Say which departments differ in STANDARD by more than chance, and what drives the change."""
    from scorecard.report.compare_text import written
    from scorecard.report.compared import compared

    with context.open() as opened:
        page = compared(opened, standard, period, last, by, department)
        click.echo(written(page, format_), nl=False)
