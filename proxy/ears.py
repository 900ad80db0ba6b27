"""What becomes of words a child typed: noted where that is agreed, told to adults where grave."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from feeds.words.alerts import Alert, hear
from feeds.words.searches import Searched, Watched
from proxy.judge import Judged
from proxy.note import Pen
from rules.alerts import Level, Place, needs_help
from rules.clock import Clock

SAME_SEARCH = timedelta(minutes=10)
"""The same words again are a second page of results, or a way back, not a second search."""
SAME_VIDEO = timedelta(minutes=30)
ALARM_AGAIN = timedelta(minutes=1)
"""A page that sends every word as it is typed must not fill the journal."""
HELP_AGAIN = timedelta(minutes=30)
"""Help comes once, and then not in the way."""
MOST_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words these are, and on which opened site."""

    device_id: UUID
    judged: Judged
    page: str
    """The address without its query."""
    opened: bool


class Ears:
    """Remembers only digests, and not for long."""

    def __init__(self, pen: Pen, clock: Clock) -> None:
        self._pen = pen
        self._clock = clock
        self._lately: OrderedDict[tuple[UUID, bytes], datetime] = OrderedDict()

    def searched(self, who: Speaker, found: Searched) -> Alert | None:
        """Hear a search that was sent off; return what was grave in it."""
        alert = hear(found.words)
        if self._is_new(who.device_id, SAME_SEARCH, "search", found.engine, found.words):
            self._pen.opened_as(
                who.device_id,
                who.judged,
                self._clock(),
                opened=who.opened,
                page=who.page,
                kind="search",
                name=found.engine,
                title=found.words,
            )
            self._tell(who, alert, Place.SEARCH, found.words)
        return alert

    def typed(self, who: Speaker, text: str) -> Alert | None:
        """Hear what was typed into a chat; these words are kept nowhere."""
        alert = hear(text) if text else None
        self._tell(who, alert, Place.CHAT, "")
        return alert

    def watched(self, who: Speaker, found: Watched, channel: str) -> None:
        """Note a video that was opened, under the name its page gives it."""
        # Of a query only this is kept: without its number nobody could find the video again.
        page = who.page if found.video in who.page else f"{who.page}?v={found.video}"
        if self._is_new(who.device_id, SAME_VIDEO, "video", found.site, found.video):
            self._pen.opened_as(
                who.device_id,
                who.judged,
                self._clock(),
                opened=who.opened,
                page=page,
                kind="video",
                name=found.site,
                title=found.title,
                detail=channel,
            )

    def wants_help(self, who: Speaker, alert: Alert | None) -> bool:
        """Tell whether the child should be shown help before its search goes on."""
        if alert is None or not needs_help(alert.category, alert.level):
            return False
        return self._is_new(who.device_id, HELP_AGAIN, "help")

    def held_back(
        self, device_id: UUID, category: str, topic: str, place: Place, host: str
    ) -> None:
        """Tell adults that something was held back: what kind of thing, never what it was."""
        if self._is_new(device_id, ALARM_AGAIN, "held", category, topic, host):
            self._pen.alarm(
                device_id,
                self._clock(),
                category=category,
                level=Level.NOTICE,
                place=place,
                host=host,
                words="",
                topic=topic,
            )

    def _tell(self, who: Speaker, alert: Alert | None, place: Place, words: str) -> None:
        if alert is None:
            return
        matter = (alert.category, alert.level, place)
        if self._is_new(who.device_id, ALARM_AGAIN, "alarm", *matter):
            self._pen.alarm(
                who.device_id,
                self._clock(),
                category=alert.category,
                level=alert.level,
                place=place,
                host=who.judged.host,
                words=words,
            )

    def _is_new(self, device_id: UUID, within: timedelta, *what: str) -> bool:
        """Tell whether this was not met a short while ago, and remember that it is met now."""
        said = "\x1f".join(what).encode("utf-8", "replace")
        key = (device_id, hashlib.blake2b(said, digest_size=16).digest())
        now, last = self._clock(), self._lately.pop(key, None)
        self._lately[key] = now
        if len(self._lately) > MOST_REMEMBERED:
            self._lately.popitem(last=False)
        return last is None or now - last >= within
