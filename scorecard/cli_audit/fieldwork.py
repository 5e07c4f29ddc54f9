"""Drawing samples, recording what they show, and what that tells of all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scorecard.cli_audit.acting import desk, form_option, seen_option

if TYPE_CHECKING:
    from scorecard.cli import Context

_sample = click.argument("sample", type=click.IntRange(min=1))
_recheck = click.option(
    "--recheck",
    is_flag=True,
    help="As a second auditor, who is not shown what the first one found.",
)


@click.command()
@click.argument("cycle")
@click.argument("standard")
@click.option(
    "--department",
    help="The department, by id, name or alias; without it the organisation as a whole.",
)
@click.option(
    "--period",
    help="The period of the figure, as 2026-02; without it the last one of the baseline.",
)
@click.option(
    "--criterion",
    "criteria",
    multiple=True,
    help="A question to ask of each case; may be repeated.",
)
@click.option(
    "--criterion-of-record",
    "of_record",
    help="The question that the metric asks of each record: its share is held against the figure.",
)
@click.option(
    "--within",
    type=click.FloatRange(0, 50, min_open=True, max_open=True),
    help="How exactly the share is to be known: 5 for plus or minus 5 points.",
)
@click.option("--cases", type=click.IntRange(min=1), help="How many cases, in place of --within.")
@click.option(
    "--confidence",
    type=click.FloatRange(50, 99.9),
    default=95,
    show_default=True,
    help="Of the interval, in percent.",
)
@click.option(
    "--expected",
    type=click.FloatRange(0, 100, min_open=True, max_open=True),
    default=50,
    show_default=True,
    help="The share expected to be met, in percent; 50 asks for the most cases.",
)
@click.option("--by", default="", help="Strata: department, or a dimension such as team, channel.")
@click.option("--equally", is_flag=True, help="As many cases of each stratum; else by their size.")
@click.option(
    "--expected-in",
    "expected_in",
    multiple=True,
    metavar="STRATUM=PERCENT",
    help="The share expected in one stratum, as north=90, for each of them: more cases are drawn "
    "where they differ more.",
)
@click.option("--reason", default="", help="Why the same is drawn from once more; asked then.")
@seen_option
@click.pass_obj
def draw(
    context: Context,
    cycle: str,
    standard: str,
    department: str | None,
    period: str | None,
    criteria: tuple[str, ...],
    of_record: str | None,
    within: float | None,
    cases: int | None,
    confidence: float,
    expected: float,
    by: str,
    equally: bool,
    expected_in: tuple[str, ...],
    reason: str,
    seen: int | None,
) -> None:
    """Draw a random sample of the cases behind a figure of STANDARD in CYCLE's baseline."""
    from scorecard.audit.drawing import first_day
    from scorecard.audit.fieldwork import Size, draw_sample

    shares = dict(_share(text) for text in expected_in)
    questions = [*([of_record] if of_record is not None else []), *criteria]
    if not questions:
        raise click.UsageError("Give at least one --criterion, or --criterion-of-record.")
    with desk(context) as at:
        place = department and at.organisation.department_today(department)
        drawn = draw_sample(
            at,
            cycle,
            standard,
            place,
            questions,
            Size(within, cases, confidence, expected, equally, shares or None),
            of_record=of_record or "",
            by=by,
            period=first_day(at, cycle, standard, period) if period else None,
            reason=reason,
            seen=seen,
        )
        body = drawn.cycle.samples[drawn.number].body
        click.echo(f"Sample {drawn.number} of {drawn.cycle.id}: {drawn.sentence}")
        click.echo(
            f"{len(body.keys)} cases are drawn from {body.population} of {body.data}, with the "
            f"seed {body.seed}. The cycle is at version {drawn.cycle.version}."
        )


@click.command()
@click.argument("cycle")
@_sample
@_recheck
@form_option("text")
@click.pass_obj
def cases(context: Context, cycle: str, sample: int, recheck: bool, form: str) -> None:
    """List the cases of SAMPLE, what is recorded of each, and what their records say."""
    from scorecard.report.audit_examined import case_lines, cases_text, to_json

    with desk(context, reading=not recheck) as at:
        found = case_lines(at, cycle, sample, recheck=recheck)
        click.echo(to_json(at, found) if form == "json" else cases_text(at, found), nl=False)


