"""At whose rules one sits: found once from the address, for every page of them."""

from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from api import grouping
from api.errors import Refused
from api.grouping import ThisGroup
from api.needs import Desk, TheDesk, ThisChild
from api.pages.rules.whose import Whose, of_child, of_group


class Seat(NamedTuple):
    """The desk at which the ledger of these rules is written, and whose they are."""

    desk: Desk
    whose: Whose


async def at_child(request: Request, desk: TheDesk, child: ThisChild) -> None:
    """Sit down at the rules of the child of the address."""
    request.state.seat = Seat(desk, await of_child(desk, child))


async def at_group(request: Request, desk: TheDesk, group: ThisGroup) -> None:
    """Sit down at the rules of the group of the address. Raises Refused."""
    whose = await of_group(desk, group, await grouping.role_on(desk, group))
    if desk.alters and not whose.may_change:
        raise Refused(403, "may-only-look")
    request.state.seat = Seat(grouping.at(desk, group), whose)


def seat_of(request: Request) -> Seat:
    """Return where `at_child` or `at_group` sat down."""
    seat: Seat = request.state.seat
    return seat


type TheSeat = Annotated[Seat, Depends(seat_of)]
