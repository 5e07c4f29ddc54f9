"""Proposing, deciding and writing a tighter expected value."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
