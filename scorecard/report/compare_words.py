"""A comparison in words: its one sentence, who stands out with what evidence, and the scatter."""

from __future__ import annotations

from collections.abc import Sequence

from scorecard.judge.funnel_result import Allowance, Funnel, FunnelUnit, Standing, outliers
from scorecard.judge.rounding import shown
from scorecard.judge.units import Kind
from scorecard.report.phrases import counted, listed, number_word, plain, with_unit

# As many names as a sentence bears.
_NAMED = 3
_ABOUT = {
    Standing.LEARN: ("a practice to learn from", "practices to learn from"),
    Standing.HELP: ("a unit to help", "units to help"),
}


def many(by: str) -> str:
    """The plural of a dimension's name: departments, branches, agencies."""
    if by.endswith("y") and by[-2:-1] not in tuple("aeiou"):
        return f"{by[:-1]}ies"
    return f"{by}{'es' if by.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def compare_sentence(
    title: str, when: str, by: str, found: Funnel | None, unit: str, scale: float, *, within: str
) -> str:
    """What the comparison comes to, as one sentence; `found` is None where nothing is held against
    chance. `within` is empty for the whole organisation."""
    where = f"{'From' if ' to ' in when else 'In'} {when},{f' within {within},' if within else ''}"
    about = f"on “{title}”"
    if found is None:
        return (
            f"{where} the {many(by)} are shown beside one another {about}, and not held against "
            "chance: do not rank them."
        )
    known = [each for each in found.units if each.value is not None]
    if not known:
        return f"{where} no {by} has data {about}: there is nothing to compare."
    if found.reason is not None:
        one = f"only {known[0].name} has data" if len(known) == 1 else found.reason
        return f"{where} {one} {about}: there is nothing to compare with."
    judged = [each for each in known if each.standing is not Standing.TOO_FEW]
    if not judged:
        return f"{where} every {by} has too few records to differ by more than chance {about}."
    out, share = outliers(found), found.kind is Kind.SHARE
    named = [
        _named(Standing.LEARN, out.better, unit, scale, share),
        _named(Standing.HELP, out.worse, unit, scale, share),
    ]
    of = f"{where} {counted(len(judged), by, many(by))} {_are(len(judged))} compared {about}"
    if out.better or out.worse:
        scatter = _spread_clause(found, by)
        return f"{of}: {'; '.join(filter(None, named))}{scatter}."
    if out.watch:
        watched = _listing([_figure(each, unit, scale, share) for each in out.watch])
        beyond = "the usual spread" if _widened(found) else "chance"
        one_of = round(1 / (1 - found.levels[0].confidence))
        return (
            f"{of}, and none stands apart from {beyond}; {watched} "
            f"{'lies' if len(out.watch) == 1 else 'lie'} in the warning band, where chance "
            f"alone puts 1 of {one_of}."
        )
    if _widened(found):
        return (
            f"{of}: they differ by more than chance, and none stands apart from the usual spread "
            "among them, so look at what they have in common."
        )
    return f"{of}: they differ no more than chance makes them, so do not rank them."


def scatter_words(found: Funnel, by: str) -> str:
    """How units scatter, and what the limits allow for, in plain words."""
    if found.reason is not None:
        return ""
    widest = found.levels[-1]
    judged = sum(each.standing not in _NOT_JUDGED for each in found.units)
    chance = (
        f"Limits of chance alone would name {widest.found_without_allowance:,} of {judged:,}, "
        f"where chance would put {_few(widest.expected)}"
    )
    dispersion = found.dispersion
    left = _not_judged(found)
    if dispersion.phi is None:
        return (
            f"{chance}. With fewer than three {many(by)} how much they scatter is not known.{left}"
        )
    times = shown(dispersion.phi, "count" if dispersion.phi >= 10 else "")
    if dispersion.allowance is Allowance.NONE:
        return f"{chance}. The {many(by)} scatter no more than chance makes them.{left}"
    return (
        f"The {many(by)} scatter {times} times as much as chance alone gives: their work differs. "
        f"{chance}. The wider lines allow for that scatter, so whoever lies beyond them stands "
        f"apart even from it.{left}"
    )


def evidence(each: FunnelUnit, found: Funnel, unit: str, scale: float) -> str:
    """What a unit's word rests on: figure, size, and the limits of its own size."""
    if each.value is None or not each.limits:
        return ""
    share = found.kind is Kind.SHARE
    lower, upper = (shown(scale * end, unit) for end in each.limits[-1])
    allowing = " with their usual spread" if _widened(found) else ""
    return (
        f"{_value(each, unit, scale, share)}; {100 * found.levels[-1].confidence:g} % of this size "
        f"lie between {lower} and {with_unit(upper, unit)}{allowing}"
    )


_NOT_JUDGED = (Standing.TOO_FEW, Standing.NO_DATA, Standing.NO_COMPARISON)


def _not_judged(found: Funnel) -> str:
    words = [each.standing for each in found.units]
    few, none = words.count(Standing.TOO_FEW), words.count(Standing.NO_DATA)
    parts = [f"{few:,} with too few records"] * (few > 0) + [f"{none:,} without data"] * (none > 0)
    return f" Not judged: {listed(parts)}." if parts else ""


def _named(
    word: Standing, which: Sequence[FunnelUnit], unit: str, scale: float, share: bool
) -> str:
    if not which:
        return ""
    one, several = _ABOUT[word]
    names = _listing([_figure(each, unit, scale, share) for each in which])
    return f"{names} {_are(len(which))} {one if len(which) == 1 else several}"


def _listing(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    if rest <= 0:
        return listed(names)
    return listed([*names[:_NAMED], f"{number_word(rest)} more"])


def _figure(each: FunnelUnit, unit: str, scale: float, share: bool) -> str:
    return f"{each.name} ({_value(each, unit, scale, share)})"


def _value(each: FunnelUnit, unit: str, scale: float, share: bool) -> str:
    value = with_unit(shown(None if each.value is None else scale * each.value, unit), unit)
    size = plain(each.size)
    return f"{value} of {size}" if share else f"{value}, n {size}"


def _spread_clause(found: Funnel, by: str) -> str:
    if not _widened(found):
        return ""
    return f"; that is beyond the usual spread among the {many(by)}, which is more than chance"


def _widened(found: Funnel) -> bool:
    return found.dispersion.allowance is not Allowance.NONE


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _few(number: float) -> str:
    if number < 0.005:
        return "next to none"
    return f"{number:.2f}" if number < 0.95 else f"{number:.1f}"
