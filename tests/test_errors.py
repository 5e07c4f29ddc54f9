"""Refusals as a person reads them."""

from __future__ import annotations

from scorecard.errors import ImportRefused


def test_what_steers_a_terminal_is_written_out() -> None:
    error = ImportRefused("column-missing", "Left over are \x1b[31mRed\x00 and Größe 3.", line=1)
    assert str(error) == "column-missing: Left over are \\x1b[31mRed\\x00 and Größe 3."
