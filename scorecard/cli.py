"""The command line: parse, call, print. What it prints and how it ends is in docs/commands.md."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click

from scorecard.cli_attainment import attainment
from scorecard.cli_audit import audit
from scorecard.cli_compare import compare
from scorecard.cli_draft import draft_source
from scorecard.cli_emerging import emerging
from scorecard.cli_import import import_
from scorecard.cli_judge import judge
from scorecard.cli_new import new
from scorecard.cli_quality import quality, quarantine
from scorecard.cli_verify import verify
from scorecard.cli_watch import watch
from scorecard.errors import ScorecardError
from scorecard.workspace import Workspace

_SIGPIPE = 13


class Context:
    """What every command is given: where the declarations and the workspace are, and who acts."""

    def __init__(self, standards: Path | None, workspace: Workspace) -> None:
        self.given_standards = standards
        self.workspace = workspace
        self.person: str | None = None

    @property
    def standards(self) -> Path:
        """The organisation's folder, or a refusal that says how to name it."""
        if self.given_standards is None:
            raise ScorecardError(
                "standards-not-given",
                "No folder of declarations was named.",
                hint="Give --standards DIR or set SCORECARD_STANDARDS.",
            )
        return self.given_standards

    def open(self) -> Any:
        """The declarations and the ledger."""
        from scorecard.report.opened import open_scorecard

        return open_scorecard(self.standards, self.workspace)


class Refusing(click.Group):
    """Prints a refusal as `CODE: message` on standard error and ends with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is no traceback."""
        try:
            return super().invoke(ctx)
        except ScorecardError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except BrokenPipeError:
            # Whoever read has had enough, as `head` has: what any program ends with then.
            ctx.exit(128 + _SIGPIPE)
        except Exception as error:
            if os.environ.get("SCORECARD_TRACEBACK"):
                raise
            first = (str(error).splitlines() or [""])[0]
            unforeseen = ScorecardError(
                "internal-error",
                f"{type(error).__name__}: {first}",
                hint="This is a mistake in the software; SCORECARD_TRACEBACK=1 shows where.",
            )
            click.echo(str(unforeseen), err=True)
            ctx.exit(1)


@click.group(cls=Refusing, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--standards",
    type=click.Path(path_type=Path),
    envvar="SCORECARD_STANDARDS",
    help="The organisation's folder of declarations.",
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    envvar="SCORECARD_WORKSPACE",
    default=Path("workspace"),
    show_default=True,
    help="Where landed records and the ledger are kept.",
)
@click.option(
    "--ledger",
    envvar="SCORECARD_LEDGER",
    help="A SQLAlchemy URL, to share a ledger in PostgreSQL.",
)
@click.option(
    "--records",
    envvar="SCORECARD_RECORDS",
    help="A SQLAlchemy URL of the PostgreSQL database in which the records already live.",
)
@click.option(
    "--spark",
    envvar="SCORECARD_SPARK",
    help="The address of a Spark Connect server, for measure --engine spark.",
)
@click.version_option(package_name="service-scorecard", prog_name="scorecard")
@click.pass_context
def main(
    ctx: click.Context,
    standards: Path | None,
    workspace: Path,
    ledger: str | None,
    records: str | None,
    spark: str | None,
) -> None:
    """Service standards and scorecards: which promises do we keep, and where is the gap?"""
    ctx.obj = Context(standards, Workspace(workspace, ledger, records, spark))


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The dashboard's port.")
@click.option("--no-serve", is_flag=True, help="Build and measure, but open no dashboard.")
@click.option("--no-browser", is_flag=True, help="Serve the pages, but open no browser.")
@click.option("--as", "person", help="Who the pages act for; without it they only show.")
@click.pass_obj
def demo(
    context: Context, port: int | None, no_serve: bool, no_browser: bool, person: str | None
) -> None:
    """Build the synthetic Harbor City if needed, measure it, and open its dashboard."""
    from scorecard.demo import build_demo
    from scorecard.progress import progress_bar

    with progress_bar() as progress:
        standards, summary = build_demo(context.workspace, progress)
    click.echo(summary)
    if not no_serve:
        from scorecard.serve import serve

        serve(standards, context.workspace, port=port, open_browser=not no_browser, person=person)


