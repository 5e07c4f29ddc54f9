"""What `scorecard check` says: mistakes, advice, and on request what is declared."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path

from scorecard.declare.check import check
from scorecard.declare.load import Declarations
from scorecard.errors import DeclarationError
from scorecard.observe.landed import landed_tables_of
from scorecard.workspace import Workspace


def checked_text(
    folder: Path, workspace: Workspace, listing: bool = False, examples: bool = False
) -> tuple[str, int]:
    """The text to print and the number of mistakes.

    Mistakes come one a line as `CODE: file:line: message hint`; without any, advice and a count of
    what is declared. `listing` names every metric and standard; `examples` computes the metrics'
    examples, of which a failing one is a mistake.
    """
    findings = check(folder, landed_tables_of(workspace))
    if findings.declarations is None:
        count = len(findings.errors)
        lines = [str(error) for error in findings.errors]
        lines.append(f"{count} mistake{'s' if count > 1 else ''}.")
        return "\n".join(lines), count
    declared = findings.declarations
    lines = [f"advice: {advice}" for advice in findings.advice]
    if listing:
        lines += _listed(declared)
    lines.append(
        f"{declared.organisation.name}: no mistakes in "
        f"{_counted(declared.organisation.departments, 'department')}, "
        f"{_counted(declared.sources, 'source')}, {_counted(declared.every_metric, 'metric')} "
        f"and {_counted(declared.standards, 'standard')}."
    )
    if not examples:
        return "\n".join(lines), 0
    failures, said = _examples(declared)
    return "\n".join([*failures, said] if failures else [*lines, said]), len(failures)


def _counted(things: Sized, name: str) -> str:
    return f"{len(things):,} {name}{'' if len(things) == 1 else 's'}"


def _examples(declared: Declarations) -> tuple[list[str], str]:
    """The errors of the examples that fail, and a sentence about all of them."""
    # Imported here: without examples, a check needs no engine.
    from scorecard.measure.examples import run_examples

    results = list(run_examples(declared))
    failures = [
        str(result if isinstance(result, DeclarationError) else result.error)
        for result in results
        if isinstance(result, DeclarationError) or not result.passed
    ]
    if failures:
        return failures, f"{len(failures):,} of {_counted(results, 'example')} failed."
    without = sum(1 for metric in declared.metrics.values() if not metric.examples)
    return [], f"{_counted(results, 'example')} checked; metrics without one: {without:,}."


def _listed(declared: Declarations) -> list[str]:
    lines = [
        f"metric    {metric.name}  ({metric.unit}, {metric.better} is better)  {metric.title}"
        for metric in declared.every_metric.values()
    ]
    for standard in declared.standards.values():
        scope = standard.department or "every department"
        lines.append(f"standard  {standard.id}  ({scope}, by {standard.period})  {standard.title}")
    return lines
