"""A progress bar for long work, on standard error and only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[str, float], None]
_STEPS = 1000


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Gives a function to call with what is being done and how far it is (0 to 1).

    Gives None where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=_STEPS, file=sys.stderr, width=30) as bar:

        def report(doing: str, fraction: float) -> None:
            bar.label = f"{doing:<32.32}"
            # The bar counts steps forward; a new stage may start again from the beginning.
            if round(fraction * _STEPS) < bar.pos:
                bar.pos = 0
                bar.finished = False
            bar.update(round(fraction * _STEPS) - bar.pos)

        yield report