@main.command()
@click.option("--list", "listing", is_flag=True, help="List what is declared as well.")
@click.option("--examples", is_flag=True, help="Compute the examples of all metrics as well.")
@click.pass_obj
def check(context: Context, listing: bool, examples: bool) -> None:
    """Lint every declaration; end with 1 if there is a mistake."""
    from scorecard.report.checked import checked_text

    text, mistakes = checked_text(context.standards, context.workspace, listing, examples)
    click.echo(text, err=mistakes > 0)
    if mistakes:
        sys.exit(1)


main.add_command(new)
main.add_command(draft_source)
main.add_command(import_)
main.add_command(watch)
main.add_command(quality)
main.add_command(quarantine)
main.add_command(emerging)
main.add_command(attainment)
main.add_command(compare)
main.add_command(judge)
main.add_command(audit)
main.add_command(verify)


@main.command()
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "postgresql", "spark"]),
    help="What computes it: postgresql where --records is given, duckdb otherwise.",
)
@click.option("--all", "in_full", is_flag=True, help="Measure all periods, touched or not.")
@click.pass_obj
def measure(context: Context, engine: Any, in_full: bool) -> None:
    """Bring every measurement up to date."""
    from scorecard.measure.run import measure as measure_all
    from scorecard.progress import progress_bar

    notes: list[str] = []
    with context.open() as opened:
        with progress_bar() as progress:
            receipt = measure_all(
                opened.declarations,
                context.workspace,
                opened.ledger,
                progress,
                engine=engine,
                note=notes.append,
                in_full=in_full,
            )
        for note in notes:
            click.echo(f"note: {note}", err=True)
        click.echo(str(receipt))


@main.command()
@click.option("--department", help="One department's rows.")
@click.option("--standard", help="One standard's rows.")
@click.option("--period", help='A period such as 2026-07 or 2023-24; "all" adds all up; "latest".')
@click.option("--by", help="A row for each value of this dimension, such as channel or team.")
@click.option("--as-of", "as_of", help="What was known at this moment, ISO 8601.")
@click.option("--changed-since", help="Only figures that are others than at this moment, ISO 8601.")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv"]), default="table")
@click.pass_obj
def show(
    context: Context,
    department: str | None,
    standard: str | None,
    period: str | None,
    by: str | None,
    as_of: str | None,
    changed_since: str | None,
    format_: str,
) -> None:
    """Print the scorecard."""
    from scorecard.report.show import measured_yet, shown_changes, shown_rows
    from scorecard.report.terminal import written

    with context.open() as opened:
        if changed_since is not None:
            rows = shown_changes(opened, changed_since, department, standard, period, as_of, by=by)
        else:
            latest = format_ == "table"
            rows = shown_rows(opened, department, standard, period, as_of, by=by, latest=latest)
        if period == "all":
            _say_what_has_no_total(opened.declarations, standard)
        if by is not None and standard is None:
            _say_what_is_not_measured_by(by, opened.declarations)
        if as_of is None:
            _say_what_is_stale(opened)
        elif not rows and changed_since is None:
            click.echo(f"Nothing was known at {as_of}.", err=True)
        if changed_since is not None and not rows and format_ == "table":
            click.echo(f"No figure is another than at {changed_since}.")
            return
        if not rows and period is not None and format_ == "table" and measured_yet(opened):
            what = "over all periods" if period == "all" else f"in {period}"
            click.echo(
                f"No figure was measured {what}. Without --period: the latest complete ones."
            )
            return
        click.echo(written(rows, format_, opened.declarations), nl=False)


