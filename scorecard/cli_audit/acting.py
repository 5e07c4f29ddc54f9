"""What every command of `scorecard audit` has in common: who acts, and at which version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from scorecard.audit import Cycle, Desk
    from scorecard.cli import Context

seen_option = click.option(
    "--seen",
    type=click.IntRange(min=1),
    help="The version of the cycle you decided on, a number that `audit show` prints. Where "
    "somebody has changed the same thing since, both versions are shown and nothing is recorded.",
)


def form_option(people: str) -> Callable[[Any], Any]:
    """--format: for people, as `people` names it ("table", "text"), or json."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([people, "json"]),
        default=people,
        show_default=True,
        help="How it is printed: for people, or for programs.",
    )


class _Day(click.ParamType):
    """A day of the calendar, as 2026-03-31."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The day that is written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write one that exists, as 2026-03-31.", param, ctx)


DAY = _Day()


@contextmanager
def desk(context: Context, *, reading: bool = False) -> Iterator[Desk]:
    """The desk of the person who acts. Who only reads needs no name.

    Where somebody else was first, both versions are printed and the command ends with 1. Raises
    AuditError `person-not-named`.
    """
    from scorecard.audit import Clash, Desk
    from scorecard.errors import AuditError

    if not context.person and not reading:
        raise AuditError(
            "person-not-named",
            "Nobody was named who does this.",
            hint="Give scorecard audit --as ID, or set SCORECARD_PERSON; the ids stand under "
            "[[people]] in organisation.toml.",
        )
    with context.open() as opened:
        try:
            yield Desk(opened.declarations, opened.workspace, opened.ledger, context.person or "")
        except Clash as clash:
            from scorecard.report.audit_clash import clash_text, clash_view

            found = clash_view(opened.declarations, clash, context.person or "")
            click.echo(clash_text(found), nl=False, err=True)
            raise click.exceptions.Exit(1) from None


def tell(at: Desk, now: Cycle, kind: str) -> None:
    """Say what was just recorded: the person's last event of this kind, and the version."""
    from scorecard.report.audit_history import history
    from scorecard.report.text_table import printable

    mine = [one for one in at.events(now.id) if (one.kind, one.actor) == (kind, at.by)]
    (told,) = history(at.declared, mine[-1:])
    click.echo(printable(told.sentence))
    click.echo(f"It is event {told.seq}; {now.id} is {now.state.standing}, version {now.version}.")
