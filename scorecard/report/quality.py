"""The quality of a source's records: what its latest file is like, beside the files before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scorecard.declare.quality import seconds_of
from scorecard.declare.sources import Source
from scorecard.ledger.batches import batches, latest_moment
from scorecard.ledger.quality import examined_batches, quality_of
from scorecard.ledger.tables import ImportBatch
from scorecard.observe.quality.finding import Finding
from scorecard.observe.quality.kept import earlier_findings, findings_of
from scorecard.observe.receipt import Receipt
from scorecard.report.opened import Opened

_DAY = 86_400


@dataclass(frozen=True)
class CheckLine:
    """One check of the latest file.

    now     what it found
    before  what it found in the file before; None where there is none, or it was not made
    trend   its counts and denominators in the last files, the oldest first, this one last; None
            where a file was not checked so
    """

    now: Finding
    before: Finding | None
    trend: tuple[Finding | None, ...]


@dataclass(frozen=True)
class QualityPage:
    """What is known of the quality of one source.

    latest          the import that was examined last; None where there is none
    lines           its checks: those to look at first
    age             from the latest moment that the records know to now; None without records
    expected_every  how often the contract expects records; None where it does not say
    mended_since    rows that were mended out of quarantine after that import
    synthetic       whether the organisation is
    """

    source: str
    latest: ImportBatch | None
    lines: tuple[CheckLine, ...]
    age: timedelta | None
    expected_every: timedelta | None
    mended_since: int
    synthetic: bool

    @property
    def stale(self) -> bool | None:
        """Whether records are overdue; None where that cannot be said."""
        if self.age is None or self.expected_every is None:
            return None
        return self.age > self.expected_every


def quality_pages(
    opened: Opened, source: str | None, files: int, now: datetime | None = None
) -> list[QualityPage]:
    """The quality of one source, or of all, with a trend over the last so many files.

    Raises `source-unknown`.
    """
    chosen = [opened.source(source)] if source else list(opened.declarations.sources.values())
    return [_page(opened, each, files, now or datetime.now(UTC)) for each in chosen]


def quality_of_file(opened: Opened, receipt: Receipt) -> tuple[CheckLine, ...]:
    """The checks of a file that was just read, beside the files imported before it."""
    place = opened.ledger, receipt.organisation, receipt.source
    return _lines([receipt.quality, *earlier_findings(*place, receipt.file_sha256)])


def _page(opened: Opened, source: Source, files: int, now: datetime) -> QualityPage:
    organisation = opened.declarations.organisation
    place = opened.ledger, organisation.id, source.name
    # One more than asked for, so that even a trend of one file has the file before it.
    found = examined_batches(*place, limit=files + 1)
    moment = latest_moment(*place)
    every = seconds_of(source.expected_every) if source.expected_every else None
    return QualityPage(
        source=source.name,
        latest=found[0] if found else None,
        lines=_lines(findings_of(opened.ledger, found), files),
        age=now - moment if moment else None,
        expected_every=timedelta(seconds=every) if every else None,
        mended_since=_mended_since(opened, source.name, found[0].id) if found else 0,
        synthetic=organisation.synthetic,
    )


def _mended_since(opened: Opened, source: str, batch_id: int) -> int:
    organisation = opened.declarations.organisation.id
    later = [b.id for b in batches(opened.ledger, organisation, source) if b.id > batch_id]
    kept = quality_of(opened.ledger, later)
    return sum(
        one.count or 0 for rows in kept.values() for one in rows if one.code == "mended-rows"
    )


def _lines(files: Sequence[Sequence[Finding]], shown: int | None = None) -> tuple[CheckLine, ...]:
    """A line for each check of the first of `files`, which come the latest first."""
    if not files:
        return ()
    by_check = [{(one.code, one.column): one for one in each} for each in files]
    lines = []
    for now in files[0]:
        trend = [each.get((now.code, now.column)) for each in by_check]
        before = trend[1] if len(trend) > 1 else None
        lines.append(CheckLine(now, before, tuple(reversed(trend[:shown]))))
    return tuple(sorted(lines, key=lambda line: not line.now.notable))
