"""Two people at once: what one wanted to record beside what another has recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scorecard.audit import Body, Clash, body_of
from scorecard.audit.body import CauseNode
from scorecard.audit.evidence import Reference
from scorecard.declare.load import Declarations
from scorecard.report.audit_history import cause_words, told
from scorecard.report.audit_names import Names
from scorecard.report.phrases import day_words, listed

_PEOPLE = ("owner", "auditors")


@dataclass(frozen=True)
class Version:
    """What one of them says: a sentence, and every word of it by its label.

    `seq` and `at` are None and empty for what was not recorded.
    """

    who: str
    seq: int | None
    at: str
    sentence: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClashView:
    """Both versions. `mine` is whole, so that no typing is lost; `now` is the cycle's version,
    which whoever records again has seen by then.
    """

    cycle: str
    now: int
    theirs: tuple[Version, ...]
    mine: Version


def clash_view(declared: Declarations, clash: Clash, by: str) -> ClashView:
    """Both versions in plain words; `by` is the id of the person who was second."""
    names = Names(declared)
    return ClashView(
        cycle=clash.cycle.id,
        now=clash.cycle.version,
        theirs=tuple(
            _version(names, one.actor, body_of(one.kind, one.body), one.seq, names.moment(one.at))
            for one in clash.since
        ),
        mine=_version(names, by, clash.mine),
    )


def clash_text(found: ClashView) -> str:
    """Both versions for a terminal, and how to go on."""
    lines = ["audit-clash: Not recorded, since somebody was first. Nothing you typed is lost."]
    for one in found.theirs:
        lines += ["", f"Theirs, event {one.seq}, {one.at}: {one.sentence}", *_fields(one)]
    lines += [
        "",
        f"Yours, not recorded: {found.mine.sentence}",
        *_fields(found.mine),
        "",
        f"Read theirs. To record yours on top of it, give the same command with --seen "
        f"{found.now}; to keep theirs, do nothing.",
    ]
    return "\n".join(lines) + "\n"


def _fields(one: Version) -> list[str]:
    return [f"  {label}: {text}" for label, text in one.fields]


def _version(names: Names, by: str, body: Body, seq: int | None = None, at: str = "") -> Version:
    fields = tuple(
        (name.rstrip("_").replace("_", " "), _words(names, name, value))
        for name, value in body
        if value not in (None, "", ())
    )
    sentence = f"{names.person(by)} {told(names, body)}."
    return Version(names.person(by), seq, at, sentence, fields)


def _words(names: Names, name: str, value: Any) -> str:
    match value:
        case str() if name in _PEOPLE:
            return names.person(value)
        case tuple() if name in _PEOPLE:
            return names.people(value)
        case str() if name == "department":
            return names.department(value)
        case bool():
            return "yes" if value else "no"
        case CauseNode():
            return cause_words(value)
        case Reference():
            return f"{value.name} of {value.dated}, SHA-256 {value.sha256}"
        case tuple():
            return listed([_words(names, "", one) for one in value])
        case _ if hasattr(value, "isoformat"):
            return day_words(value)
        case _:
            return str(value)
