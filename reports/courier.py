"""The courier: claims what is due, sends it, and writes down how that ended.

The database lets one worker have each delivery. Every channel is served by itself, so one that
hangs holds up no other; what failed comes back after a while, and then stands as failed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import groupby
from uuid import UUID

from py_vapid import Vapid02

from reports import mail, outcome, outside, reach, webpush
from reports.messages import Said, message, spoken, together
from reports.outcome import End, Outcome
from reports.settings import NoticeSettings
from rules.clock import Clock
from rules.family import Language
from rules.sentences import Sentence
from rules.telling import LETTERS, Kind, again
from store import adults, channels, children, deliveries, groups, matters
from store.channels import Channel, Way
from store.database import Connection, Database
from store.deliveries import Delivery, State
from store.errors import Away, NotFound
from store.sealing import Unreadable
from words.speech import Speech, to_say

log = logging.getLogger(__name__)

MOST_AT_ONCE = 8
"""Channels served at the same time."""
LET_IT_END = 5.0
TOO_LATE = Sentence("It was no longer true when it could be told.", {})
WENT_WRONG = Sentence("Something went wrong with it here. The log of the clock says what.", {})
NO_LONGER_READ = Sentence(
    to_say(
        "Its address can no longer be read: the file credentials.key was replaced. Remove this"
        " channel and add it again."
    ),
    {},
)
NOT_YOURS = outcome.failed(
    to_say("It was no longer yours to get, or you did not want it any more.")
)
SHORTEST = timedelta(minutes=1)
URGENT = frozenset({Kind.ASK, Kind.TOLD, Kind.ANSWER, Kind.TEST})
"""What a phone is woken for; of alerts only a crisis."""
TO_CHILD = "http://haidang.internal"
ZONE = "Asia/Ho_Chi_Minh"

type Writer = Callable[[Delivery, Channel], Awaitable[EmailMessage | None]]
"""Writes the mail of a letter; None where it is no longer this reader's to get."""
type SpeechOf = Callable[[Language, str], Speech]


@dataclass(frozen=True, slots=True)
class Bag:
    """What the courier carries: settings, our key, the way back, and languages."""

    settings: NoticeSettings
    key: Callable[[], Vapid02]
    panel_url: str
    speech_of: SpeechOf
    clock: Clock
    write: Writer | None = None
    """Writes letters as mails; without one their readers get a link."""


