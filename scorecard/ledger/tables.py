"""The tables of the ledger: what was imported, defined, measured, and when it was known.

Each change here needs a migration in migrations/versions; a test finds any difference.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from scorecard.ledger.types import UtcTimestamp

# The revision of migrations/versions that these tables stand for. Kept here so that opening a
# ledger that is up to date need not load Alembic; a test holds it equal to the newest revision.
HEAD = "0005"


class Base(MappedAsDataclass, DeclarativeBase):
    """Every table of the ledger. Constraints have stable names, so migrations can move them."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class ImportBatch(Base, kw_only=True):
    """One file landed in one source: the receipt of an import."""

    __tablename__ = "import_batch"
    __table_args__ = (
        sa.Index("ix_import_batch_source_moment", "organisation", "source", "moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation: Mapped[str]
    source: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    moment: Mapped[datetime] = mapped_column(UtcTimestamp)
    """The state of the world the file shows: its latest event time, or the time given."""
    moment_given: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(UtcTimestamp)
    rows_read: Mapped[int] = mapped_column(sa.BigInteger)
    rows_new: Mapped[int] = mapped_column(sa.BigInteger)
    rows_changed: Mapped[int] = mapped_column(sa.BigInteger)
    rows_unchanged: Mapped[int] = mapped_column(sa.BigInteger)
    rows_quarantined: Mapped[int] = mapped_column(sa.BigInteger)
    rows_older: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Those of `rows_unchanged` whose landed row is of a later moment than this file."""
    contract_fingerprint: Mapped[str] = mapped_column(sa.String(64))
    landed_version: Mapped[int] = mapped_column(sa.BigInteger)
    """The version of the landed Delta table after the import."""
    notes: Mapped[list[Any]] = mapped_column(sa.JSON, default_factory=list)


class Quality(Base, kw_only=True):
    """What one check counted in one imported file. The checks are in docs/auditors.md."""

    __tablename__ = "quality"
    __table_args__ = (sa.Index("ix_quality_batch_id", "batch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey(ImportBatch.id), init=False)
    code: Mapped[str]
    column: Mapped[str | None]
    """The contract's column; null where the check is about rows or the file."""
    count: Mapped[int | None] = mapped_column(sa.BigInteger)
    of: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The denominator; null where there is nothing to compare with."""
    examples: Mapped[list[Any]] = mapped_column(sa.JSON)
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What later files are compared with: `{"values": rows by value, "others": rows}`, or empty."""
    notable: Mapped[bool]


class Definition(Base, kw_only=True):
    """A metric as it was defined when something was measured by it."""

    __tablename__ = "definition"

    fingerprint: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 in hex, made where the metric is compiled."""
    metric: Mapped[str]
    organisation: Mapped[str]
    canonical: Mapped[str] = mapped_column(sa.Text)
    first_seen: Mapped[datetime] = mapped_column(UtcTimestamp)


class Run(Base, kw_only=True):
    """One run of measuring: from `known_at` on, its figures are the ones that are known."""

    __tablename__ = "run"
    __table_args__ = (sa.Index("ix_run_known_at", "organisation", "known_at", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organisation: Mapped[str]
    known_at: Mapped[datetime] = mapped_column(UtcTimestamp)
    engine: Mapped[str]
    sources: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """By source: `{"version": landed version, "commit": what tells it from every other state or
    null, "moment": ISO instant or null, "rows": count}`."""
    plan: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    """By metric, by grain: a fingerprint of all that is declared and decides the figures."""


class Measurement(Base, kw_only=True):
    """The actual service of one metric, scope and period, as known from one run to the next.

    A row is visible as of run R where `run_id <= R` and `superseded_by` is null or later than R.
    Rows are never deleted, and never changed but for `superseded_by`, which is set once.
    """

    __tablename__ = "measurement"

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, init=False
    )
    organisation: Mapped[str]
    metric: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(sa.ForeignKey(Definition.fingerprint))
    grain: Mapped[str]
    period: Mapped[date]
    department: Mapped[str | None]
    scope: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[float | None] = mapped_column(sa.Double)
    numerator: Mapped[float | None] = mapped_column(sa.Double)
    denominator: Mapped[float | None] = mapped_column(sa.Double)
    n: Mapped[int] = mapped_column(sa.BigInteger)
    squares: Mapped[float | None] = mapped_column(sa.Double, default=None)
    """The sum of the squared values of a mean; null for other figures, and before it was kept."""
    lower_95: Mapped[float | None] = mapped_column(sa.Double, default=None)
    upper_95: Mapped[float | None] = mapped_column(sa.Double, default=None)
    lower_80: Mapped[float | None] = mapped_column(sa.Double, default=None)
    upper_80: Mapped[float | None] = mapped_column(sa.Double, default=None)
    """The ends of the 95 % and the 80 % interval of a percentile; null as `squares` is."""
    run_id: Mapped[int] = mapped_column(sa.ForeignKey(Run.id))
    superseded_by: Mapped[int | None] = mapped_column(sa.ForeignKey(Run.id), default=None)

    __table_args__ = (
        sa.Index("ix_measurement_known", "organisation", "metric", "superseded_by"),
        # One current figure for a key, kept so by the database. Two indexes, because nulls count as
        # different from one another in a unique index.
        sa.Index(
            "uq_measurement_current_department",
            *("organisation", "metric", "grain", "period", "department", "scope"),
            unique=True,
            sqlite_where=sa.text("superseded_by IS NULL AND department IS NOT NULL"),
            postgresql_where=sa.text("superseded_by IS NULL AND department IS NOT NULL"),
        ),
        sa.Index(
            "uq_measurement_current_whole",
            *("organisation", "metric", "grain", "period", "scope"),
            unique=True,
            sqlite_where=sa.text("superseded_by IS NULL AND department IS NULL"),
            postgresql_where=sa.text("superseded_by IS NULL AND department IS NULL"),
        ),
    )


class EventRow(Base, kw_only=True):
    """One link of the chain of events: what happened, and the hash of the one before it.

    The database refuses to change or delete a row, and to add one that does not follow the last:
    triggers that migration 0005 makes. A migration that makes this table anew must make them anew.
    Times are kept as the very text that is hashed. docs/auditors.md has the form that is hashed.
    """

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_subject", "organisation", "subject", "seq"),)

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    organisation: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    actor: Mapped[str]
    at: Mapped[str] = mapped_column(sa.String(27))
    """Never before the event before it, whatever the clock says."""
    clock: Mapped[str] = mapped_column(sa.String(27))
    """What the machine's clock said."""
    body: Mapped[str] = mapped_column(sa.Text)
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
