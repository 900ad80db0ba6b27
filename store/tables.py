"""The tables. A change here needs a migration beside it; a test compares the two."""

import sqlalchemy as sa

from store import agreements, identity, schooling, schools, sharing, telling
from store.columns import Id, Moment
from store.metadata import count as _count
from store.metadata import metadata as metadata  # noqa: PLC0414 - the tables and their list go together
from store.metadata import text as _text

# What adults and children agree on has a page of its own.
asks, credits_, exchanges = agreements.asks, agreements.credits_, agreements.exchanges
consents, helpers = agreements.consents, agreements.helpers
memberships, tasks, pack_keys = agreements.memberships, agreements.tasks, agreements.pack_keys
pins, shared_devices, strangers = sharing.pins, sharing.shared_devices, sharing.strangers
presence, details = sharing.presence, sharing.details
invitations, role_children = identity.invitations, identity.role_children
passkeys, one_time_codes = identity.passkeys, identity.one_time_codes
recovery_codes, half_steps, tokens = identity.recovery_codes, identity.half_steps, identity.tokens
repeats, tries = identity.repeats, identity.tries
pupil_numbers, requests = schooling.pupil_numbers, schooling.requests
roster_changes, roster_steps = schooling.roster_changes, schooling.roster_steps
class_codes, enrolments = schooling.class_codes, schooling.enrolments
channels, deliveries, quiet_hours = telling.channels, telling.deliveries, telling.quiet_hours
child_days, dirty_days, belonged = schools.child_days, schools.dirty_days, schools.belonged
group_days, group_minutes = schools.group_days, schools.group_minutes
group_presence, timetables = schools.group_presence, schools.timetables
group_letters = schools.group_letters
letter_times, comments, stops = telling.letter_times, telling.comments, telling.stops
followed = telling.followed

# What is true of the installation.

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.CheckConstraint("one = 1", name="one_row"),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by_kind", sa.Text, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.Column("by_id", Id),
    sa.Column("what", sa.Text, nullable=False),
    # The chain covers a salted digest of the values, so that a removed child's can be erased.
    sa.Column("values", sa.JSON),
    sa.Column("salt", sa.LargeBinary(16)),
    sa.Column("values_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("child_id", Id),
    sa.Column("revision", sa.BigInteger),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    # Whose line it is; part of the hash only where it is said, so that older lines hold.
    sa.Column("group_id", Id),
    sa.Index(None, "child_id", "number"),
    *(sa.Index(None, "group_id", "number"), sa.Index(None, "by_id", "at")),
)

doors = sa.Table(
    "doors",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("hint_port", sa.Integer, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    _count("connections"),
    _count("journal_waiting"),
    _count("journal_spooled"),
    _count("journal_dropped"),
    _text("last_error"),
    # Bytes that the process takes, and what it counted since it began.
    sa.Column("memory", sa.BigInteger, nullable=False, default=0, server_default=sa.text("0")),
    sa.Column("counts", sa.JSON),
)

# People, devices and their rules.

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("parent_id", Id, sa.ForeignKey("groups.id")),
    # Since when its rules hold for nobody any more.
    sa.Column("closed", Moment),
)

adults = sa.Table(
    "adults",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
)

