"""`scorecard check`: the mistakes in an organisation's declarations, and advice beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scorecard.declare.load import Declarations, load
from scorecard.declare.standards import Standard
from scorecard.declare.standards_table import TableReader
from scorecard.errors import DeclarationError, DeclarationErrors, ScorecardError


@dataclass(frozen=True)
class Findings:
    """What a check found: `errors` keep the declarations from being used, `advice` does not.

    `declarations` is None where there are errors.
    """

    errors: tuple[ScorecardError, ...]
    advice: tuple[ScorecardError, ...]
    declarations: Declarations | None


def check(folder: Path, tables: TableReader | None = None, today: date | None = None) -> Findings:
    """Lint the declarations in `folder`. Reads only; `today` decides which reviews are overdue."""
    try:
        declarations = load(folder, tables)
    except DeclarationErrors as error:
        return Findings(error.errors, (), None)
    advice = (*declarations.notes, *_advice(declarations, today or date.today()))
    return Findings((), advice, declarations)


def _advice(declarations: Declarations, today: date) -> Iterator[ScorecardError]:
    """One piece of advice of a kind for each place: a table of standards is one place."""
    found: dict[tuple[str, Path, int], list[str]] = {}
    for standard in declarations.standards.values():
        for code, message in (
            *_owner(standard, declarations),
            *_review(standard, today),
            *_promise(standard, declarations),
            *_small_percent(standard, declarations),
        ):
            texts = found.setdefault((code, *declarations.places[standard.id]), [])
            texts.append(f"{standard.id}: {message}")
    for (code, file, line), texts in found.items():
        more = f" So it is with {len(texts) - 1} more standards of the table."
        text = texts[0] + (more if len(texts) > 1 else "")
        yield DeclarationError(code, text, file=file, line=line)


def _owner(standard: Standard, declarations: Declarations) -> Iterator[tuple[str, str]]:
    department = declarations.organisation.department(standard.department or "")
    if standard.owner is None and not (department is not None and department.owner):
        yield "owner-missing", "nobody is named who answers for it."


def _review(standard: Standard, today: date) -> Iterator[tuple[str, str]]:
    if standard.review is not None and standard.review < today:
        yield "review-overdue", f"it was to be reviewed by {standard.review}."


def _promise(standard: Standard, declarations: Declarations) -> Iterator[tuple[str, str]]:
    latest = max(standard.expected, key=lambda expected: expected.from_)
    promised = standard.promise.value if standard.promise is not None else None
    if promised is None or latest.value is None:
        return
    higher = declarations.metric(standard.metric).better == "higher"
    if promised > latest.value if higher else promised < latest.value:
        yield (
            "promise-beyond-expected",
            f"the public is promised {promised:g}, more than the {latest.value:g} expected inside.",
        )


def _small_percent(standard: Standard, declarations: Declarations) -> Iterator[tuple[str, str]]:
    if not declarations.metric(standard.metric).is_percentage:
        return
    small = [one.at_most for one in standard.expected if one.at_most and one.at_most <= 1]
    if small:
        yield "percent-small", f"at_most = {small[0]:g} means {small[0]:g} %, not a fraction."
