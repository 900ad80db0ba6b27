"""What a rule, a limit or a grant speaks about: everything, a category, a service or a site.

A scope is a short text, so that it is a dictionary key, a JSON value and a table column at once:
`everything`, `category:games`, `service:youtube`, `site:example.com`, and `list:homework`, a named
list of the same policy. Grants and asks may also speak of one page: `url:example.com/lessons/3`,
one channel or video of YouTube (`channel:@kenhvui`, `video:dQw4w9WgXcQ`), and of sending private
details to a site: `send:example.com`.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from rules.channels import channel_of, video_of
from rules.hosts import normalise
from rules.mistakes import Mistake
from rules.pages import page_of

EVERYTHING = "everything"
MOST_SHOWN = 80


class ScopeKind(StrEnum):
    EVERYTHING = "everything"
    CATEGORY = "category"
    SERVICE = "service"
    SITE = "site"
    LIST = "list"
    URL = "url"
    """One page, and what lies below it: for grants and asks."""
    CHANNEL = "channel"
    """A channel of YouTube, where only chosen ones play: for grants and asks."""
    VIDEO = "video"
    SEND = "send"
    """Private details that a site is sent: for grants and asks."""
    OTHER = "other"
    """Sites of a category that belong to no service; minutes are counted so, nobody writes it."""


def category(name: str) -> str:
    """Name the scope of one category."""
    return f"{ScopeKind.CATEGORY}:{name}"


def service(name: str) -> str:
    """Name the scope of one service."""
    return f"{ScopeKind.SERVICE}:{name}"


def site(host: str) -> str:
    """Name the scope of one site: the host and everything below it."""
    return f"{ScopeKind.SITE}:{host}"


def page(url: str) -> str:
    """Name the scope of one page. Raises ValueError saying what is wrong."""
    return f"{ScopeKind.URL}:{page_of(url)}"


def channel(name: str) -> str:
    """Name the scope of one channel, by a name as `rules.channels` writes it."""
    return f"{ScopeKind.CHANNEL}:{name}"


def video(number: str) -> str:
    """Name the scope of one video."""
    return f"{ScopeKind.VIDEO}:{number}"


def sending_to(host: str) -> str:
    """Name the scope of sending private details to a site."""
    return f"{ScopeKind.SEND}:{host}"


def of_layer(scope: str, layer: str) -> str:
    """Name a list so that it is this layer's: two layers may call different lists alike."""
    kind, name = split(scope)
    return f"{kind}:{layer}/{name}" if kind is ScopeKind.LIST and "/" not in name else scope


def other(name: str) -> str:
    """Name the sites of a category that belong to no service."""
    return f"{ScopeKind.OTHER}:{name}"


def split(scope: str) -> tuple[ScopeKind, str]:
    """Take a scope apart into its kind and its name (empty for everything)."""
    kind, _, name = scope.partition(":")
    return ScopeKind(kind), name


def check(scope: str) -> str:
    """Return a well-formed scope unchanged, else raise ValueError saying what is wrong."""
    kind, colon, name = scope.partition(":")
    if kind == ScopeKind.URL:
        raise Mistake(
            "A single page can only be granted or asked for: write a rule about addresses instead."
        )
    if kind in (ScopeKind.CHANNEL, ScopeKind.VIDEO):
        raise Mistake(
            "A single channel or video can only be granted or asked for: name those that play under"
            " “videos”."
        )
    if kind not in ScopeKind or kind in (ScopeKind.OTHER, ScopeKind.SEND):
        raise Mistake(
            "“{scope}” is not a scope: begin with everything, category:, service:, site: or list:,"
            " and a name.",
            scope=scope[:MOST_SHOWN],
        )
    if (kind == ScopeKind.EVERYTHING) == bool(colon or name) or (colon and not name):
        raise Mistake(
            "“{scope}” is not a scope: write “everything” alone, or a kind and a name.",
            scope=scope[:MOST_SHOWN],
        )
    return scope


def check_given(scope: str) -> str:
    """Return a scope that may be granted or asked for in its one form, else raise ValueError."""
    kind, _, name = scope.partition(":")
    match kind:
        case ScopeKind.URL:
            return page(name)
        case ScopeKind.CHANNEL:
            return channel(channel_of(name))
        case ScopeKind.VIDEO:
            return video(video_of(name))
        case ScopeKind.SEND if name:
            return sending_to(normalise(name))
        case _:
            return check(scope)


type Scope = Annotated[str, AfterValidator(check)]
type GivenScope = Annotated[str, AfterValidator(check_given)]
"""What may be granted or asked for: a scope, one page, channel or video, or private details."""
