"""`scorecard attainment`: how much of what is promised is kept, by weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.command()
@click.option("--period", help="A period such as 2026-07; without it the newest one judged.")
@click.option("--department", help="One department; without it the whole organisation.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def attainment(context: Context, period: str | None, department: str | None, format_: str) -> None:
    """Say how much of what is promised is kept, by weight, and how each point arose."""
    from scorecard.report.attainment import asked_attainment
    from scorecard.report.attainment_text import written

    with context.open() as opened:
        page = asked_attainment(opened, period, department)
        click.echo(written(page, format_, period), nl=False)
