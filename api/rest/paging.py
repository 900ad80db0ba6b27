"""Pages of lists: `limit` and `cursor` in the address, the next page in the `Link` header.

The body stays the plain list: who wants no pages sends neither, and gets the first 200. A cursor
says after which entry to go on, not how many to leave out: what is added meanwhile moves nothing.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from api.errors import Misfit
from words.speech import to_say

MOST = 200
LARGEST = 2**53
NOT_OURS = to_say("This cursor is not ours.")
type Place = tuple[Any, ...]
"""Where an entry stands in its list: what the list is sorted by, and its id."""


type Limit = Annotated[int, Query(ge=1, le=MOST, description="Entries of a page.")]
type Cursor = Annotated[
    str, Query(max_length=300, description="From the `Link` header of the page before.")
]


class Pages:
    """Cuts a list into pages, and says in the answer's head where the next one is."""

    def __init__(
        self, request: Request, response: Response, limit: Limit = MOST, cursor: Cursor = ""
    ) -> None:
        self._request = request
        self._response = response
        self.limit = limit
        self.after = _read(cursor)
        """The place after which to go on; empty at the beginning."""

    def cut[T](self, rows: Iterable[T], place: Callable[[T], Place]) -> list[T]:
        """Return the wanted page of a whole list, in the order of `place`."""
        rest = sorted(rows, key=place)
        if self.after:
            rest = [row for row in rest if self._is_behind(place(row))]
        return self.page(rest[: self.limit + 1], place)

    def after_row(self, *kinds: type) -> tuple[Any, ...] | None:
        """Return the place to go on behind as the store sorts by; None at the beginning."""
        if not self.after:
            return None
        try:
            return tuple(_as(kind, part) for kind, part in zip(kinds, self.after, strict=True))
        except (ValueError, TypeError) as error:
            raise Misfit("cursor", NOT_OURS) from error

    def page[T](self, rows: Sequence[T], place: Callable[[T], Place]) -> list[T]:
        """Return a page of rows that were found behind `after`, one more than wanted at most."""
        shown = list(rows[: self.limit])
        if len(rows) > self.limit:
            link(self._request, self._response, _written(place(shown[-1])))
        return shown

    def _is_behind(self, place: Place) -> bool:
        try:
            return place > self.after
        except TypeError as error:
            raise Misfit("cursor", NOT_OURS) from error


def link(request: Request, response: Response, cursor: str) -> None:
    """Say in an answer's head where the next page is (RFC 8288)."""
    url = request.url.include_query_params(cursor=cursor)
    response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def falling(moment: datetime) -> float:
    """Return what sorts a moment before earlier ones."""
    return -moment.timestamp()


def _written(place: Sequence[object]) -> str:
    plain = [each if isinstance(each, int | float | bool) else _text(each) for each in place]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(cursor: str) -> tuple[Any, ...]:
    if not cursor:
        return ()
    try:
        found = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Misfit("cursor", NOT_OURS) from error
    if not isinstance(found, list):
        raise Misfit("cursor", NOT_OURS)
    return tuple(found)


def _as[T](kind: type[T], value: object) -> T:
    """Read a part of a place as what the store sorts by. Raises ValueError, TypeError."""
    found: object = value
    if kind is datetime:
        found = datetime.fromisoformat(str(value))
    elif kind is UUID:
        found = UUID(str(value))
    if not isinstance(found, kind) or not _fits(found):
        raise ValueError
    return found


def _fits(value: object) -> bool:
    """Tell whether every database takes a value."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return not isinstance(value, str) or "\0" not in value


type ThePages = Annotated[Pages, Depends()]
