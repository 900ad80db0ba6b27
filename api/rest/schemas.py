"""The nouns of the REST interface, made from those of the store."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.people import Plain
from rules.family import Language
from rules.policy import Policy
from rules.scope import EVERYTHING, GivenScope
from rules.verdict import Action, Layer, Reason

CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Noun(BaseModel):
    """Something of the store, as JSON."""

    model_config = ConfigDict(from_attributes=True)


class Credentials(BaseModel):
    email: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(max_length=40)] = ""
    """From the adult's app, or a recovery code; where the answer was `second-step`."""


class Token(BaseModel):
    token: str = Field(description="Send it as `Authorization: Bearer …`.")


class Me(Noun):
    id: UUID
    name: str
    email: str
    language: Language


class Family(Noun):
    id: UUID
    kind: str
    name: str
    zone: str
    language: Language


class ChildOut(Noun):
    id: UUID
    group_id: UUID
    name: str
    birth_year: int
    language: Language
    colour: str
    picture: str
    """The name of an icon; empty: the initial of the name."""
    created: datetime


class PolicyOut(Noun):
    number: int
    """Goes up with every change; the ETag."""
    policy: Policy
    at: datetime | None = None
    by: str = ""


class Changes(BaseModel):
    since: int
    """The older version; 0 is an empty policy."""
    number: int
    sentences: list[str]
    """In the adult's language."""


class DeviceOut(Noun):
    id: UUID
    name: str
    kind: str
    system: str
    port: int
    child_ids: tuple[UUID, ...]
    address: str
    username: str
    seen: datetime | None
    seen_from: str
    trusts_ca: bool | None
    trust_seen: datetime | None
    asks_who: bool


class DeviceUser(BaseModel):
    child_id: UUID | None = None
    """The child that uses the device now; null: nobody known."""


class StrangerOut(Noun):
    address: str
    card: str
    first: datetime
    seen: datetime
    guest: bool


class GuestIn(BaseModel):
    address: Annotated[str, Field(max_length=60)]


class AdoptIn(GuestIn):
    child_id: UUID


class GrantIn(BaseModel):
    until: AwareDatetime | None = None
    minutes: Annotated[int | None, Field(ge=1, le=24 * 60)] = None
    """Minutes from now (after what runs already), instead of `until`."""
    scope: GivenScope = EVERYTHING
    """`url:example.com/lessons/3` opens one page, and what lies below it."""
    reason: Annotated[Plain, Field(max_length=200)] = ""


class GrantOut(Noun):
    id: UUID
    child_id: UUID
    scope: str
    since: datetime
    until: datetime
    by: str
    layer: Layer
    reason: str


class PauseIn(BaseModel):
    """For how long; where none of the three is given, until resumed."""

    until: AwareDatetime | None = None
    """A moment to come."""
    minutes: Annotated[int | None, Field(ge=1, le=24 * 60)] = None
    """Minutes from now."""
    clock: Annotated[str, Field(pattern=CLOCK, examples=["06:00"])] | None = None
    """Until the family's clock shows this: `06:00` locks until the morning."""


class Visit(Noun):
    minute: datetime
    last: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    layer: Layer
    visits: int
    bytes_up: int
    bytes_down: int
    opened: bool


class Visits(BaseModel):
    visits: list[Visit]
    next: str
    """The cursor of the next page; empty at the end."""


class Page(Noun):
    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    url: str
    title: str
    """Of a search the words; of a video its title."""
    kind: Literal["page", "search", "video"]
    name: str
    """Of a search the engine; of a video the site."""
    detail: str
    """Of a video the channel."""


class VerdictOut(Noun):
    action: Action
    reason: Reason
    layer: Layer
    rule: str
    until: datetime | None
    to: str
    used: int | None
    limit: int | None


class StepOut(Noun):
    layer: str
    check: str
    verdict: VerdictOut | None


class Explained(BaseModel):
    host: str
    at: datetime
    categories: tuple[str, ...]
    services: tuple[str, ...]
    verdict: VerdictOut
    for_child: str
    """In the child's language."""
    for_parent: str
    """In the adult's language."""
    trace: list[StepOut]


class KnownOut(BaseModel):
    host: str
    site: str
    categories: tuple[str, ...]
    services: tuple[str, ...]
    never_open: bool
    never_block: bool
    looks: tuple[str, ...] = ()
    """The words by which its pages told its categories, where no list knows it."""


class Named(BaseModel):
    id: str
    name: str
    icon: str
    kind: Literal["category", "service"]
    category: str = ""


class DoorOut(Noun):
    name: str
    revision: int
    seen: datetime
    connections: int
    journal_waiting: int
    journal_spooled: int
    journal_dropped: int
    last_error: str


class Doors(BaseModel):
    revision: int
    in_force: bool
    """Whether at least one door runs and all have the newest rules."""
    doors: list[DoorOut]


class LedgerOut(BaseModel):
    number: int
    at: datetime
    by: str
    what: str
    """A stable message in English with {placeholders}."""
    values: dict[str, str]
    sentence: str
    """The same in the adult's language."""
    child_id: UUID | None
    revision: int | None
