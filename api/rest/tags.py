"""ETags of what can be edited: sent back as `If-Match`, nobody's change is lost (412).

A tag is a digest of what the verb would replace, and of nothing else: that a device was seen again
changes no tag. It is compared inside the change's own transaction, where all changes queue up.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Response
from fastapi.encoders import jsonable_encoder

from api.errors import Refused
from api.needs import Desk
from store.database import Connection

ABOUT = "The ETag that was read; 412 if it was changed meanwhile. Without it nothing is compared."
type Match = Annotated[str | None, Header(max_length=500, description=ABOUT)]


class Tag:
    """The ETag of one entry: told with it, and compared before it is changed."""

    def __init__(self, response: Response, if_match: Match = None) -> None:
        self._response = response
        self._sent = [each.strip().removeprefix("W/") for each in (if_match or "").split(",")]

    def tell(self, edited: object) -> None:
        """Put the tag of what can be edited into the answer's head."""
        self._response.headers["ETag"] = of(edited)

    def check(self, edited: object) -> None:
        """Compare with what was sent. Raises Refused."""
        if self._sent != [""] and "*" not in self._sent and of(edited) not in self._sent:
            raise Refused(412, "changed-meanwhile")

    def guard(self, desk: Desk, read: Callable[[Connection], Awaitable[object]]) -> Desk:
        """Return a desk whose change is made only if what it reads first is what was sent."""

        async def check(store: Connection) -> None:
            self.check(await read(store))

        return replace(desk, before_change=check)


def of(edited: object) -> str:
    """Return the ETag of a value."""
    said = json.dumps(jsonable_encoder(edited), sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"'


def parts(entry: object, names: tuple[str, ...]) -> dict[str, object]:
    """Return what can be edited of an entry."""
    return {name: getattr(entry, name) for name in names}


type TheTag = Annotated[Tag, Depends()]
