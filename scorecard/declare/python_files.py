"""Running a declaration file written in Python, and saying in one coded error what went wrong."""

from __future__ import annotations

import builtins
import inspect
import itertools
import re
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import scorecard
from scorecard.declare.python_lines import failing_line
from scorecard.declare.suggest import hint
from scorecard.declare.text_files import read_text
from scorecard.errors import DeclarationError, ScorecardError

_Item = TypeVar("_Item")
_numbers = itertools.count()


def run(
    file: Path, collected: ContextVar[list[_Item]]
) -> tuple[list[_Item], ScorecardError | None]:
    """What the file declared, and the mistake that stopped it, if one did.

    The file runs in a module of its own that is forgotten afterwards: nothing of it stays in
    `sys.modules`, and no compiled copy is written beside it.
    """
    items: list[_Item] = []
    module = ModuleType(f"_declared_{next(_numbers)}_{file.stem}")
    module.__file__ = str(file)
    token = collected.set(items)
    sys.modules[module.__name__] = module
    try:
        code = compile(read_text(file), str(file), "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except (Exception, SystemExit) as error:
        return items, as_mistake(error, file, names=module.__dict__)
    finally:
        del sys.modules[module.__name__]
        collected.reset(token)
    return items, None


def as_mistake(
    error: BaseException, file: Path, line: int | None = None, names: Iterable[str] = ()
) -> ScorecardError:
    """An exception raised by the code of `file`, as a coded error with its place.

    A refusal of ours keeps its code; anything else is `python-error`. `line` is given where no line
    of the file was running; `names` are those the file could have meant.
    """
    if isinstance(error, ScorecardError):
        return error.at(file, failing_line(error, file) or line)
    if isinstance(error, SyntaxError):
        return DeclarationError(
            "python-error",
            f"This is not valid Python: {error.msg}.",
            file=file,
            line=error.lineno or line,
            column=error.offset,
        )
    text = str(error)
    return DeclarationError(
        "python-error",
        f"{type(error).__name__}: {text}" if text else type(error).__name__,
        file=file,
        line=failing_line(error, file) or line,
        hint=_hint(error, [*names, *dir(builtins), *scorecard.__all__]),
    )


def _hint(error: BaseException, names: list[str]) -> str | None:
    written: Any = getattr(error, "name", None)
    if isinstance(error, NameError) and written:
        return _near(written, names)
    if isinstance(error, AttributeError) and written:
        return _near(written, [name for name in dir(error.obj) if not name.startswith("_")])
    if isinstance(error, ImportError) and error.name == "scorecard":
        missing = re.search(r"cannot import name '(\w+)'", str(error))
        return _near(missing.group(1), scorecard.__all__) if missing else None
    argument = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if isinstance(error, TypeError) and argument and argument.group(1) in scorecard.__all__:
        function = getattr(scorecard, argument.group(1))
        return _near(argument.group(2), inspect.signature(function).parameters)
    return None


def _near(word: str, names: Iterable[str]) -> str | None:
    found = hint(word, names)
    return found if found and found.startswith("Did") else None
