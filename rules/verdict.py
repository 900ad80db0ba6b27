"""The answer to a visit as a value: what we do, why, by whose rule, and until when."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What happens to a visit."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    """It goes on and is never opened: the bytes are relayed as they are."""
    ALLOW = "allow"
    """It goes on and is opened, because a rule needs to look inside."""
    REWRITE = "rewrite"
    """It goes on unopened to another destination (safe search)."""
    BLOCK = "block"
    """It is stopped, and the child is told why."""


class Reason(StrEnum):
    """Why a verdict is what it is; the journal, the pages and the letters all speak these words."""

    DEFAULT = "default"
    HELPLINE = "helpline"
    NETWORK_CHECK = "network_check"
    """A device asks whether there is a network; without an answer it would leave ours."""
    HOUSE = "house"
    GRANT = "grant"
    ALLOW_LIST = "allow_list"
    BLOCK_LIST = "block_list"
    SERVICE = "service"
    CATEGORY = "category"
    LOOKS_LIKE = "looks_like"
    """No list knows the site; its pages were read, and this is what they are about."""
    UNKNOWN_SITE = "unknown_site"
    UNNAMED = "unnamed"
    """A connection to an address that names no site."""
    URL = "url"
    CHANNEL = "channel"
    """A video or channel of YouTube that is not among those that may play."""
    UNREADABLE = "unreadable"
    """A page that cannot be read, where something was to be taken out of it."""
    COMPANION = "companion"
    """An allowed page needs it; see `rules.companions`."""
    HOURS = "hours"
    ALLOWANCE = "allowance"
    FINISHING = "finishing"
    """Its time ended, and what was running then may end by itself; see `rules.landing`."""
    PAUSED = "paused"
    LESSON = "lesson"
    """A teacher opened only some sites for a lesson, and this is none of them."""
    SAFE_SEARCH = "safe_search"
    UNSAFE_SEARCH = "unsafe_search"
    """A search engine whose safe mode cannot be set from outside."""
    NEVER_OPENED = "never_opened"
    PINNED = "pinned"
    """An app trusts no certificate but its own, and no rule must look inside: passed unopened."""
    OF_AGE = "of_age"
    """The child is grown up: nothing is controlled or written down any more."""
    UNOPENED = "unopened"
    """A rule must look inside, and the device does not let us."""
    PRIVATE = "private"
    """Private details were about to be sent to a site that is not trusted: the child is asked."""
    HOMEWORK = "homework"
    """An AI chat was asked to do homework: the child is asked to try first."""
    UNKNOWN_DEVICE = "unknown_device"
    UNKNOWN_USER = "unknown_user"
    """Nobody at a shared device has said who it is."""
    PRIVATE_ADDRESS = "private_address"
    NAMES_DISAGREE = "names_disagree"
    NOT_TLS = "not_tls"
    PORT = "port"
    BAD_CERTIFICATE = "bad_certificate"
    NO_POLICY = "no_policy"
    FAULT = "fault"
    """Something of ours broke, so the visit was stopped."""


class Layer(StrEnum):
    """Whose policy answered, from the widest to the child's own."""

    CITY = "city"
    WARD = "ward"
    SCHOOL = "school"
    CLASS = "class"
    FAMILY = "family"
    CHILD = "child"
    HOUSE = "house"
    """Hải Đăng itself: what no policy may change (helplines, safety of the door)."""


class Verdict(NamedTuple):
    """One answer; `until` is when it may change without a new revision (None: it holds)."""

    action: Action
    reason: Reason
    layer: Layer = Layer.HOUSE
    rule: str = ""
    """What answered, in the rule's own terms: a scope, a host of a list, the name of the hours."""
    until: datetime | None = None
    to: str = ""
    """For REWRITE: the host to connect to instead."""
    used: int | None = None
    """For ALLOWANCE: minutes used so far."""
    limit: int | None = None
    """For ALLOWANCE: minutes allowed."""
    week: bool = False
    """For ALLOWANCE: the minutes are those of the week, not of the day."""
    inside: bool = False
    """A rule must look inside: what cannot be opened may not go on."""
    reads: bool = False
    """Its pages are to be read: no list knows the site. What cannot be opened goes on unread."""
    hear: bool = False
    """The family wants to hear what is searched here: opened where the device allows it."""
    edits: bool = False
    """Something is to be taken out of its pages: opened where the device allows it."""
    minds: bool = False
    """What is sent here is looked at before it goes on: opened where the device allows it."""

    @property
    def blocks(self) -> bool:
        """Tell whether the visit is stopped."""
        return self.action is Action.BLOCK
