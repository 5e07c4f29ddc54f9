"""Findings, causes, actions, controls, and what people say to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scorecard.cli_audit.acting import DAY, desk, seen_option, tell

if TYPE_CHECKING:
    from scorecard.audit import Desk
    from scorecard.audit.bringing import Piece
    from scorecard.cli import Context

_GRADES = click.Choice(["major", "minor", "observation"])
_NATURES = click.Choice(["fault", "improvement"])
_PLACES = click.Choice(["individual", "system"])
_cycle = click.argument("cycle")
_finding = click.argument("finding", type=click.IntRange(min=1))
_action = click.argument("action", type=click.IntRange(min=1))
_evidence = click.option(
    "--evidence",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),
    help="A file that proves it, kept under the hash of its content; may be repeated.",
)
_dated = click.option(
    "--dated",
    "days",
    multiple=True,
    type=DAY,
    help="The day the evidence is of, as 2026-03-31: one for each --evidence, in the same order.",
)
Files = tuple[Path, ...]
Days = tuple[date, ...]


@click.command()
@_cycle
@click.option("--standard", required=True, help="The requirement's standard, by its id.")
@click.option("--department", help="Its department, by id, name or alias; else the whole.")
@click.option("--team", help="The team it is about, by its id.")
@click.option("--grade", type=_GRADES, required=True, help="How grave: a major one bars signing.")
@click.option(
    "--nature",
    type=_NATURES,
    default="fault",
    show_default=True,
    help="A fault, or a chance to improve.",
)
@click.option(
    "--lies-in",
    "lies_in",
    type=_PLACES,
    required=True,
    help="Whose doing it is: of individual people or teams, or of the system they work in.",
)
@click.option(
    "--origin",
    type=click.Choice(["audit", "sample-disagreement", "complaint", "hostile-feedback"]),
    default="audit",
    show_default=True,
    help="Where it is from; the last two close only with cause, action and control.",
)
@click.option("--case", default="", help="The case or complaint it is from, by its key.")
@click.option("--text", required=True, help="What was found.")
@_evidence
@_dated
@seen_option
@click.pass_obj
def find(
    context: Context, cycle: str, files: Files, days: Days, seen: int | None, **told: Any
) -> None:
    """Raise a finding in CYCLE; its number is printed."""
    with desk(context) as at:
        department = told["department"]
        if department is not None:
            told["department"] = at.organisation.department_today(department)
        _record(at, cycle, "finding-raised", told, seen, _pieces(files, days))


@click.command()
@_cycle
@_finding
@click.option("--grade", type=_GRADES, help="How grave it is; else as it was.")
@click.option("--nature", type=_NATURES, help="A fault, or a chance to improve; else as it was.")
@click.option("--lies-in", "lies_in", type=_PLACES, help="Whose doing it is; else as it was.")
@click.option("--text", help="The new wording; else as it was.")
@click.option("--reason", required=True, help="Why it is changed.")
@_evidence
@_dated
@seen_option
@click.pass_obj
def change(
    context: Context,
    cycle: str,
    finding: int,
    files: Files,
    days: Days,
    seen: int | None,
    **told: Any,
) -> None:
    """Change the wording, grade, nature or place of FINDING, by its number."""
    from scorecard.audit.moment import numbered

    with desk(context) as at:
        now = numbered("finding", at.cycle(cycle).findings, finding).wording
        kept = {name: getattr(now, name) for name in ("grade", "nature", "lies_in", "text")}
        told = {"finding": finding, **_over(kept, told)}
        _record(at, cycle, "finding-changed", told, seen, _pieces(files, days))


@click.command()
@_cycle
@_finding
@click.option("--why", "whys", multiple=True, help="A cause; each next one is behind the last.")
@click.option(
    "--tree",
    type=click.Path(path_type=Path, readable=False),
    help="A file with a tree of causes, in TOML or JSON: text, and because with a list of such.",
)
@seen_option
@click.pass_obj
def cause(
    context: Context,
    cycle: str,
    finding: int,
    whys: tuple[str, ...],
    tree: Path | None,
    seen: int | None,
) -> None:
    """Record why FINDING came to be: whys, one behind the other, or a tree."""
    from scorecard.audit.cause_file import read_tree

    with desk(context) as at:
        read = read_tree(tree) if tree else None
        told = {"finding": finding, "whys": whys, "tree": read}
        _record(at, cycle, "cause-recorded", told, seen)


@click.command()
@_cycle
@_finding
@click.option(
    "--corrective/--preventive",
    default=True,
    show_default=True,
    help="Mends the fault, or prevents the next one.",
)
@click.option("--text", required=True, help="What is to be done.")
@click.option("--owner", required=True, help="Who does it, by id.")
@click.option("--due", type=DAY, required=True, help="The last day for it, as 2026-06-30.")
@click.option(
    "--effect",
    type=float,
    help="The change of the service gap that is expected, in the metric's unit: above 0 is better.",
)
@click.option("--effect-standard", help="Of which standard, by id; else the finding's.")
@click.option("--effect-department", help="Of which department; else the finding's.")
@click.option("--control", default="", help="How it will be kept so, in words.")
@seen_option
@click.pass_obj
def plan(
    context: Context,
    cycle: str,
    finding: int,
    effect: float | None,
    effect_standard: str | None,
    effect_department: str | None,
    seen: int | None,
    **told: Any,
) -> None:
    """Plan an action that answers FINDING; its number is printed."""
    from scorecard.audit.moment import numbered

    if effect is None and (effect_standard or effect_department):
        raise click.UsageError("Give --effect, the change that is expected.")
    with desk(context) as at:
        if effect is not None:
            about = numbered("finding", at.cycle(cycle).findings, finding).raised.body
            place = effect_department or about.department
            told["effect"] = {
                "standard": effect_standard or about.standard,
                "department": place and at.organisation.department_today(place),
                "change": effect,
            }
        _record(at, cycle, "action-planned", {"finding": finding, **told}, seen)


@click.command("change-action")
@_cycle
@_action
@click.option("--text", help="What is to be done; else as it was.")
@click.option("--owner", help="Who does it, by id; else as it was.")
@click.option("--due", type=DAY, help="The last day for it, as 2026-06-30; else as it was.")
@click.option("--reason", required=True, help="Why it is changed.")
@seen_option
@click.pass_obj
def change_action(context: Context, cycle: str, action: int, seen: int | None, **told: Any) -> None:
    """Change the text, owner or day of ACTION, by its number."""
    from scorecard.audit.moment import numbered

    with desk(context) as at:
        now = numbered("action", at.cycle(cycle).actions, action).plan
        kept = {name: getattr(now, name) for name in ("text", "owner", "due")}
        told = {"action": action, **_over(kept, told)}
        _record(at, cycle, "action-changed", told, seen)


@click.command()
@_cycle
@_action
@click.option("--on", type=DAY, required=True, help="The day on which it was done, as 2026-06-12.")
@click.option("--remark", default="", help="What there is to say of it.")
@_evidence
@_dated
@seen_option
@click.pass_obj
def done(
    context: Context,
    cycle: str,
    action: int,
    files: Files,
    days: Days,
    seen: int | None,
    **told: Any,
) -> None:
    """Record that ACTION, by its number, was carried out."""
    with desk(context) as at:
        told = {"action": action, **told}
        _record(at, cycle, "action-done", told, seen, _pieces(files, days))


@click.command()
@_cycle
@_finding
@click.option("--text", required=True, help="The check that keeps it mended.")
@click.option("--owner", required=True, help="Who makes it, by id.")
@click.option("--every", required=True, help="How often it is made: week, month, import.")
@seen_option
@click.pass_obj
def control(context: Context, cycle: str, finding: int, seen: int | None, **told: Any) -> None:
    """Record the control that keeps FINDING mended."""
    with desk(context) as at:
        _record(at, cycle, "control-recorded", {"finding": finding, **told}, seen)


@click.command()
@_cycle
@click.argument("finding", type=click.IntRange(min=1), required=False)
@click.option(
    "--voice", type=click.Choice(["staff", "management"]), required=True, help="Who speaks."
)
@click.option("--text", required=True, help="What they say.")
@seen_option
@click.pass_obj
def say(context: Context, cycle: str, finding: int | None, seen: int | None, **told: Any) -> None:
    """Record what staff or management say to FINDING, or without one to the whole audit."""
    with desk(context) as at:
        _record(at, cycle, "input-recorded", {"finding": finding, **told}, seen)


@click.command()
@_cycle
@_finding
@click.option("--remark", required=True, help="Why it is settled.")
@seen_option
@click.pass_obj
def settle(context: Context, cycle: str, finding: int, remark: str, seen: int | None) -> None:
    """Close FINDING. Nobody closes one that they raised, worded, or own an action of."""
    with desk(context) as at:
        _record(at, cycle, "finding-closed", {"finding": finding, "remark": remark}, seen)


@click.command("reopen-finding")
@_cycle
@_finding
@click.option("--reason", required=True, help="What did not work.")
@seen_option
@click.pass_obj
def reopen_finding(
    context: Context, cycle: str, finding: int, reason: str, seen: int | None
) -> None:
    """Open FINDING again."""
    with desk(context) as at:
        _record(at, cycle, "finding-reopened", {"finding": finding, "reason": reason}, seen)


def _record(
    at: Desk,
    cycle: str,
    kind: str,
    told: dict[str, Any],
    seen: int | None,
    pieces: list[Piece] | None = None,
) -> None:
    from scorecard.audit import body_of
    from scorecard.audit.bringing import record_with

    tell(at, record_with(at, cycle, body_of(kind, told), pieces or [], seen=seen), kind)


def _over(kept: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    return {**kept, **{name: value for name, value in told.items() if value is not None}}


def _pieces(files: Files, days: Days) -> list[Piece]:
    from scorecard.audit.bringing import Piece
    from scorecard.errors import AuditError

    if len(files) != len(days):
        raise AuditError(
            "evidence-undated",
            f"{len(files)} files of evidence have {len(days)} days.",
            hint="Give one --dated DAY for each --evidence FILE, in the same order: the day that "
            "the evidence is of.",
        )
    return [Piece(file, day) for file, day in zip(files, days, strict=True)]


COMMANDS: tuple[click.Command, ...] = (
    *(find, change, cause, plan, change_action, done),
    *(control, say, settle, reopen_finding),
)