@main.command()
@click.argument("standard")
@click.option("--department", help="A department; without it the whole organisation.")
@click.option("--period", help="A period such as 2026-07; without it the last judged one.")
@click.option(
    "--since", help="Say what changed since this moment, ISO 8601, and which rows did it."
)
@click.option("--as-of", "as_of", help="What was known at this moment, ISO 8601.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--rows",
    "sample",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many rows to show.",
)
@click.pass_obj
def explain(
    context: Context,
    standard: str,
    department: str | None,
    period: str | None,
    since: str | None,
    as_of: str | None,
    format_: str,
    sample: int,
) -> None:
    """Say how the figure of STANDARD was computed, and show the rows behind it."""
    from scorecard.report.changes_text import explained_since
    from scorecard.report.explain_text import explained
    from scorecard.report.show import explained_changes, explained_figure

    with context.open() as opened:
        if since is not None:
            changed = explained_changes(opened, standard, department, period, since, as_of, sample)
            click.echo(explained_since(changed, format_), nl=False)
            return
        found = explained_figure(opened, standard, department, period, as_of, sample)
        click.echo(explained(found, format_), nl=False)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--department", help="One department's rows.")
@click.option("--standard", help="One standard's rows.")
@click.option("--period", help="A period such as 2026-07.")
@click.option("--by", help="A row for each value of this dimension, such as channel or team.")
@click.option("--as-of", "as_of", help="What was known at this moment, ISO 8601.")
@click.pass_obj
def export(
    context: Context,
    file: Path,
    department: str | None,
    standard: str | None,
    period: str | None,
    by: str | None,
    as_of: str | None,
) -> None:
    """Write the scorecard to FILE: .csv or .json by its ending."""
    from scorecard.report.export import write_export
    from scorecard.report.show import shown_rows

    with context.open() as opened:
        rows = shown_rows(opened, department, standard, period, as_of, by=by)
        write_export(rows, file, synthetic=opened.declarations.organisation.synthetic)
        if period == "all":
            _say_what_has_no_total(opened.declarations, standard)
        if by is not None and standard is None:
            _say_what_is_not_measured_by(by, opened.declarations)
        click.echo(f"Wrote {len(rows):,} rows to {file}.")


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The dashboard's port.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option(
    "--as",
    "person",
    envvar="SCORECARD_PERSON",
    help="Who the pages act for: the id of one of the people in organisation.toml.",
)
@click.pass_obj
def dashboard(context: Context, port: int | None, no_browser: bool, person: str | None) -> None:
    """Serve the pages on this machine."""
    from scorecard.serve import serve

    context.open().close()
    serve(
        context.standards,
        context.workspace,
        port=port,
        open_browser=not no_browser,
        person=person,
    )


def _say_what_is_stale(opened: Any) -> None:
    from scorecard.report.freshness import stale

    for change in stale(opened.declarations, opened.ledger, opened.workspace):
        click.echo(f"note: {change}", err=True)


def _say_what_has_no_total(declarations: Any, standard: str | None) -> None:
    from scorecard.report.totals import not_additive

    left_out = [one for one in not_additive(declarations) if standard in (None, one)]
    if left_out:
        click.echo(
            f"Left out, since such figures do not add up over periods: {', '.join(left_out)}.",
            err=True,
        )


def _say_what_is_not_measured_by(by: str, declarations: Any) -> None:
    from scorecard.report.breakdown import left_out

    found = left_out(by, declarations)
    if found:
        standards = "1 standard" if len(found) == 1 else f"{len(found):,} standards"
        click.echo(f"Left out, since not measured by {by}: {standards}.", err=True)


def run() -> NoReturn:
    """What the console script calls: `main`, and then an end without the interpreter's teardown.

    At teardown DuckDB's binding reports pages of "leaked" objects to the person at the terminal,
    after all work is done and written. See docs/decisions/0010-end-of-the-process.md.
    """
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    else:
        code = 0
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
