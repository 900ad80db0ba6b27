"""The first tables."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, and the one row that counts revisions."""
    for make in (
        _make_adults,
        _make_devices,
        _make_dirty_hours,
        _make_doors,
        _make_facts,
        _make_groups,
        _make_journal_batches,
        _make_ledger,
        _make_letters,
        _make_minutes,
        _make_pages,
        _make_policies,
        _make_removed_children,
        _make_revision,
        _make_rollups,
        _make_tries,
        _make_visits,
        _make_children,
        _make_roles,
        _make_sessions,
        _make_sightings,
        _make_device_children,
        _make_grants,
    ):
        make()
    op.execute("INSERT INTO revision (one, number) VALUES (1, 0)")
    if op.get_bind().dialect.name == "sqlite":
        _tell_the_planner()


def _tell_the_planner() -> None:
    """Write down what the log will look like, which SQLite does not find out by itself.

    Without it the site counts as a good key, and to find a child's visits it reads everybody's.
    """
    op.execute("ANALYZE")
    for table, index, rows in (
        ("visits", "visits", "1000000 1000000 20 1"),
        ("visits", "ix_visits_site_id_child_id_minute", "1000000 1000000 100000 20 1"),
        ("visits", "ix_visits_site_id_device_id_minute", "1000000 1000000 100000 20 1"),
        ("visits", "ix_visits_site_id_action_minute", "1000000 1000000 300000 20 1"),
        ("pages", "pages", "100000 100000 2 1"),
        ("pages", "ix_pages_site_id_child_id_at", "100000 100000 10000 2 1"),
    ):
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{rows}')")  # noqa: S608 - ours
    op.execute("ANALYZE sqlite_schema")


def _make_adults() -> None:
    op.create_table(
        "adults",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adults")),
        sa.UniqueConstraint("email", name=op.f("uq_adults_email")),
    )


def _make_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("password_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("port", name=op.f("uq_devices_port")),
        sa.UniqueConstraint("username", name=op.f("uq_devices_username")),
    )


def _make_dirty_hours() -> None:
    op.create_table(
        "dirty_hours",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("hour", columns.Moment(), nullable=False),
        sa.Column("marks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "child_id", "hour", name=op.f("pk_dirty_hours")),
    )


def _make_doors() -> None:
    op.create_table(
        "doors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("hint_port", sa.Integer(), nullable=False),
        sa.Column("seen", columns.Moment(), nullable=False),
        sa.Column("connections", sa.BigInteger(), nullable=False),
        sa.Column("journal_waiting", sa.BigInteger(), nullable=False),
        sa.Column("journal_spooled", sa.BigInteger(), nullable=False),
        sa.Column("journal_dropped", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_doors")),
    )


def _make_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
    )


def _make_groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("parent_id", columns.Id(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["groups.id"], name=op.f("fk_groups_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )


def _make_journal_batches() -> None:
    op.create_table(
        "journal_batches",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("batch_id", columns.Id(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "batch_id", name=op.f("pk_journal_batches")),
    )
    op.create_index(op.f("ix_journal_batches_at"), "journal_batches", ["at"], unique=False)


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("by_kind", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("values_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
    )
    op.create_index(
        op.f("ix_ledger_child_id_number"), "ledger", ["child_id", "number"], unique=False
    )


def _make_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("claimed", columns.Moment(), nullable=False),
        sa.Column("kept", columns.Moment(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("child_id", "week", name=op.f("pk_letters")),
    )


def _make_minutes() -> None:
    op.create_table(
        "minutes",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "child_id", "day", "scope", name=op.f("pk_minutes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_minutes_site_id_day"), "minutes", ["site_id", "day"], unique=False)


def _make_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("device_id", columns.Id(), nullable=True),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "at", "id", name=op.f("pk_pages")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_pages_site_id_child_id_at"), "pages", ["site_id", "child_id", "at"], unique=False
    )


def _make_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("owner_id", columns.Id(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "number", name=op.f("pk_policies")),
    )


def _make_removed_children() -> None:
    op.create_table(
        "removed_children",
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_removed_children")),
    )


def _make_revision() -> None:
    op.create_table(
        "revision",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_revision_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_revision")),
    )


def _make_rollups() -> None:
    op.create_table(
        "rollups",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("hour", columns.Moment(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("bytes_down", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "site_id",
            "child_id",
            "hour",
            "host",
            "category",
            "service",
            "action",
            "reason",
            "rule",
            name=op.f("pk_rollups"),
        ),
        sqlite_with_rowid=False,
    )


def _make_tries() -> None:
    op.create_table(
        "tries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_since"), "tries", ["since"], unique=False)


def _make_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("minute", columns.Moment(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("last", columns.Moment(), nullable=False),
        sa.Column("device_id", columns.Id(), nullable=True),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("bytes_up", sa.BigInteger(), nullable=False),
        sa.Column("bytes_down", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "minute", "key", name=op.f("pk_visits")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_visits_site_id_action_minute"),
        "visits",
        ["site_id", "action", "minute"],
        unique=False,
    )
    op.create_index(
        op.f("ix_visits_site_id_child_id_minute"),
        "visits",
        ["site_id", "child_id", "minute"],
        unique=False,
    )
    op.create_index(
        op.f("ix_visits_site_id_device_id_minute"),
        "visits",
        ["site_id", "device_id", "minute"],
        unique=False,
    )


def _make_children() -> None:
    op.create_table(
        "children",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_children_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_children")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_children_group_id_name")),
    )


def _make_roles() -> None:
    op.create_table(
        "roles",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adult_id"], ["adults.id"], name=op.f("fk_roles_adult_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_roles_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adult_id", "group_id", name=op.f("pk_roles")),
    )


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.Column("seen", columns.Moment(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adult_id"], ["adults.id"], name=op.f("fk_sessions_adult_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_adult_id"), "sessions", ["adult_id"], unique=False)


def _make_sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("device_id", columns.Id(), nullable=False),
        sa.Column("seen", columns.Moment(), nullable=False),
        sa.Column("seen_from", sa.Text(), nullable=False),
        sa.Column("trusts_ca", sa.Boolean(), nullable=True),
        sa.Column("trust_seen", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_sightings_device_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_sightings")),
    )


def _make_device_children() -> None:
    op.create_table(
        "device_children",
        sa.Column("device_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name=op.f("fk_device_children_child_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_device_children_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", "child_id", name=op.f("pk_device_children")),
    )
    op.create_index(
        op.f("ix_device_children_child_id"), "device_children", ["child_id"], unique=False
    )


def _make_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("since", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_grants_child_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_child_id"), "grants", ["child_id"], unique=False)
    op.create_index(op.f("ix_grants_until"), "grants", ["until"], unique=False)
