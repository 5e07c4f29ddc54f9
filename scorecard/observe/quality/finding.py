"""What one check found in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_EXAMPLES, _LETTERS = 3, 80


@dataclass(frozen=True)
class Finding:
    """How many of how many, and a few of them.

    code      the check: one of docs/auditors.md, a reason of quarantine, or a rule of the contract
    column    the contract's column; None where it is about rows or the file as a whole
    count     how many; None where that cannot be known
    of        the denominator; None where there is none to compare with
    examples  a few of them, in words, cut short
    detail    what later files are compared with
    notable   whether a person should look at it
    """

    code: str
    column: str | None
    count: int | None
    of: int | None
    examples: tuple[str, ...] = ()
    detail: dict[str, Any] | None = None
    notable: bool = False


def shown(examples: Sequence[str]) -> tuple[str, ...]:
    """The first few examples, each cut short."""
    return tuple(
        text if len(text) <= _LETTERS else text[:_LETTERS] + "…" for text in examples[:_EXAMPLES]
    )
