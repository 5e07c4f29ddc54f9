"""`scorecard verify`: whether anything in the chain of events, or in an audit, was altered."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scorecard.cli import Context
    from scorecard.ledger import Head
    from scorecard.report.verified import Verified

_HEAD = re.compile(r"([1-9][0-9]*):([0-9a-f]{16,64})")


@click.command()
@click.option(
    "--anchors",
    "more_anchors",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A further file of anchors: a copy, or another machine's.",
)
@click.option("--head", "heads", multiple=True, help="A head that was printed: SEQ:HASH.")
@click.option(
    "--chain", "chain_only", is_flag=True, help="Look at the chain and its anchors alone."
)
@click.option("--anchor", is_flag=True, help="Anchor the last event, if nothing else is wrong.")
@click.option(
    "--export",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the events to a file too, for an independent check.",
)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def verify(
    context: Context,
    more_anchors: tuple[Path, ...],
    heads: tuple[str, ...],
    chain_only: bool,
    anchor: bool,
    file: Path | None,
    format_: str,
) -> None:
    """Hash every event anew, hold the chain against its anchors and every audit against its
    evidence and signatures, compute signed figures anew; end with 1 if there is a fault.
    """
    from scorecard.ledger import anchor_head, open_ledger
    from scorecard.report.verified import export_chain, verified, written

    given = given_heads(heads)
    workspace = context.workspace
    with open_ledger(workspace.ledger, workspace.anchors, as_it_is=True) as ledger:

        def look() -> Verified:
            return verified(
                *(ledger, workspace, context.given_standards),
                chain_only=chain_only,
                more_anchors=more_anchors,
                heads=given,
            )

        found = look()
        if anchor and {one.code for one in found.faults} <= {"anchor-missing", "anchor-behind"}:
            anchor_head(ledger)
            found = look()
        if file is not None:
            export_chain(ledger, file)
    click.echo(written(found, format_), nl=False)
    if found.faults:
        sys.exit(1)


def given_heads(texts: tuple[str, ...]) -> list[Head]:
    """The heads that somebody wrote down. Raises click.UsageError."""
    from scorecard.ledger import Head

    found: list[Head] = []
    for text in texts:
        parts = _HEAD.fullmatch(text.strip().lower())
        if parts is None:
            raise click.UsageError(f"--head {text!r}: write SEQ:HASH, 16 signs of HASH or more.")
        found.append(Head(int(parts[1]), parts[2]))
    return found
