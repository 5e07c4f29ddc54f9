"""Where the parts that are no Python package of ours lie: in a clone and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from scorecard.errors import ScorecardError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Folder `name` (`dashboard`, `migrations`, `standards`) that travels with the package.

    A built wheel carries it as `scorecard/_shipped/<name>`; in a clone it lies beside the package.
    Raises ScorecardError `shipped-missing` where neither is there.
    """
    for candidate in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if candidate.exists():
            return candidate
    raise ScorecardError(
        "shipped-missing",
        f"the folder {name!r} that belongs to this installation is missing.",
        hint="Install the package again.",
    )
