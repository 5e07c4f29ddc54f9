"""What the headings of a file say: names for columns, and what words in them mean."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Mapping

from scorecard.declare.organisation import fold


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_IDENTIFIER = _words(
    "id key code zip zipcode postcode postal phone fax district ward precinct ref reference uuid "
    "guid sid"
)
_NUMBER = _words("no nr num number case")
PLANNED = _words(
    "due target expected planned scheduled promised promise deadline sla estimated est"
)
OPENING = _words(
    "opened open created creation create requested request received submitted reported start "
    "started entered logged"
)
CLOSING = _words(
    "closed close closing resolved resolution completed completion complete finished ended end "
    "fulfilled"
)
FLAG = _words("flag is has met late overdue ontime exceeded")
TIME = _words("date time dt ts day datetime timestamp at on")
DEPARTMENT = ("department", "dept", "agency", "division", "bureau", "directorate", "owner_org")
# The dimensions that pages know, and the words that name them, the plainest first.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "topic": ("topic", "service_name", "request_type", "category", "subject", "reason", "type"),
    "channel": ("channel", "source", "origin", "method", "medium"),
    "team": ("team", "work_group", "crew", "queue", "unit"),
    "area": ("neighborhood", "neighbourhood", "area", "borough", "ward", "district"),
}


def words(name: str) -> list[str]:
    """The words of a column's name."""
    return name.split("_")


def identifies(name: str) -> bool:
    """Whether a column names things, by its own name: case_number does, num_cases counts them."""
    said = words(name)
    counts = said[0] in ("num", "no", "number", "count", "total") and len(said) > 1
    return not counts and (said[-1] in _NUMBER or not _IDENTIFIER.isdisjoint(said))


def column_names(headings: Mapping[str, str]) -> dict[str, str]:
    """By key a name for each heading: words joined by underscores, each name once.

    No name is another column's heading, since a column's own name counts as a heading too.
    """
    taken = {fold(heading): key for key, heading in headings.items()}
    names: dict[str, str] = {}
    used: set[str] = set()
    for position, (key, heading) in enumerate(headings.items(), 1):
        name = first = _name(heading) or f"column_{position}"
        number = 1
        while name in used or taken.get(fold(name), key) != key:
            number += 1
            name = f"{first}_{number}"
        used.add(name)
        names[key] = name
    return names


def _name(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", plain)
    plain = unicodedata.normalize("NFKC", plain).lower()
    name = re.sub(r"_+", "_", re.sub(r"[^\w]", "_", plain)).strip("_")
    name = unicodedata.normalize("NFKC", name)
    if name and not name.isidentifier():
        name = f"column_{name}"
    if keyword.iskeyword(name):
        name = f"{name}_"
    return name if name.isidentifier() else ""
