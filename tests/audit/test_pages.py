"""What the pages on auditing print is what their code prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import FENCED, text_of


def test_the_example_of_the_re_audit_prints_what_stands_below_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = FENCED.findall(text_of(repository, "docs/auditing/reaudit.md"))
    code = "".join(body for _, language, body in blocks if language == "python")
    printed = "".join(body for _, language, body in blocks if language == "text")

    exec(compile(code, "reaudit.md", "exec"), {})

    assert capsys.readouterr().out == printed != ""
