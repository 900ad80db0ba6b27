"""The people and devices a door must know, and all their rules, as one immutable value.

A `Household` is everything a door needs: it is loaded whole from the store (or from the snapshot
on disk when the database is away), and swapped as one.
"""

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rules.consent import Agreed
from rules.details import Detail
from rules.earn import Credit, Exchange
from rules.policy import Frozen, Policy
from rules.scope import EVERYTHING, GivenScope
from rules.verdict import Layer

type Language = Literal["vi", "en"]

LEARNING = "learning"
"""The category whose minutes never count and which a spent allowance for everything leaves open."""


class Grant(Frozen):
    """An exception that ends by itself: what, for whom, until when, by whom."""

    id: UUID
    child_id: UUID
    scope: GivenScope = EVERYTHING
    since: datetime
    until: datetime
    by: str
    layer: Layer = Layer.FAMILY
    reason: str = ""
    group_id: UUID | None = None
    """The group whose rules it lifts, where a child has several of a kind; None: all of them."""


NUMBER = r"^(\+?\d[\d .-]{1,28})?$"
PHONE = re.compile(NUMBER)


class Helper(Frozen):
    """An adult whom a family chose for its children to turn to."""

    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Annotated[str, Field(max_length=30, pattern=NUMBER)] = ""


class ChildRules(Frozen):
    """A child with all rules that hold for it; `layers` run from the widest to the child's own."""

    id: UUID
    name: str
    group_id: UUID
    language: Language = "vi"
    zone: str
    """IANA name of the group's time zone; all hours are wall-clock in it."""
    agreed: Agreed = Agreed()
    """What may be written down by the consent of those whose it takes."""
    birth_year: int | None = None
    """Rules and recording end with the year in which the child turns 18; None: never."""
    layers: tuple[tuple[Layer, Policy], ...]
    owners: tuple[UUID, ...] = ()
    """Whose each of the layers is, in their order: a group's, or the child's own."""
    grants: tuple[Grant, ...] = ()
    credits: tuple[Credit, ...] = ()
    """Minutes earned or given for today and yesterday (zones differ)."""
    helpers: tuple[Helper, ...] = ()
    """Whom the child can turn to, besides the helplines."""
    exchanges: tuple[Exchange, ...] = ()
    """What learning earns; see `rules.earn.earned`."""
    details: tuple[Detail, ...] = ()
    """What must not be given away, as keyed digests."""


class DeviceIdentity(Frozen):
    """How a door recognises a device, and whose it is (one child, several, or nobody yet)."""

    id: UUID
    name: str
    port: int
    """The door's listening port that belongs to this device alone."""
    child_ids: tuple[UUID, ...] = ()
    address: str = ""
    """A fixed IP address, where the adult gave one."""
    card: str = ""
    """The network card's address (MAC), as a gateway sees it."""
    tunnel_key: str = ""
    """Public WireGuard key of the device; empty where it has no tunnel."""
    username: str = ""
    """Proxy user name; empty where no credentials were made."""
    password_key: str = ""
    """Keyed hash of the proxy password (see `proxy.who`), never the password."""
    trusts_ca: bool | None = None
    """Whether the device was seen to trust our certificate; None when not known yet."""
    asks_who: bool = False
    """A shared device on which nothing goes on before a child has said who it is."""
    user_id: UUID | None = None
    """Who uses a shared device now."""
    user_until: datetime | None = None

    @property
    def is_anonymous(self) -> bool:
        """Tell whether somebody should say first who it is."""
        return self.asks_who and len(self.child_ids) > 1 and self.user_id is None

    def left_at(self, now: datetime) -> bool:
        """Tell whether its use has run out by a moment."""
        return self.user_until is not None and self.user_until <= now


class Household(Frozen):
    """Everything a door needs to know, as of one revision."""

    revision: int
    site_id: UUID
    children: tuple[ChildRules, ...] = ()
    devices: tuple[DeviceIdentity, ...] = ()
    guest: Policy = Policy()
    """Rules for devices nobody adopted yet."""
    zone: str = "Asia/Ho_Chi_Minh"
    language: Language = "vi"
    networks: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Addresses and networks (CIDR) by tag, such as "school": where a device is, for `applies`."""
    private_hosts: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    """Private addresses or networks (CIDR) an adult opened for devices."""
