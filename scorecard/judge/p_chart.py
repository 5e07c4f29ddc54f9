"""Control charts of shares with their denominators: p chart and Laney's p' chart."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from scorecard.errors import JudgeError
from scorecard.judge.control_chart import SHARES, ControlChart
from scorecard.judge.counted_chart import counted_chart, counts_and_sizes


def p_chart(
    successes: ArrayLike | Sequence[float | None],
    n: ArrayLike | Sequence[float | None],
    *,
    prime: bool = False,
    fix_first: int | None = None,
) -> ControlChart:
    """The shares `successes / n`, as fractions 0 to 1, with limits three standard deviations wide.

        p̄ = Σ successes / Σ n            sᵢ = √(p̄(1 - p̄) / nᵢ)            limits p̄ ± 3·sᵢ

    With `prime` the limits are p̄ ± 3·sᵢ·sigma_z, where sigma_z is the mean moving range of the
    z scores (pᵢ - p̄)/sᵢ, divided by 1.128: how much more (or less) the shares vary from point to
    point than chance alone would have them. Where it is 1 both charts are the same. No moving
    range is screened out. Limits are cut off at 0 and 1.

    `fix_first`: mean and limits rest on the first so many places alone.

    A point is missing, and keeps its place, where either number is missing or `n` is 0. Neither
    must be whole: answers of a survey may carry weights. A p chart then asks for the effective n;
    a p' chart is the same whatever constant all weights are multiplied by.

    Raises JudgeError: `values-not-numbers`, `values-infinite`, `values-negative`,
    `values-too-large`, `values-too-small`, `values-uneven`, `count-without-size`,
    `values-above-whole`, `fix-first-too-few`.

    Sources: Montgomery, D. C. (2009), Introduction to Statistical Quality Control, 6th edition,
    section 7.2; Laney, D. B. (2002), "Improved Control Charts for Attributes", Quality Engineering
    14(4), 531-537.
    """
    counts, sizes = counts_and_sizes(successes, n, "successes", "n")
    # Sums of weights may differ in their last digit.
    above = counts > sizes * (1 + 1e-9)
    if above.any():
        place = int(above.argmax())
        raise JudgeError(
            "values-above-whole",
            f"successes[{place}] is {counts[place]:g}, more than n[{place}], {sizes[place]:g}.",
            hint="For counts that can exceed their size, such as complaints a day, use a u chart.",
        )
    return counted_chart(
        counts, sizes, SHARES, lambda mean: mean * (1 - mean), prime=prime, fix_first=fix_first
    )
