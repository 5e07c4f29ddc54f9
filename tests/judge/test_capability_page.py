"""The example of docs/judging/capability.md prints what stands below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import FENCED, text_of


def test_the_example_prints_what_stands_below_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = FENCED.findall(text_of(repository, "docs/judging/capability.md"))
    (code,) = (body for _, language, body in blocks if language == "python")
    (printed,) = (body for _, language, body in blocks if language == "text")
    exec(compile(code, "capability.md", "exec"), {})
    assert capsys.readouterr().out == printed
