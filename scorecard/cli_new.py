"""`scorecard new`: commented beginnings of a metric and of a standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context


@click.group()
def new() -> None:
    """Begin a metric or a standard with a commented skeleton."""


@new.command()
@click.argument("name")
@click.option("--source", required=True, help="The source whose rows are measured.")
@click.option("--at", required=True, help="The time column that places a row in a period.")
@click.pass_obj
def metric(context: Context, name: str, source: str, at: str) -> None:
    """Add the metric NAME to metrics.py; it counts rows until it is changed."""
    from scorecard.declare.new import new_metric
    from scorecard.observe.landed import landed_tables_of

    tables = landed_tables_of(context.workspace)
    file, line = new_metric(context.standards, name, source, at, tables)
    click.echo(f"{file}:{line}: the metric {name!r} counts the rows of {source} by {at}.")
    click.echo("Say there what is measured, then run: scorecard check --examples")


@new.command()
@click.argument("id")
@click.option("--metric", required=True, help="The metric that measures it.")
@click.pass_obj
def standard(context: Context, id: str, metric: str) -> None:
    """Write the standard ID to a file of its own; nothing is expected until you say it."""
    from scorecard.declare.new import new_standard
    from scorecard.observe.landed import landed_tables_of

    file = new_standard(context.standards, id, metric, landed_tables_of(context.workspace))
    click.echo(f"{file}: the standard {id!r} is measured by {metric}; no value is in force yet.")
    click.echo("Say there what is promised, then run: scorecard check")