class Courier:
    """Sends what is due; rung every other second."""

    def __init__(self, db: Database, bag: Bag) -> None:
        self._db = db
        self._bag = bag
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._key: Vapid02 | None = None

    async def ring(self, now: datetime) -> int:
        """Claim what is due and begin to send it, without waiting for the other side."""
        await deliveries.clear_up(self._db, now)
        claimed = await deliveries.claim(self._db, now)
        ordered = sorted(claimed, key=lambda each: each.channel_id)
        for _, batch in groupby(ordered, key=lambda each: each.channel_id):
            for part in _apart(list(batch)):
                self._begin(part)
        return len(claimed)

    async def rest(self) -> None:
        """Wait until everything that is being sent has ended."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self) -> None:
        """Let what is being sent end, for a little while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LET_IT_END):
                await self.rest()

    def _begin(self, batch: list[Delivery]) -> None:
        task = asyncio.create_task(self._serve(batch))  # noqa: TID251 kept in a set until it ends
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, batch: list[Delivery]) -> None:
        async with self._room:
            try:
                await self._send(batch)
            except Away:
                # What was sent and could not be written down is cleared up later.
                log.warning("courier_without_database")
            except Unreadable:
                log.warning("channel_unreadable", extra={"channel": str(batch[0].channel_id)})
                await self._settle([each.id for each in batch], State.FAILED, NO_LONGER_READ)
            except Exception:
                log.exception("delivery_failed")
                await self._settle([each.id for each in batch], State.FAILED, WENT_WRONG)

    async def _send(self, batch: list[Delivery]) -> None:
        now = self._bag.clock()
        async with self._db.read() as connection:
            found = (await channels.some(connection, [batch[0].channel_id])).values()
            true = [each for each in batch if await _is_true(connection, each, now)]
            # A letter goes by itself. Even its heading is only for whom it still belongs to.
            theirs = [await _is_theirs(connection, true[:1], channel) for channel in found]
            stale = [each.id for each in batch if each not in true]
            said = [await self._said(connection, channel, true, now) for channel in found if true]
        if stale:
            await self._settle(stale, State.DROPPED, TOO_LATE)
        for channel, told, may in zip(found, said, theirs, strict=False):
            ended = await self._carry(channel, true, told) if may else NOT_YOURS
            await self._write_down(channel, true, ended)

    async def _said(
        self, connection: Connection, channel: Channel, batch: Sequence[Delivery], now: datetime
    ) -> Said:
        names = {child.id: child.name for child in await children.list_all(connection)}
        speech = await self._speech(connection, channel, batch)
        each = [
            message(one.kind, one.about, _named(names, one.child_id), one.child_id) for one in batch
        ]
        return spoken(together(each), speech, now)

    async def _speech(
        self, connection: Connection, channel: Channel, batch: Sequence[Delivery]
    ) -> Speech:
        """Return the reader's language: the adult's, or the child's whom it is for."""
        zones = {group.id: group.zone for group in await groups.list_all(connection)}
        with suppress(NotFound):
            if channel.owner.adult_id is not None:
                adult = await adults.get(connection, channel.owner.adult_id)
                zone = next((zones[each] for each in adult.roles if each in zones), ZONE)
                return self._bag.speech_of(adult.language, zone)
            if batch[0].child_id is not None:
                child = await children.get(connection, batch[0].child_id)
                return self._bag.speech_of(child.language, zones.get(child.group_id, ZONE))
        return self._bag.speech_of("vi", ZONE)

    async def _carry(self, channel: Channel, batch: Sequence[Delivery], said: Said) -> Outcome:
        home = TO_CHILD if channel.owner.device_id else self._bag.panel_url
        match channel.way:
            case Way.PUSH:
                return await self._push(channel, batch, said)
            case Way.MAIL:
                return await self._mail(channel, batch, said, home + said.path)
            case Way.OUTSIDE:
                return await outside.send(channel.target, said, home + said.path)

    async def _push(self, channel: Channel, batch: Sequence[Delivery], said: Said) -> Outcome:
        now, topic = self._bag.clock(), webpush.topic_of(batch[0].matter)
        wakes = any(each.crisis or each.kind in URGENT for each in batch)
        return await webpush.send(
            channel.target,
            webpush.payload(said, topic, urgent=batch[0].crisis),
            webpush.Push(topic, wakes, max(each.expires for each in batch) - now),
            key=await self._our_key(),
            contact=self._bag.settings.push_contact,
            now=now,
        )

    async def _mail(
        self, channel: Channel, batch: Sequence[Delivery], said: Said, link: str
    ) -> Outcome:
        settings = self._bag.settings
        if not settings.mails:
            return mail.NO_SERVER
        if self._bag.write is not None and _is_letter(batch[0]):
            ready = await self._bag.write(batch[0], channel)
            return await asyncio.to_thread(mail.send, ready, settings) if ready else NOT_YOURS
        written = mail.letter(
            said,
            link,
            self._bag.speech_of(said.language, ZONE).say("Open Hải Đăng"),
            to=channel.target,
            sender=settings.sender,
            key=f"{batch[0].id}.{len(batch)}",
            now=self._bag.clock(),
        )
        return await asyncio.to_thread(mail.send, written, settings)

    async def _our_key(self) -> Vapid02:
        if self._key is None:
            self._key = await asyncio.to_thread(self._bag.key)
        return self._key

    async def _write_down(
        self, channel: Channel, batch: Sequence[Delivery], ended: Outcome
    ) -> None:
        ids = [each.id for each in batch]
        match ended.end:
            case End.SENT:
                await self._settle(ids, State.SENT)
            case End.GONE:
                log.info("channel_gone", extra={"channel": str(channel.id)})
                async with self._db.write() as connection:
                    await channels.remove(connection, channel.id)
            case End.FAILED:
                await self._settle(ids, State.FAILED, ended.trouble)
            case End.AGAIN:
                for one in batch:
                    await self._again(one, ended)

    async def _again(self, delivery: Delivery, ended: Outcome) -> None:
        now = self._bag.clock()
        due = again(delivery.tries, now)
        if due is None or ended.trouble is None or delivery.kind is Kind.TEST:
            await self._settle([delivery.id], State.FAILED, ended.trouble)
            return
        due = max(due, now + (ended.wait or SHORTEST))
        async with self._db.write() as connection:
            await deliveries.put_back(connection, [delivery.id], due, ended.trouble)

    async def _settle(
        self, ids: Sequence[UUID], state: State, trouble: Sentence | None = None
    ) -> None:
        async with self._db.write() as connection:
            await deliveries.settle(connection, ids, state, now=self._bag.clock(), trouble=trouble)


async def _is_true(connection: Connection, delivery: Delivery, now: datetime) -> bool:
    """Tell whether a matter is still worth telling."""
    return now <= delivery.expires and await matters.is_open(connection, delivery.matter)


async def _is_theirs(connection: Connection, batch: Sequence[Delivery], channel: Channel) -> bool:
    letters = [each for each in batch if each.kind in LETTERS]
    return all([await reach.is_theirs(connection, each, channel) for each in letters])


def _is_letter(delivery: Delivery) -> bool:
    """Tell whether it is a letter with something in it."""
    return delivery.kind in LETTERS and not delivery.about.get("empty")


def _apart(batch: list[Delivery]) -> Iterator[list[Delivery]]:
    """Put together what is told together: a letter goes by itself, and so does a crisis."""
    yield from ([each] for each in batch if each.kind in LETTERS)
    rest = [each for each in batch if each.kind not in LETTERS]
    yield from filter(None, ([d for d in rest if d.crisis], [d for d in rest if not d.crisis]))


def _named(names: Mapping[UUID, str], child_id: UUID | None) -> str:
    return names.get(child_id, "") if child_id else ""
