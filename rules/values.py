"""The plainest parts of every rule: frozen models, hosts, short names and choices."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.hosts import normalise

type Host = Annotated[str, AfterValidator(normalise)]
"""A site in a list: this host and everything below it."""

type Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Frozen(BaseModel):
    """A value that never changes and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"
