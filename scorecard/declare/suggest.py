"""The nearest of the names there are to the one that was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_NEAR = 0.6
_SHOWN = 12


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, letter case and the kind of separator aside; None if none is.

    Likeness is the ratio of Ratcliff and Obershelp as difflib computes it; 0.6 or more is near.
    Of equally like candidates the first is taken.
    """
    target = _plain(word)
    best, best_ratio = None, 0.0
    matcher = SequenceMatcher(a="", b=target, autojunk=False)
    for candidate in candidates:
        matcher.set_seq1(_plain(candidate))
        if matcher.real_quick_ratio() < max(_NEAR, best_ratio):
            continue
        ratio = matcher.ratio()
        if ratio >= _NEAR and ratio > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def hint(word: str, candidates: Iterable[str], otherwise: str = "There is") -> str | None:
    """`Did you mean 'x'?`, or what there is to choose from; None where there is nothing."""
    names = list(candidates)
    near = nearest(word, names)
    if near is not None:
        return f"Did you mean {near!r}?"
    if not names:
        return None
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{otherwise} {', '.join(names[:_SHOWN])}{more}."


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
