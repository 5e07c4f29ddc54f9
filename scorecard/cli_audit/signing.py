"""Signing, closing, exporting and checking an audit."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
