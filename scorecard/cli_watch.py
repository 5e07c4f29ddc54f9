"""`scorecard watch`: a folder whose new files are imported."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import FrameType

    from scorecard.cli import Context


@click.command()
@click.argument("source")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Look at the folder every so many seconds.",
)
@click.option("--once", is_flag=True, help="Import what is there, and end.")
@click.option("--measure", "measuring", is_flag=True, help="Measure after new files.")
@click.pass_obj
def watch(
    context: Context, source: str, folder: Path, every: float, once: bool, measuring: bool
) -> None:
    """Import new files of FOLDER into SOURCE as they arrive, until Ctrl-C."""
    from scorecard.report.watch import Watch

    stop = _Stop()
    with context.open() as opened:
        watching = Watch(
            opened,
            opened.source(source),
            folder,
            measuring=measuring,
            told=click.echo,
            refused=lambda text: click.echo(text, err=True),
            stopped=lambda: stop.asked,
        )
        if once:
            fine = watching.once()
            if not fine:
                sys.exit(1)
            return
        click.echo(f"Watching {folder} for {source}; Ctrl-C ends it.", err=True)
        watching.go_on(every)


class _Stop:
    """Ctrl-C, or the system's request to end: the file in hand is landed, and no other one.

    A second Ctrl-C ends at once; what is not landed then is when the file is imported again.
    """

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
