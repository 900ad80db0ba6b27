"""By what the network knows a device that says nothing of itself, and what it says itself with."""

import asyncio
import re
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, BaseModel

from api.errors import Misfit, Refused
from api.households import set_credentials
from api.needs import Desk
from store import devices
from store.devices import Device
from store.errors import Taken
from words.speech import to_say

CARD = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


def _address(text: str) -> str:
    try:
        return str(ip_address(text)) if text else ""
    except ValueError:
        raise ValueError(to_say("An address looks like 192.168.1.20.")) from None


def _card(text: str) -> str:
    plain = text.strip().lower().replace("-", ":")
    if plain and not CARD.fullmatch(plain):
        raise ValueError(to_say("A network card’s address (MAC) looks like 3c:22:fb:01:02:03."))
    return plain


class MarksForm(BaseModel):
    """By what the network knows a device that says nothing of itself."""

    address: Annotated[str, AfterValidator(_address)] = ""
    card: Annotated[str, AfterValidator(_card)] = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password for the proxy, just made: the password is kept nowhere."""

    device: Device
    password: str


async def set_marks(desk: Desk, device: Device, given: MarksForm) -> Device:
    """Say by what the network knows a device. Raises Misfit where another one has the mark."""
    what = to_say("said by what the network knows {device}")
    try:
        async with desk.change(what, device=device.name) as tx:
            return await devices.set_marks(tx, device.id, address=given.address, card=given.card)
    except Taken as error:
        raise Misfit("card", to_say("Another device has this address or card.")) from error


async def make_credentials(desk: Desk, device: Device) -> Credentials:
    """Make a user name and password for the proxy; those before are worth nothing."""
    if desk.panel.credentials_key is None:
        raise Refused(404, "not-found")
    key = await asyncio.to_thread(desk.panel.credentials_key)
    username, password = f"haidang-{device.port}", secrets.token_hex(6)
    return Credentials(await set_credentials(desk, device, username, password, key), password)
