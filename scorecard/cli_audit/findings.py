"""Findings, causes, actions, controls, and what people say to them."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
