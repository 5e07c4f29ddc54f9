"""The chain of events, which the database itself keeps from being changed.

Revision 0005, after 0004. Going back drops no event: where there are any, their table is kept
aside under another name, guarded as before, and coming here again takes it back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ASIDE = "event_kept"

# A new event must be the next one and carry the hash of the last. On SQLite this also refuses
# INSERT OR REPLACE, which would delete the old row without asking a trigger on DELETE.
SQLITE = (
    """
    CREATE TRIGGER event_keeps_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END
    """,
    """
    CREATE TRIGGER event_keeps_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END
    """,
    """
    CREATE TRIGGER event_keeps_order BEFORE INSERT ON event
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
        OR NEW.prev IS NOT coalesce(
            (SELECT hash FROM event ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'an event follows the one before it'); END
    """,
)
# The table is named by the trigger, so that the functions also serve a table that was renamed.
POSTGRESQL = (
    """
    CREATE FUNCTION event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'an event is never changed or deleted'; END $$
    """,
    """
    CREATE FUNCTION event_refuse_disorder() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        last_seq bigint;
        last_hash text;
    BEGIN
        EXECUTE format('SELECT seq, hash FROM %I.%I ORDER BY seq DESC LIMIT 1',
            TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last_seq, last_hash;
        IF NEW.seq IS DISTINCT FROM coalesce(last_seq, 0) + 1
            OR NEW.prev IS DISTINCT FROM coalesce(last_hash, repeat('0', 64))
        THEN RAISE EXCEPTION 'an event follows the one before it'; END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER event_keeps_update BEFORE UPDATE ON event
    FOR EACH ROW EXECUTE FUNCTION event_refuse()
    """,
    """
    CREATE TRIGGER event_keeps_delete BEFORE DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_refuse()
    """,
    """
    CREATE TRIGGER event_keeps_rows BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_refuse()
    """,
    """
    CREATE TRIGGER event_keeps_order BEFORE INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION event_refuse_disorder()
    """,
    # Also for sessions that replay another server's changes.
    "ALTER TABLE event ENABLE ALWAYS TRIGGER event_keeps_update",
    "ALTER TABLE event ENABLE ALWAYS TRIGGER event_keeps_delete",
    "ALTER TABLE event ENABLE ALWAYS TRIGGER event_keeps_rows",
    "ALTER TABLE event ENABLE ALWAYS TRIGGER event_keeps_order",
)


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        op.rename_table(ASIDE, "event")
        return
    op.create_table(
        "event",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("clock", sa.String(27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
    )
    op.create_index("ix_event_subject", "event", ["organisation", "subject", "seq"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM event")):
        op.rename_table("event", ASIDE)
        return
    op.drop_table("event")
    if connection.dialect.name != "sqlite":
        op.execute("DROP FUNCTION event_refuse()")
        op.execute("DROP FUNCTION event_refuse_disorder()")
