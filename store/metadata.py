"""The list of all tables, how their parts are named, and columns that many of them have."""

import sqlalchemy as sa

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMES)


def text(name: str) -> sa.Column[str]:
    """Return a text column that is empty where nothing was said."""
    return sa.Column(name, sa.Text, nullable=False, default="")


def count(name: str) -> sa.Column[int]:
    """Return a column that counts from nothing."""
    return sa.Column(name, sa.BigInteger, nullable=False, default=0)
