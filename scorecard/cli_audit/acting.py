"""What every command of `scorecard audit` has in common: who acts, and at which version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.audit import Desk
    from scorecard.cli import Context

seen_option = click.option(
    "--seen",
    type=click.IntRange(min=1),
    help="The version of the cycle that was decided on, as `audit show` prints it: what others "
    "wrote since on the same thing is shown instead of written over.",
)


@contextmanager
def desk(context: Context, *, reading: bool = False) -> Iterator[Desk]:
    """The desk of the person who acts. Who only reads needs no name.

    Raises AuditError `person-not-named`.
    """
    from scorecard.audit import Desk
    from scorecard.errors import AuditError

    if not context.person and not reading:
        raise AuditError(
            "person-not-named",
            "Nobody was named who does this.",
            hint="Give scorecard audit --as ID, or set SCORECARD_PERSON; the ids stand under "
            "[[people]] in organisation.toml.",
        )
    with context.open() as opened:
        yield Desk(opened.declarations, opened.workspace, opened.ledger, context.person or "")
