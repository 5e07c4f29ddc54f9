"""What the pages on judging print is what their code prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import FENCED, text_of


@pytest.mark.parametrize(
    "page", ["README", "capability", "drivers", "promise", "scorecard-figure", "teams"]
)
def test_the_example_of_a_page_prints_what_stands_below_it(
    page: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = FENCED.findall(text_of(repository, f"docs/judging/{page}.md"))
    code = "".join(body for _, language, body in blocks if language == "python")
    printed = "".join(body for _, language, body in blocks if language == "text")

    exec(compile(code, f"{page}.md", "exec"), {})

    assert capsys.readouterr().out == printed != ""
