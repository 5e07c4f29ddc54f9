"""How far a second auditor, who did not see the first one's answers, comes to the same ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from scorecard.errors import AuditError
from scorecard.judge.intervals import Interval, normal_quantile, wilson

# Where one answer makes up more than this of all, kappa is low even when auditors rarely differ.
ONE_SIDED = 0.8
# Below this the standard error, which holds for many cases, is a guide only.
FEW = 30


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two auditors' answers on the same cases.

    n             cases both answered
    agreed        of these, answered alike
    interval      of agreed / n (Wilson), a fraction; None for no case
    kappa         agreement beyond that of chance: 1 full, 0 no more than chance, below 0 less;
                  None where it is undefined, and `remark` says why
    error         its standard error; None where kappa is None or the formula gives 0
    kappa_interval  within -1 to 1; None where `error` is
    table         how many cases had each pair of answers (first's, second's)
    by_answer     for each answer, of the times that either gave it, the part in which the other
                  gave it too: a fraction
    differing     the keys of the cases that were answered differently, sorted
    remark        what to bear in mind when reading kappa; empty where nothing
    """

    n: int
    agreed: int
    interval: Interval | None
    kappa: float | None
    error: float | None
    kappa_interval: Interval | None
    table: dict[tuple[str, str], int]
    by_answer: dict[str, float]
    differing: tuple[str, ...]
    remark: str

    @property
    def share(self) -> float | None:
        """The part of the cases that were answered alike, a fraction; None for no case."""
        return self.agreed / self.n if self.n else None


def agreement(
    first: Mapping[str, str], second: Mapping[str, str], confidence: float = 0.95
) -> Agreement:
    """Cohen's kappa of a blind re-check: `second` answered some of the cases of `first`, by key.

        κ = (pₒ - pₑ) / (1 - pₑ)

    with pₒ the share answered alike and pₑ what chance would make alike, given how often each gives
    each answer. Its standard error (Fleiss, Cohen and Everitt), over cells pᵢⱼ with margins pᵢ and
    qⱼ:

        √( Σ pᵢᵢ (1 - (pᵢ + qᵢ)(1 - κ))² + (1 - κ)² Σᵢ≠ⱼ pᵢⱼ (qᵢ + pⱼ)² - (κ - pₑ(1 - κ))² )
            / ( (1 - pₑ) √n )

    Undefined where both gave one and the same answer throughout: chance alone would make them agree
    always. Where they never differ, the formula gives 0 however few the cases are; no interval is
    given then, and that of the share answered alike says how sure it is.

    Raises AuditError `recheck-of-other-cases` where `second` has cases that `first` has not, and
    JudgeError `confidence-out-of-range`.
    Sources: Cohen, J. (1960), "A Coefficient of Agreement for Nominal Scales", Educational and
    Psychological Measurement 20(1), 37-46; Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969),
    "Large Sample Standard Errors of Kappa and Weighted Kappa", Psychological Bulletin 72(5),
    323-327; Feinstein, A. R. and Cicchetti, D. V. (1990), "High agreement but low kappa", Journal
    of Clinical Epidemiology 43(6), 543-549 (why shares stand beside it).
    """
    z = normal_quantile(confidence)
    others = sorted(second.keys() - first.keys())
    if others:
        raise AuditError(
            "recheck-of-other-cases",
            f"The second auditor answered cases that the first did not: {', '.join(others[:5])}"
            f"{f' and {len(others) - 5} more' if len(others) > 5 else ''}.",
            hint="A re-check takes cases of the same sample.",
        )
    pairs = {key: (first[key], second[key]) for key in sorted(second)}
    table = dict(sorted(Counter(pairs.values()).items()))
    n = len(pairs)
    differing = tuple(key for key, (one, other) in pairs.items() if one != other)
    agreed = n - len(differing)
    rows, columns = Counter[str](), Counter[str]()
    for (one, other), count in table.items():
        rows[one] += count
        columns[other] += count
    given = {answer: rows[answer] + columns[answer] for answer in sorted(rows | columns)}
    kappa, error = _kappa(table, rows, columns, n)
    return Agreement(
        n=n,
        agreed=agreed,
        interval=wilson(agreed, n, confidence),
        kappa=kappa,
        error=error,
        kappa_interval=None
        if kappa is None or error is None
        else Interval(max(-1.0, kappa - z * error), min(1.0, kappa + z * error)),
        table=table,
        by_answer={one: 2 * table.get((one, one), 0) / given[one] for one in given},
        differing=differing,
        remark=_remark(n, kappa, error, given),
    )


def _kappa(
    table: Mapping[tuple[str, str], int], rows: Counter[str], columns: Counter[str], n: int
) -> tuple[float | None, float | None]:
    """Kappa and its standard error, None where there is none."""
    if len(rows | columns) < 2:
        return None, None
    p = {one: rows[one] / n for one in rows | columns}
    q = {one: columns[one] / n for one in rows | columns}
    alike = sum(count for (one, other), count in table.items() if one == other) / n
    by_chance = sum(p[one] * q[one] for one in p)
    kappa = (alike - by_chance) / (1 - by_chance)
    less = 1 - kappa
    on = sum(
        count / n * (1 - (p[one] + q[one]) * less) ** 2
        for (one, other), count in table.items()
        if one == other
    )
    off = sum(
        count / n * (q[one] + p[other]) ** 2
        for (one, other), count in table.items()
        if one != other
    )
    squared = on + less**2 * off - (kappa - by_chance * less) ** 2
    # All alike, or all opposite: the formula's 0 is no certainty.
    return kappa, (squared / n) ** 0.5 / (1 - by_chance) if squared > 1e-12 else None


def _remark(n: int, kappa: float | None, error: float | None, given: Mapping[str, int]) -> str:
    if n == 0:
        return "The second auditor answered no case."
    most = max(given, key=lambda one: given[one])
    if kappa is None:
        return (
            f"Both answered {most!r} throughout: chance alone would make them agree, and kappa is "
            "undefined. Re-check cases with other answers too."
        )
    said: list[str] = []
    if kappa == 1:
        said.append("They never differed; read how sure that is from the share answered alike.")
    elif error is None:
        said.append("These answers do not tell how sure kappa is, and it has no interval.")
    if given[most] > ONE_SIDED * 2 * n:
        said.append(
            f"{100 * given[most] / (2 * n):.0f} % of the answers are {most!r}: kappa is low then "
            "even when auditors rarely differ. Read the shares beside it."
        )
    if n < FEW:
        said.append(f"{n} cases are few: the interval of kappa is a guide only.")
    return " ".join(said)
