"""Drawing samples, recording what they show, and what that tells of all."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
