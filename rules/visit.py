"""A visit: one thing a device asked for, and what the catalogue knows of its host."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of a host. An unlisted host has neither categories nor services."""

    categories: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    never_open: bool = False
    """Banks, health, government: never decrypted, whatever the rules say."""
    never_block: bool = False
    """Helplines: never stopped, whatever the rules say."""
    network_check: bool = False
    """Devices ask here whether there is a network, and leave ours where they get no answer."""
    safe: Mapping[str, str] = NOTHING
    """Safe hosts to connect to instead: keys `search`, `youtube_moderate`, `youtube_strict`."""
    doubtful: tuple[str, ...] = ()
    """Categories that only a weak vote gives it: shown to adults, never acted on."""
    unsafe: str = ""
    """What safe search cannot reach here: `engine:coccoc`, or `explicit:…` for what it hides."""
    looks: tuple[str, ...] = ()
    """The words by which its pages told its categories; no list knows it."""
    read: bool = False
    """Its pages were read lately: there is no need to open it again for that."""
    speaks: bool = False
    """People type words here that could be heard: a search or video site, an AI chat."""
    chats: bool = False
    """People talk to a machine here."""


UNLISTED = Known()


def is_unlisted(known: Known) -> bool:
    """Tell whether no list of any kind knows a host."""
    listed = known.categories or known.services or known.unsafe or known.safe
    return not (listed or known.never_open or known.never_block)


class Visit(NamedTuple):
    """One thing a device asked for; the host is normalised (see `rules.hosts.normalise`)."""

    host: str
    known: Known = UNLISTED
    port: int = 443
    scheme: str = "https"
    path: str = ""
    """Known only where the connection is open to us; empty where it is not."""
    names: tuple[str, ...] = ()
    """Other names the same connection gave (CONNECT, SNI, Host): each must be judged."""
    query: str = ""
    """Only for judging: nobody writes it down."""
    networks: frozenset[str] = frozenset()
    """Tags of the networks in which the device is now."""
    page: str = ""
    """The granted page (its scope) of which this is a part, as the request itself says."""
    companion: str = ""
    """The allowed site whose page needs this, where `rules.companions` says so."""


type LookUp = Callable[[str], Known]
"""Tells what the catalogue knows of a host."""


def unlisted(_: str) -> Known:
    """Know nothing of any host."""
    return UNLISTED
