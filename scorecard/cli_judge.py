"""`scorecard judge`: all that is judged of one standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.argument("standard")
@click.option("--department", help="A department; without it the whole organisation.")
@click.option("--period", help="A period such as 2026-07; without it the last judged one.")
@click.option("--no-forecast", is_flag=True, help="Leave out the forecast, which takes seconds.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def judge(
    context: Context,
    standard: str,
    department: str | None,
    period: str | None,
    no_forecast: bool,
    format_: str,
) -> None:
    """Print all that is judged of STANDARD: status, behaviour, promise, what helped, forecast."""
    from scorecard.report.judged import judged
    from scorecard.report.judged_text import written

    with context.open() as opened:
        found = judged(opened, standard, department, period, forecast=not no_forecast)
        click.echo(written(found, format_), nl=False)
