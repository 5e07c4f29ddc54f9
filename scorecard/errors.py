"""Every refusal of the project, as one small tree.

    ScorecardError                 something was refused; nothing was half-written
    ├── DeclarationError           one mistake in a file under standards/
    ├── DeclarationErrors          all mistakes found in one reading of an organisation
    ├── ImportRefused              a file was not landed; no row of it is in the tables
    ├── MeasureError               a measurement could not be made; the ledger is unchanged
    ├── JudgeError                 a method cannot judge what it was handed
    ├── AuditError                 a step of an audit was refused, or is not as it was recorded
    └── LedgerError                the ledger could not be opened or written

Each error has a stable code, explained with cause and mend in docs/errors.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def printable(text: str) -> str:
    """The text with its control signs written out, since a file may hold what steers a terminal."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text
    )


class ScorecardError(Exception):
    """A refusal with a stable code, a place where there is one, and what to do about it.

    Parameters: `code` in kebab-case; `message` a sentence; `file`, `line`, `column` count from 1;
    `hint` says what to do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.file = Path(file) if file is not None else None
        self.line = line
        self.column = column
        self.hint = hint

    def at(self, file: Path | str, line: int | None = None) -> ScorecardError:
        """The same error with a place, where it had none."""
        self.file = self.file or Path(file)
        self.line = self.line if self.line is not None else line
        return self

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known; empty where no file is concerned."""
        if self.file is None:
            return ""
        parts = [str(self.file)]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return printable(f"{self.code}: {text}" + (f" {self.hint}" if self.hint else ""))


class DeclarationError(ScorecardError):
    """One mistake in a declaration. Nothing was loaded."""


class DeclarationErrors(ScorecardError):
    """All mistakes found in one reading of an organisation's folder. Nothing was loaded."""

    def __init__(self, errors: Sequence[ScorecardError]) -> None:
        self.errors = tuple(errors)
        count = f"{len(errors)} mistake{'' if len(errors) == 1 else 's'}"
        super().__init__("declarations-refused", f"{count} in the declarations")

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class ImportRefused(ScorecardError):
    """A file was refused whole. No row of it was landed and none was put in quarantine."""


class MeasureError(ScorecardError):
    """A measurement could not be made. The ledger holds what it held before."""


class JudgeError(ScorecardError):
    """A method cannot judge what it was handed. Judging reads and writes nothing."""


class AuditError(ScorecardError):
    """A step of an audit was refused and not recorded, or what was recorded is not as it was."""


class LedgerError(ScorecardError):
    """The ledger could not be opened, moved to the current schema, or written."""
