"""People, places and times of an audit as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.load import Declarations
from scorecard.report.phrases import listed, moment_words
from scorecard.report.rows import department_name


@dataclass(frozen=True)
class Names:
    """The names that go with the ids kept in events, by today's declarations."""

    declared: Declarations

    def person(self, id: str) -> str:
        """The person's name; an id that is declared no more is shown as it is, and said so."""
        found = self.declared.organisation.person(id)
        return found.name if found else f"{id} (unknown person)"

    def people(self, ids: Iterable[str]) -> str:
        """`Ada, Amy and Dirk`; `nobody`."""
        return listed([self.person(one) for one in ids]) or "nobody"

    def department(self, id: str | None) -> str:
        """The department's name, the organisation's for None. One that was merged is said to be."""
        if id is None or self.declared.organisation.department(id):
            return department_name(self.declared, id)
        merged = self.declared.organisation.find_department(id)
        if merged:
            return f"{id} (now {department_name(self.declared, merged)})"
        return f"{id} (unknown department)"

    def standard(self, id: str) -> str:
        """The title of a standard in quotation marks; an id that is declared no more, as it is."""
        found = self.declared.standards.get(id)
        return f"“{found.title}”" if found else repr(id)

    def moment(self, at: datetime) -> str:
        """`5 July 2026, 14:05` where the organisation is."""
        return moment_words(at.astimezone(self.declared.organisation.zone))

    def day(self, at: datetime) -> date:
        """The organisation's day of an instant."""
        return at.astimezone(self.declared.organisation.zone).date()
