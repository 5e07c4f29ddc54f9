"""The examples of the pages on judging print what stands below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import FENCED, text_of


@pytest.mark.parametrize("page", ["capability", "promise"])
def test_the_example_prints_what_stands_below_it(
    page: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = FENCED.findall(text_of(repository, f"docs/judging/{page}.md"))
    (code,) = (body for _, language, body in blocks if language == "python")
    (printed,) = (body for _, language, body in blocks if language == "text")
    exec(compile(code, page, "exec"), {})
    assert capsys.readouterr().out == printed