roles = sa.Table(
    "roles",
    metadata,
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    # Not for every child of the group, but for those of `role_children`: none, if none is there.
    sa.Column("only_some", sa.Boolean, nullable=False, server_default=sa.false(), default=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    _text("agent"),
    sa.Column("address", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    # When the adult last showed that it is still they.
    sa.Column("proven", Moment),
    sa.Index(None, "adult_id"),
)

children = sa.Table(
    "children",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("birth_year", sa.Integer, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("colour", sa.Text, nullable=False),
    sa.Column("picture", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    sa.Column("created", Moment, nullable=False),
    # Since when it is no pupil any more; what is known of it stays until it is removed.
    sa.Column("left", Moment),
    sa.UniqueConstraint("group_id", "name"),
)

removed_children = sa.Table(
    "removed_children",
    metadata,
    # A late journal batch must not bring a removed child's visits back.
    sa.Column("child_id", Id, primary_key=True),
)

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("owner_id", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    _text("reason"),
    sa.Column("group_id", Id),
    sa.Column("meant_until", Moment),
    sa.Index(None, "child_id"),
    sa.Index(None, "until"),
)

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("port", sa.Integer, nullable=False, unique=True),
    _text("address"),
    sa.Column("card", sa.Text),
    sa.Column("tunnel_key", sa.Text),
    sa.Column("username", sa.Text, unique=True),
    _text("password_key"),
    # Whose it is while it is no child's.
    sa.Column("group_id", Id),
)

device_children = sa.Table(
    "device_children",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Index(None, "child_id"),
)

sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seen", Moment, nullable=False),
    _text("seen_from"),
    sa.Column("trusts_ca", sa.Boolean),
    sa.Column("trust_seen", Moment),
)

letters = sa.Table(
    "letters",
    metadata,
    sa.Column("child_id", Id, primary_key=True),
    sa.Column("week", sa.Date, primary_key=True),
    sa.Column("claimed", Moment, nullable=False),
    sa.Column("kept", Moment),
    sa.Column("summary", sa.Text),
)

# The log. Each key leads with the site, so that many sites can share a server or several.


def _site() -> sa.Column[object]:
    return sa.Column("site_id", Id, primary_key=True)


visits = sa.Table(
    "visits",
    metadata,
    _site(),
    sa.Column("minute", Moment, primary_key=True),
    # A digest of all that makes the row one row: short, and never null (see `store.batch`).
    sa.Column("key", sa.LargeBinary(16), primary_key=True),
    sa.Column("last", Moment, nullable=False),
    sa.Column("device_id", Id),
    sa.Column("child_id", Id),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("opened", sa.Boolean, nullable=False),
    _count("visits"),
    _count("bytes_up"),
    _count("bytes_down"),
    sa.Index(None, "site_id", "child_id", "minute"),
    sa.Index(None, "site_id", "device_id", "minute"),
    sa.Index(None, "site_id", "action", "minute"),
    sqlite_with_rowid=False,
)

pages = sa.Table(
    "pages",
    metadata,
    _site(),
    sa.Column("at", Moment, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("device_id", Id),
    sa.Column("child_id", Id),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    _text("title"),
    sa.Column("kind", sa.Text, nullable=False, default="page", server_default="page"),
    sa.Column("name", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    sa.Column("detail", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    sa.Index(None, "site_id", "child_id", "at"),
    sa.Index(None, "site_id", "kind", "at"),
    sqlite_with_rowid=False,
)

alerts = sa.Table(
    "alerts",
    metadata,
    _site(),
    sa.Column("id", Id, primary_key=True),
    # Like the log, an alert may come late, when its child or device is gone.
    sa.Column("child_id", Id),
    sa.Column("device_id", Id),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    # What it is about more closely: a school subject, a kind of private detail.
    sa.Column("topic", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    _text("host"),
    _text("words"),
    sa.Column("first", Moment, nullable=False),
    sa.Column("last", Moment, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("seen", Moment),
    _text("seen_by"),
    sa.Column("closed", Moment),
    _text("closed_by"),
    _text("comment"),
    _text("comment_by"),
    sa.Index(None, "site_id", "child_id", "last"),
    sa.Index(None, "site_id", "last"),
    sqlite_with_rowid=False,
)

minutes = sa.Table(
    "minutes",
    metadata,
    _site(),
    sa.Column("child_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("bits", sa.LargeBinary, nullable=False),
    sa.Index(None, "site_id", "day"),
    sqlite_with_rowid=False,
)

notices = sa.Table(
    "notices",
    metadata,
    _site(),
    sa.Column("child_id", Id, primary_key=True),
    # What makes two notices one matter, which is told once (see `rules.notices`).
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),
    sa.Column("limit", sa.Integer, nullable=False),
    sa.Column("week", sa.Boolean, nullable=False),
    sa.Column("until", Moment),
    sa.Index(None, "site_id", "child_id", "at"),
    sa.Index(None, "site_id", "at"),
    sqlite_with_rowid=False,
)

rollups = sa.Table(
    "rollups",
    metadata,
    _site(),
    sa.Column("child_id", Id, primary_key=True),
    sa.Column("hour", Moment, primary_key=True),
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("action", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    _count("visits"),
    sa.Column("minutes", sa.Integer, nullable=False),
    _count("bytes_down"),
    sqlite_with_rowid=False,
)

dirty_hours = sa.Table(
    "dirty_hours",
    metadata,
    _site(),
    sa.Column("child_id", Id, primary_key=True),
    sa.Column("hour", Moment, primary_key=True),
    sa.Column("marks", sa.BigInteger, nullable=False),
)

journal_batches = sa.Table(
    "journal_batches",
    metadata,
    _site(),
    sa.Column("batch_id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index(None, "at"),
)

# What reading told of sites that no list knows.
readings = sa.Table(
    "readings",
    metadata,
    _site(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    _text("site"),
    _text("category"),
    _text("source"),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("shape", sa.JSON, nullable=False),
    sa.Index(None, "site_id", "at"),
)
