"""Adding names to what a Python file imports from `scorecard`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

_WIDTH = 100


def with_imports(text: str, names: Iterable[str]) -> str:
    """The text of a file that imports `names` from scorecard, with as little change as possible.

    Names are added to the first statement that imports from scorecard; one that holds a comment is
    left alone and followed by another. Without any, one is written below the other imports. The
    text must be valid Python.
    """
    tree = ast.parse(text)
    ours = [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "scorecard" and not node.level
    ]
    there = {alias.name for node in ours for alias in node.names if alias.asname is None}
    missing = set(names) - there
    if not missing:
        return text
    lines = text.splitlines(keepends=True)
    for node in ours:
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        alone = _alone(tree, node)
        if alone and "#" not in "".join(lines[first:last]):
            written = {ast.unparse(alias) for alias in node.names} | missing
            return "".join([*lines[:first], _statement(written), *lines[last:]])
    above = _end_of_imports(tree)
    blank = "\n" if above and not ours else ""
    kept = "".join(lines[:above])
    if kept and not kept.endswith("\n"):
        kept += "\n"
    return "".join([kept, blank, _statement(missing), *lines[above:]])


def _alone(tree: ast.Module, node: ast.stmt) -> bool:
    """Whether no other statement shares a line with this one."""
    last = node.end_lineno
    return all(
        other is node or other.lineno > (last or 0) or (other.end_lineno or 0) < node.lineno
        for other in tree.body
    )


def _end_of_imports(tree: ast.Module) -> int:
    """The last line of the docstring and of the imports that follow it; 0 where there are none."""
    end = 0
    for index, node in enumerate(tree.body):
        docstring = (
            index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )
        if not docstring and not isinstance(node, ast.Import | ast.ImportFrom):
            break
        end = node.end_lineno or node.lineno
    return end


def _statement(names: set[str]) -> str:
    ordered = sorted(names)
    line = f"from scorecard import {', '.join(ordered)}\n"
    if len(line) <= _WIDTH + 1:
        return line
    return "from scorecard import (\n" + "".join(f"    {name},\n" for name in ordered) + ")\n"
