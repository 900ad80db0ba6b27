"""Devices nobody knows: noted by address and card, so that an adult can say whose they are."""

import time
from datetime import datetime, timedelta

from proxy.neighbours import Neighbours
from proxy.note import Pen
from store.devices import Sighting
from store.strangers import id_of

NOTED_EVERY = timedelta(seconds=30)
MOST = 10_000


class Strangers:
    """Notes each stranger at most twice a minute."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._neighbours = Neighbours()
        self._noted: dict[str, datetime] = {}

    def sight(self, address: str, now: datetime) -> None:
        """Note that a device nobody knows was here."""
        last = self._noted.get(address)
        if last is not None and abs(now - last) < NOTED_EVERY:
            return
        if len(self._noted) >= MOST:
            self._noted.clear()
        self._noted[address] = now
        card = self._neighbours.card_of(address, time.monotonic())
        self._pen.sight(Sighting(id_of(address), now, address, stranger=True, card=card))
