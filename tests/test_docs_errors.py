"""Every error code in the source is explained once in docs/errors.md, and nothing else is."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scorecard import errors

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)


def error_classes(trees: list[ast.Module]) -> set[str]:
    """The names of ScorecardError and everything that is derived from it, anywhere."""
    names = {
        name
        for name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.ScorecardError)
    }
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        derived = {
            node.name for node in classes for base in node.bases if name_of(base) in names
        } - names
        if not derived:
            return names
        names |= derived


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def raisers(trees: list[ast.Module], classes: set[str]) -> set[str]:
    """Functions that pass their first parameter, `code`, on to an error."""
    found: set[str] = set()
    for tree in trees:
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                parameters = [one.arg for one in function.args.args if one.arg != "self"]
                makes = {name_of(call.func) for call in calls_in(function)} & classes
                if parameters[:1] == ["code"] and makes:
                    found.add(function.name)
    return found


def calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def codes_in(tree: ast.Module, makers: set[str], classes: set[str]) -> Iterator[tuple[str, int]]:
    """Each code that is written out where an error is made, with its line."""
    inherited = {
        id(call)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in classes
        for call in calls_in(node)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"
    }
    for call in calls_in(tree):
        if name_of(call.func) in makers or id(call) in inherited:
            first = call.args[0] if call.args else None
            keyword = next((one.value for one in call.keywords if one.arg == "code"), None)
            for code in alternatives(first or keyword):
                yield code, call.lineno
    # `yield code, message` in the advice of `scorecard check`.
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, first.lineno


def alternatives(node: ast.expr | None) -> list[str]:
    """The codes an argument may be. One that is put together shows as its source."""
    match node:
        case ast.Constant(value=str() as code):
            return [code]
        case ast.IfExp(body=body, orelse=orelse):
            return [*alternatives(body), *alternatives(orelse)]
        case ast.JoinedStr() | ast.BinOp():
            return [ast.unparse(node)]
        case _:
            return []


@pytest.fixture(scope="module")
def used(repository: Path) -> dict[str, str]:
    """Every code in the source, with one place that uses it."""
    files = sorted((repository / "scorecard").rglob("*.py"))
    trees = {file: ast.parse(file.read_bytes()) for file in files}
    classes = error_classes([*trees.values()])
    makers = classes | raisers([*trees.values()], classes)
    return {
        code: f"{file.relative_to(repository)}:{line}"
        for file, tree in trees.items()
        for code, line in codes_in(tree, makers, classes)
    }


@pytest.fixture(scope="module")
def explained(repository: Path) -> list[str]:
    return HEADING.findall((repository / "docs" / "errors.md").read_text(encoding="utf-8"))


def test_every_code_is_written_in_kebab_case(used: dict[str, str]):
    assert len(used) > 50
    wrong = [f"{code} ({place})" for code, place in used.items() if not CODE.fullmatch(code)]
    assert not wrong, "write the code out, in kebab-case\n  " + "\n  ".join(wrong)


def test_every_code_in_the_source_is_explained(used: dict[str, str], explained: list[str]):
    missing = [f"{code} ({used[code]})" for code in sorted(used.keys() - set(explained))]
    assert not missing, "docs/errors.md explains no\n  " + "\n  ".join(missing)


def test_no_explained_code_has_gone(used: dict[str, str], explained: list[str]):
    gone = sorted(set(explained) - used.keys())
    assert not gone, "no source uses any more\n  " + "\n  ".join(gone)


def test_every_code_is_explained_once(explained: list[str]):
    assert [code for code, count in Counter(explained).items() if count > 1] == []


def test_every_explanation_has_a_cause_and_a_mend(repository: Path):
    text = (repository / "docs" / "errors.md").read_text(encoding="utf-8")
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        code, _, body = part.partition("\n")
        assert "**Mend:**" in body, code
        assert len(body.split("**Mend:**")[0].split()) >= 4, code
