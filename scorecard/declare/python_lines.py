"""Where in a Python file a mistake is: the line of an argument, and of a failing statement."""

from __future__ import annotations

import ast
import traceback
from pathlib import Path


def argument_line(
    file: Path, line: int, keyword: str | None = None, text: str | None = None
) -> int:
    """The line of an argument of the call that begins on `line` of `file`.

    `keyword` names the argument; `text` is a string written inside it (or, without `keyword`,
    anywhere in the call), whose own line is preferred. What cannot be found falls back to `line`.
    """
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return line
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno == line]
    for call in calls:
        parts: list[ast.AST] = [call]
        if keyword is not None:
            parts = [part for part in call.keywords if part.arg == keyword]
        for part in parts:
            for node in ast.walk(part):
                if text is not None and isinstance(node, ast.Constant) and node.value == text:
                    return node.lineno
            if keyword is not None and isinstance(part, ast.keyword):
                return part.lineno
    return line


def failing_line(error: BaseException, file: Path) -> int | None:
    """The innermost line of `file` that was running when `error` was raised; None if none was."""
    names = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(file)
    ]
    return names[-1] if names else None
