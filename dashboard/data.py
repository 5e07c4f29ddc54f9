"""What the pages show, kept between reruns until something new is measured or declared."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import streamlit as st

from scorecard.audit import Cycle, Desk
from scorecard.ledger import head
from scorecard.report.board import Board, board, latest_run_id, part_rows, topic_rows
from scorecard.report.department import TopicRow
from scorecard.report.explain import Explanation
from scorecard.report.explain_derived import DerivedExplanation, explain_any
from scorecard.report.opened import Opened, open_scorecard
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows
from scorecard.workspace import Workspace

Made = TypeVar("Made")
Version = tuple[object, ...]


def opened() -> tuple[Opened, Version]:
    """The scorecard named by SCORECARD_STANDARDS, SCORECARD_WORKSPACE, SCORECARD_LEDGER and
    SCORECARD_RECORDS, and the version of what it holds: while that stays, so does every page.

    Raises ScorecardError.
    """
    standards = Path(os.environ.get("SCORECARD_STANDARDS", "."))
    root = Path(os.environ.get("SCORECARD_WORKSPACE", "workspace"))
    ledger = os.environ.get("SCORECARD_LEDGER")
    workspace = Workspace(root, ledger, os.environ.get("SCORECARD_RECORDS"))
    found = _opened(standards, workspace, _stamp(standards), _landed_stamp(root))
    place = (str(standards), str(root), ledger, _stamp(standards))
    return found, (*place, latest_run_id(found))


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(standards: Path, workspace: Workspace, declared: object, landed: object) -> Opened:
    return open_scorecard(standards, workspace)


@st.cache_resource(max_entries=2, show_spinner="Reading the scorecard …")
def _board(version: Version, _scorecard: Opened) -> Board:
    return board(_scorecard)


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(version: Version, key: tuple[object, ...], _make: Callable[[], Made]) -> Made:
    return _make()


def current_board() -> tuple[Board, Opened, Version]:
    """The rows of the newest run, the scorecard they are from, and their version."""
    scorecard, version = opened()
    return _board(version, scorecard), scorecard, version


def kept(version: Version, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """`make()`, once for each key and version. What it makes is shared: it must be immutable."""
    return _kept(version, key, make)


def current_cycles(scorecard: Opened, version: Version) -> tuple[tuple[Cycle, ...], Version]:
    """Every audit cycle, in the order of opening, and the version of them.

    That version is another one after each event that anybody records; the scorecard's stays, as no
    figure comes of an event, so that what is slow to make is not made anew for each.
    """
    last = head(scorecard.ledger)
    recorded = (*version, str(last) if last else "")
    return _cycles(recorded, scorecard), recorded


@st.cache_resource(max_entries=2, show_spinner=False)
def _cycles(version: Version, _scorecard: Opened) -> tuple[Cycle, ...]:
    return tuple(desk_of(_scorecard).cycles())


def desk_of(scorecard: Opened, by: str = "") -> Desk:
    """The desk at which somebody (a person's id) works at the scorecard's audits."""
    return Desk(scorecard.declarations, scorecard.workspace, scorecard.ledger, by)


def topics_of(scorecard: Opened, board: Board) -> Callable[[ScorecardRow], list[TopicRow]]:
    """How a department's page asks for the topics behind its widest gap."""
    return lambda row: topic_rows(scorecard.declarations, scorecard.ledger, row, board.run)


def parts_of(
    scorecard: Opened, board: Board, standard: str
) -> Callable[[str, str | None, date | None], list[ScorecardRow]]:
    """How a standard's page asks for its figures by the values of a dimension."""
    return lambda by, department, period: part_rows(
        board.declarations, scorecard.ledger, standard, by, department, period, board.known_at
    )


def all_parts_of(
    scorecard: Opened, board: Board, standard: str
) -> Callable[[str], list[ScorecardRow]]:
    """How a comparison asks for a standard's figures by a dimension, of all periods."""
    return lambda by: scorecard_rows(
        board.declarations, scorecard.ledger, standard=standard, as_of=board.known_at, by=by
    )


def explanation(scorecard: Opened, row: ScorecardRow) -> Explanation | DerivedExplanation:
    """What stands behind one figure. Raises ScorecardError."""
    return explain_any(
        scorecard.declarations,
        scorecard.ledger,
        scorecard.workspace,
        row.standard,
        department=row.department,
        period=row.period,
    )


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Every file of the declarations with the time it was last changed."""
    files = sorted(
        path for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".csv", ".xlsx")
    )
    return tuple((str(path), path.stat().st_mtime_ns) for path in files)


def _landed_stamp(root: Path) -> tuple[int, ...]:
    """When records were last landed: standards may be kept in a landed table."""
    return tuple(log.stat().st_mtime_ns for log in sorted(root.glob("landed/*/*/_delta_log")))
