"""The re-audit beside the baseline, and what each action did."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
