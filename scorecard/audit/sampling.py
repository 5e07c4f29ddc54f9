"""Drawing cases by chance, so that nobody can choose and anybody can draw the same again.

The order of a draw is that of SHA-256 over the seed, a line feed and the case's key, in UTF-8:

    printf '%s\\n%s' "$seed" "$key" | sha256sum

The case with the smallest hash is the first. So it depends on nothing else: not on the order of
the rows, the platform, or the version of a library.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from scorecard.audit.sample_size import empty, larger
from scorecard.errors import AuditError


@dataclass(frozen=True, slots=True)
class Drawn:
    """The cases drawn from one stratum.

    stratum     its name; empty in a simple sample
    population  how many cases it has
    cases       the keys drawn, in the order drawn
    reserve     all other keys in the order drawn: a case the criterion does not apply to is
                replaced by the first one not taken yet, never by one that somebody picks
    """

    stratum: str
    population: int
    cases: tuple[str, ...]
    reserve: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample.

    seed    as text, as it goes into the hashes
    digest  SHA-256 (hex) of the population with its strata: the same population, however ordered,
            has the same digest, and a redraw from another one shows
    strata  what was drawn, by name of stratum; one without a name in a simple sample
    """

    seed: str
    digest: str
    strata: tuple[Drawn, ...]

    @property
    def cases(self) -> tuple[str, ...]:
        """All keys drawn."""
        return tuple(case for one in self.strata for case in one.cases)


def draw(keys: Iterable[str], seed: str | int, n: int) -> Sample:
    """`n` of the cases by simple random sampling without replacement, every set equally likely.

    A larger `n` with the same seed keeps the cases of the smaller. Raises AuditError
    `population-empty`, `case-key-repeated`, `case-key-invalid`, `seed-invalid`,
    `sample-size-invalid` (fewer than one) and `sample-larger-than-population`.
    """
    found = list(keys)
    if not found:
        raise AuditError("population-empty", "There is no case to draw from.")
    return _drawn({"": found}, seed, {"": n})


def draw_stratified(
    strata: Mapping[str, Iterable[str]], seed: str | int, sizes: Mapping[str, int]
) -> Sample:
    """As many cases of each stratum as `sizes` says (see `allocate`), each by `draw`'s order.

    A case belongs to one stratum. Raises as `draw`, and AuditError `stratum-empty` and
    `strata-uneven` (`sizes` names other strata).
    """
    if not strata:
        raise AuditError("population-empty", "There is no stratum to draw from.")
    if strata.keys() != sizes.keys():
        odd = ", ".join(sorted(strata.keys() ^ sizes.keys()))
        raise AuditError("strata-uneven", f"Sizes and strata do not have the same names: {odd}.")
    found = {name: list(keys) for name, keys in strata.items()}
    for name, keys in found.items():
        if not keys:
            raise empty(name)
    return _drawn(found, seed, sizes)


def order(keys: Iterable[str], seed: str | int) -> tuple[str, ...]:
    """All keys in the order in which they are drawn. Raises as `draw`."""
    prefix = seed_text(seed).encode() + b"\n"
    hashed = [(sha256(prefix + _bytes(key)).digest(), key) for key in keys]
    ordered = tuple(key for _, key in sorted(hashed))
    # The same key has the same hash, so that repeated ones are neighbours.
    for one, other in itertools.pairwise(ordered):
        if one == other:
            raise AuditError(
                "case-key-repeated",
                f"The key {one!r} stands twice in the population; each case needs its own.",
                hint="It would have two chances to be drawn. Use the key of the contract.",
            )
    return ordered


def seed_text(seed: str | int) -> str:
    """The seed as it goes into the hashes: a whole number in decimal digits, a text as it is.

    Raises AuditError `seed-invalid` for other types (True, 7.0, None), an empty text, and signs
    that do not print, such as the line feed that divides seed and key.
    """
    if isinstance(seed, bool) or not isinstance(seed, str | int):
        raise AuditError(
            "seed-invalid", f"A seed is a whole number or a text, not {seed!r}.", hint="Write 7."
        )
    text = str(seed)
    if not text or not text.isprintable():
        raise AuditError(
            "seed-invalid", f"A seed is a line of signs that print, and not empty: {text!r}."
        )
    return text


def _drawn(strata: Mapping[str, list[str]], seed: str | int, sizes: Mapping[str, int]) -> Sample:
    drawn: list[Drawn] = []
    # Over all strata at once: a case that stands in two of them is refused.
    places = order((key for keys in strata.values() for key in keys), seed)
    of = {key: name for name, keys in strata.items() for key in keys}
    ordered: dict[str, list[str]] = {name: [] for name in strata}
    for key in places:
        ordered[of[key]].append(key)
    for name in sorted(strata):
        n, population = sizes[name], len(strata[name])
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise AuditError("sample-size-invalid", f"At least one case is drawn, not {n!r}.")
        if n > population:
            raise larger(n, population, name)
        cases, reserve = ordered[name][:n], ordered[name][n:]
        drawn.append(Drawn(name, population, tuple(cases), tuple(reserve)))
    return Sample(seed_text(seed), _digest(of), tuple(drawn))


def _digest(strata: Mapping[str, str]) -> str:
    """SHA-256 of the hashes of every key and of its stratum, in the order of the keys."""
    whole = sha256()
    for key in sorted(strata):
        whole.update(sha256(key.encode()).digest() + sha256(strata[key].encode()).digest())
    return whole.hexdigest()


def _bytes(key: str) -> bytes:
    try:
        return key.encode()
    except (AttributeError, UnicodeEncodeError):
        raise AuditError(
            "case-key-invalid", f"A case's key is a text, not {key!r}.", hint="Write it as a text."
        ) from None
