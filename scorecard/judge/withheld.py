"""Which groups are too small to be shown, and which others would give them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SECOND = "withheld so that no smaller group can be worked out"


def withheld(counts: Mapping[str, Sequence[int]], smallest: int) -> list[str | None]:
    """For each group the reason why it is withheld, or None.

    `counts` holds by what is counted ("persons", "cases") how many each group has. A group is
    withheld where it has fewer than `smallest` of one of them. The figure of all groups is known,
    so whoever subtracts those that are shown gets what the withheld ones have together; therefore
    further groups, the smallest first, are withheld until these are two or more and have, together,
    at least `smallest` of everything.
    """
    rows = list(zip(*counts.values(), strict=True))
    reasons = [_too_few(dict(zip(counts, row, strict=True)), smallest) for row in rows]
    if not any(reasons):
        return reasons
    shown = sorted((row, place) for place, row in enumerate(rows) if not reasons[place])
    for _, place in shown:
        hidden = [row for row, reason in zip(rows, reasons, strict=True) if reason]
        together = [sum(column) for column in zip(*hidden, strict=True)]
        if len(hidden) > 1 and min(together) >= smallest:
            break
        reasons[place] = SECOND
    return reasons


def _too_few(counts: Mapping[str, int], smallest: int) -> str | None:
    few = [what for what, count in counts.items() if count < smallest]
    return f"fewer than {smallest} {' and '.join(few)}" if few else None
