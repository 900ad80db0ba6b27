"""The plainest parts of every rule: frozen models, hosts, short names and choices."""

from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.hosts import normalise
from rules.mistakes import Mistake

type Host = Annotated[str, AfterValidator(normalise)]
"""A site in a list: this host and everything below it."""

SLUG = r"^[a-z0-9][a-z0-9_-]{0,39}$"

type Slug = Annotated[str, Field(pattern=SLUG)]


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise Mistake(
            "“{text}” is not a network: write it like 203.0.113.0/24.", text=text[:80]
        ) from error


type Network = Annotated[str, AfterValidator(_network)]
"""One address, or many as CIDR."""
type Networks = Annotated[
    dict[Slug, Annotated[tuple[Network, ...], Field(max_length=50)]], Field(max_length=20)
]
"""Addresses and networks by tag, such as "school"."""


class Frozen(BaseModel):
    """A value that never changes and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"