@click.command()
@click.argument("cycle")
@_sample
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_recheck
@click.option("--first", type=click.IntRange(min=1), help="Only so many cases, in the order drawn.")
@click.pass_obj
def sheet(
    context: Context, cycle: str, sample: int, file: Path, recheck: bool, first: int | None
) -> None:
    """Write FILE, a CSV with a line for each case and criterion that waits for its result."""
    from scorecard.audit.sheet import sheet as sheet_of
    from scorecard.report.export import whole_or_not_at_all

    with desk(context, reading=not recheck) as at:
        text = sheet_of(at, cycle, sample, recheck=recheck, first=first)
        with whole_or_not_at_all(file) as out:
            # So that a spreadsheet takes it for UTF-8.
            out.write("\ufeff" + text)
        click.echo(f"{file}: fill in outcome (met, not-met, not-applicable) and remark.")


@click.command()
@click.argument("cycle")
@_sample
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_recheck
@click.option("--encoding", default="utf-8", show_default=True, help="The encoding of the file.")
@seen_option
@click.pass_obj
def results(
    context: Context,
    cycle: str,
    sample: int,
    file: Path,
    recheck: bool,
    encoding: str,
    seen: int | None,
) -> None:
    """Record all results of FILE, a filled-in sheet, or none of them."""
    from scorecard.audit.sheet import record_sheet, to_examine
    from scorecard.report.phrases import counted

    with desk(context) as at:
        now, number = record_sheet(
            at, cycle, sample, file, recheck=recheck, encoding=encoding, seen=seen
        )
        left = to_examine(now, sample, recheck_by=at.by if recheck else None)
        keys = {one.key for one in left}
        waits = f"{counted(len(left), 'result')} of {counted(len(keys), 'case')} still to come"
        click.echo(
            f"{counted(number, 'result')} recorded; {waits if left else 'none is left'}. "
            f"The cycle is at version {now.version}."
        )


@click.command()
@click.argument("cycle")
@_sample
@click.argument("key")
@click.argument("criterion")
@click.argument("outcome", type=click.Choice(["met", "not-met", "not-applicable"]))
@click.option("--remark", default="", help="What was seen, in words.")
@click.option(
    "--evidence",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file that shows it, kept under the hash of its content; may be repeated.",
)
@click.option(
    "--dated", type=click.DateTime(["%Y-%m-%d"]), help="The day the evidence is of, as 2026-03-31."
)
@_recheck
@seen_option
@click.pass_obj
def result(
    context: Context,
    cycle: str,
    sample: int,
    key: str,
    criterion: str,
    outcome: str,
    remark: str,
    files: tuple[Path, ...],
    dated: datetime | None,
    recheck: bool,
    seen: int | None,
) -> None:
    """Record what was found of one CRITERION in the case KEY of SAMPLE: OUTCOME. Both are written
    as `audit cases` prints them.
    """
    from scorecard.audit.fieldwork import record_result

    if files and dated is None:
        raise click.UsageError("Give --dated, the day the evidence is of.")
    with desk(context) as at:
        now = record_result(
            at,
            cycle,
            sample,
            key,
            criterion,
            outcome,
            remark=remark,
            evidence=files,
            dated=dated.date() if dated else None,
            recheck=recheck,
            seen=seen,
        )
        click.echo(f"{key}: {outcome}. The cycle is at version {now.version}.")


@click.command()
@click.argument("cycle")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    help="One sample, by its number; all of them unless given.",
)
@click.option(
    "--confidence",
    type=click.FloatRange(50, 99.9),
    default=95,
    show_default=True,
    help="Of the interval, in percent.",
)
@form_option("text")
@click.pass_obj
def estimate(
    context: Context, cycle: str, sample: int | None, confidence: float, form: str
) -> None:
    """Say what the cases examined tell of all, beside the records and the second auditor."""
    from scorecard.report.audit_examined import estimates, estimates_text, to_json

    with desk(context, reading=True) as at:
        found = estimates(at, cycle, sample, confidence / 100)
        click.echo(to_json(at, found) if form == "json" else estimates_text(at, found), nl=False)


@click.command()
@click.argument("cycle")
@_sample
@click.pass_obj
def redraw(context: Context, cycle: str, sample: int) -> None:
    """Draw SAMPLE once more from its seed and records, and say whether it is the same."""
    from scorecard.audit.fieldwork import redrawn
    from scorecard.ledger import head
    from scorecard.report.chain_head import head_text

    with desk(context, reading=True) as at:
        found = redrawn(at, cycle, sample)
        click.echo(found.sentence)
        click.echo(head_text(head(at.ledger)), nl=False)
        if not found.same:
            raise click.exceptions.Exit(1)


def _share(text: str) -> tuple[str, float]:
    name, _, percent = text.rpartition("=")
    try:
        return name, float(percent.removesuffix("%"))
    except ValueError:
        raise click.UsageError(f"--expected-in {text!r} is not of the form STRATUM=90.") from None


COMMANDS: tuple[click.Command, ...] = (draw, cases, sheet, results, result, estimate, redraw)
