"""The tables of who an adult is and may be: invitations, reach, second steps, tokens."""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import metadata, text


def _adult(*, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(
        "adult_id",
        Id,
        sa.ForeignKey("adults.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


# The children a role is for, where it is not for all of a group.
role_children = sa.Table(
    "role_children",
    metadata,
    _adult(primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "child_id"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    # Ids as text; null: every child.
    sa.Column("only", sa.JSON(none_as_null=True)),
    text("name"),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("taken", Moment),
    sa.Index(None, "group_id"),
)

passkeys = sa.Table(
    "passkeys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _adult(),
    sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    text("name"),
    sa.Column("created", Moment, nullable=False),
    sa.Column("used", Moment),
    sa.Index(None, "adult_id"),
)

# Codes from an app (TOTP, RFC 6238).
one_time_codes = sa.Table(
    "one_time_codes",
    metadata,
    _adult(primary_key=True),
    sa.Column("secret", sa.Text, nullable=False),
    # The last step of the clock whose code was taken: no code works twice.
    sa.Column("last_step", sa.BigInteger, nullable=False),
    sa.Column("since", Moment, nullable=False),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    _adult(primary_key=True),
    sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
)

# What was begun and waits for its second half: a sign-in, a passkey's challenge.
half_steps = sa.Table(
    "half_steps",
    metadata,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE")),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index(None, "until"),
)

# Tokens for programs.
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    _adult(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    # Ids as text; null: every child the adult may see.
    sa.Column("only", sa.JSON(none_as_null=True)),
    sa.Column("created", Moment, nullable=False),
    sa.Column("until", Moment),
    sa.Column("seen", Moment),
    text("seen_from"),
    sa.Index(None, "adult_id"),
)

repeats = sa.Table(
    "repeats",
    metadata,
    # What a program sent with a key of its own, and what it was answered: no status, no answer yet.
    sa.Column("key_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("answer", sa.Text, nullable=False, default=""),
    sa.Index(None, "at"),
)

tries = sa.Table(
    "tries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Index(None, "since"),
)
