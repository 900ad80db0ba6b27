"""Who adults are and may be: reach, invitations, second steps, tokens; whose a device is."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WHOSE = """
UPDATE devices SET group_id = COALESCE(
  (SELECT children.group_id FROM device_children
   JOIN children ON children.id = device_children.child_id
   WHERE device_children.device_id = devices.id ORDER BY device_children.position LIMIT 1),
  (SELECT id FROM groups ORDER BY id LIMIT 1))
"""


def upgrade() -> None:
    """Add the columns, and make the tables."""
    _widen()
    op.execute(WHOSE)
    _make_reach()
    _make_invitations()
    _make_second_steps()
    _make_half_steps()
    _make_tokens()


def _widen() -> None:
    for table, column in (
        ("roles", sa.Column("only_some", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("sessions", sa.Column("address", sa.Text(), nullable=False, server_default="")),
    ):
        op.add_column(table, column)
    op.add_column("sessions", sa.Column("proven", columns.Moment()))
    op.add_column("devices", sa.Column("group_id", columns.Id()))
    op.add_column("ledger", sa.Column("group_id", columns.Id()))
    op.create_index(op.f("ix_ledger_group_id_number"), "ledger", ["group_id", "number"])


def _to(table: str, own: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{own}")
    return sa.ForeignKeyConstraint([own], [f"{other}.id"], name=name, ondelete="CASCADE")


def _make_reach() -> None:
    keys = ("adult_id", "group_id", "child_id")
    op.create_table(
        "role_children",
        *(sa.Column(name, columns.Id(), nullable=False) for name in keys),
        _to("role_children", "adult_id", "adults"),
        _to("role_children", "group_id", "groups"),
        _to("role_children", "child_id", "children"),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_role_children")),
    )
    op.create_index(op.f("ix_role_children_child_id"), "role_children", ["child_id"])


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("only", sa.JSON(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        sa.Column("taken", columns.Moment(), nullable=True),
        _to("invitations", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    op.create_index(op.f("ix_invitations_group_id"), "invitations", ["group_id"])


def _make_second_steps() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.Column("used", columns.Moment(), nullable=True),
        _to("passkeys", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_adult_id"), "passkeys", ["adult_id"])
    op.create_table(
        "one_time_codes",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("since", columns.Moment(), nullable=False),
        _to("one_time_codes", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("adult_id", name=op.f("pk_one_time_codes")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        _to("recovery_codes", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("adult_id", "code_hash", name=op.f("pk_recovery_codes")),
    )


def _make_half_steps() -> None:
    op.create_table(
        "half_steps",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("adult_id", columns.Id(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        _to("half_steps", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_half_steps")),
    )
    op.create_index(op.f("ix_half_steps_until"), "half_steps", ["until"])


def _make_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("only", sa.JSON(), nullable=True),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=True),
        sa.Column("seen", columns.Moment(), nullable=True),
        sa.Column("seen_from", sa.Text(), nullable=False),
        _to("tokens", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    op.create_index(op.f("ix_tokens_adult_id"), "tokens", ["adult_id"])
