"""An organisation's declarations and its ledger, opened together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

from scorecard.declare.load import Declarations, load
from scorecard.declare.moments import read_moment
from scorecard.declare.periods import Grain, parse_period
from scorecard.declare.sources import Source
from scorecard.declare.suggest import nearest
from scorecard.errors import ScorecardError
from scorecard.ledger.session import Ledger, open_ledger
from scorecard.observe.landed import landed_tables_of
from scorecard.workspace import Workspace


@dataclass(frozen=True)
class Opened:
    """Declarations, workspace and ledger. Use it as a context manager, or close it."""

    declarations: Declarations
    workspace: Workspace
    ledger: Ledger

    def source(self, name: str) -> Source:
        """The declared source of this name. Raises `source-unknown` with the nearest one."""
        sources = self.declarations.sources
        if name not in sources:
            raise _unknown("source-unknown", "source", name, list(sources))
        return sources[name]

    def department(self, given: str | None) -> str | None:
        """The id of the department a person means by its id, name or alias."""
        if given is None or given == "unassigned":
            return given
        found = self.declarations.organisation.find_department(given)
        if found is None:
            organisation = self.declarations.organisation
            raise _unknown(
                "department-unknown", "department", given, [d.id for d in organisation.departments]
            )
        return found

    def moment(self, text: str | None, *, read: bool = False) -> datetime | None:
        """The instant a person means: ISO 8601, local to the organisation without an offset.

        A day alone means its end, since what was known on that day includes what it brought. To
        `read` what was known, a moment written to the second means the end of that second.
        """
        if text is None:
            return None
        try:
            zone = self.declarations.organisation.zone
            return read_moment(text, zone, to_its_end=read)
        except ValueError:
            raise ScorecardError(
                "moment-unreadable",
                f"{text!r} is no moment.",
                hint="Write it as 2026-02-10 or 2026-02-10T17:00.",
            ) from None

    def period(self, text: str, grain: Grain) -> date:
        """The first day of the period a person means."""
        start = self.declarations.organisation.fiscal_year_start
        return parse_period(text, grain, start).start

    def close(self) -> None:
        """Give the ledger's connections back."""
        self.ledger.close()

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_scorecard(standards: Path, workspace: Workspace) -> Opened:
    """Load the declarations, with the standards kept in landed tables, and open the ledger.

    Raises DeclarationErrors, LedgerError.
    """
    declarations = load_declarations(standards, workspace)
    return Opened(declarations, workspace, open_ledger(workspace.ledger, workspace.anchors))


def load_declarations(standards: Path, workspace: Workspace) -> Declarations:
    """Load the declarations, reading standards kept in tables from the workspace's landed rows."""
    return load(standards, landed_tables_of(workspace))


def _unknown(code: str, what: str, name: str, known: list[str]) -> ScorecardError:
    near = nearest(name, known)
    return ScorecardError(
        code,
        f"There is no {what} {name!r}.",
        hint=f"Did you mean {near!r}?" if near else f"There are: {', '.join(known[:20])}.",
    )
