"""`scorecard emerging`: what departs from its own history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.option("--period", help="A period such as 2026-07; without it the last complete ones.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many of each kind a table lists.",
)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def emerging(context: Context, period: str | None, limit: int, format_: str) -> None:
    """Say which topics, channels, places and departments depart from their own history."""
    from scorecard.report.emerging import departures, emerging_page
    from scorecard.report.emerging_text import written

    with context.open() as opened:
        click.echo(written(emerging_page(departures(opened, period)), format_, limit), nl=False)
