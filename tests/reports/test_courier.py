"""What the courier brings really arrives: sealed pushes, mails, webhooks; once, or visibly not."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reports import telling
from reports.courier import Bag, Courier
from reports.settings import NoticeSettings
from reports.vapid import ensure_key, public_key
from rules.alerts import Level, Place
from rules.asks import Move, Wish
from rules.telling import FOR_ADULTS, FOR_CHILDREN, Quiet, Wants
from store import alerts, asks, channels, deliveries, log
from store.batch import Batch
from store.change import Actor, ActorKind, change
from store.channels import Channel, Owner, Way
from store.database import Database
from store.deliveries import State
from store.notes import Alarm
from store.sealing import Seal
from tests.kit.databases import SEAL, fresh_sqlite
from tests.lab.inbox import Browser, Inbox, Mailbox, claims_of, inbox, mailbox
from tests.store.family import Family, move_in
from words.speech import Speech

EVENING = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)
"""20:30 in Hải Phòng."""
PANEL = "https://panel.example"
EVERYTHING = Wants(kinds=frozenset(FOR_ADULTS), alerts_from=Level.NOTICE)
SECRET_WORDS = "em muốn tự tử"


@dataclass
class House:
    db: Database
    family: Family
    courier: Courier
    folder: Path
    settings: NoticeSettings
    now: dt.datetime = EVENING

    async def channel(self, way: Way, target: str, **more) -> Channel:
        given = {"owner": Owner(adult_id=self.family.ana.id), "wants": EVERYTHING, **more}
        given |= {"name": "x", "target": target, "shown": "x", "now": self.now}
        async with self.db.write() as store:
            return await channels.add(store, given.pop("owner"), way=way, **given)

    async def asks(self, **wish) -> asks.Ask:
        child = self.family.mia
        by = Actor(ActorKind.CHILD, child.name, child.id)
        async with change(self.db, by=by, what="asked", now=self.now, child_id=child.id) as tx:
            return await asks.ask(tx, child.id, Wish(**wish))

    async def worries(self, level: Level = Level.URGENT) -> None:
        mia, tablet = self.family.mia.id, self.family.tablet.id
        alarm = Alarm(self.now, tablet, mia, "selfharm", level, Place.SEARCH, words=SECRET_WORDS)
        await log.write(self.db, Batch(alarms=[alarm]), now=self.now)

    async def deliver(self, courier: Courier | None = None) -> None:
        """Do what the clock's bell does, and wait until everything has ended."""
        await telling.tell_pressing(self.db, self.now)
        await (courier or self.courier).ring(self.now)
        await (courier or self.courier).rest()

    async def sent(self) -> list[deliveries.Delivery]:
        async with self.db.read() as store:
            return await deliveries.of_adult(store, self.family.ana.id)

    def moved(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("courier") / "template.db"


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("key")


@pytest.fixture
def box() -> Iterator[Inbox]:
    with inbox() as box:
        yield box


@pytest.fixture
async def mails() -> AsyncIterator[Mailbox]:
    async with mailbox() as box:
        yield box


@pytest.fixture
async def house(
    tmp_path: Path, template: Path, key_folder: Path, mails: Mailbox
) -> AsyncIterator[House]:
    db = await Database.open(await fresh_sqlite(tmp_path / "home.db", template), SEAL)
    settings = NoticeSettings(
        mail_host="127.0.0.1",
        mail_port=mails.port,
        mail_security="none",
        mail_from="haidang@nha.example",
    )
    family = await move_in(db, EVENING)
    house = House(db, family, None, key_folder, settings)  # type: ignore[arg-type]
    house.courier = courier_of(house)
    yield house
    await db.close()


def courier_of(house: House) -> Courier:
    bag = Bag(house.settings, lambda: ensure_key(house.folder), PANEL, Speech, lambda: house.now)
    return Courier(house.db, bag)


async def browser_of(house: House, box: Inbox, **more) -> Browser:
    browser = Browser(f"{box.url}/push/1")
    await house.channel(Way.PUSH, json.dumps(browser.subscription()), **more)
    return browser


async def test_a_push_is_sealed_for_the_browser_and_signed_by_us(house: House, box: Inbox) -> None:
    browser = await browser_of(house, box)
    ask = await house.asks(scope="category:games", minutes=15, reason="Con làm xong bài rồi")
    await house.deliver()
    [letter] = box.letters
    told = browser.read(letter.body)
    assert told["title"] == "Mia xin một điều"
    assert "15 phút" in told["body"]
    assert "làm xong bài" not in told["body"]
    assert told["url"] == told["actions"][0]["url"] == f"/asks/{ask.id}"
    assert (letter.headers["urgency"], letter.headers["ttl"]) == ("high", "86400")
    assert letter.headers["topic"] == told["tag"]
    assert len(told["tag"]) == 32
    claims = claims_of(letter.headers["authorization"], public_key(ensure_key(house.folder)))
    assert claims is not None
    assert claims["aud"] == box.url
    assert b"Mia" not in letter.body


async def test_a_forged_signature_would_be_noticed(house: House, box: Inbox, tmp_path) -> None:
    await browser_of(house, box)
    await house.asks()
    await house.deliver()
    other = public_key(ensure_key(tmp_path))
    assert claims_of(box.letters[0].headers["authorization"], other) is None


def test_our_key_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(ensure_key, [tmp_path] * 4))
    assert len({public_key(key) for key in made}) == 1
    assert (tmp_path / "push.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["push.key"]


async def test_the_words_of_a_child_go_over_no_channel(
    house: House, box: Inbox, mails: Mailbox
) -> None:
    browser = await browser_of(house, box)
    await house.channel(Way.MAIL, "ana@nha.example")
    await house.worries()
    await house.deliver()
    told = json.dumps(browser.read(box.letters[0].body), ensure_ascii=False)
    mail = mails.mails[0].as_string() + str(mails.mails[0].get_body(("plain",)))
    assert "Mia" in told
    for piece in (*SECRET_WORDS.split(" ")[2:], "google"):
        assert piece not in told
        assert piece not in mail
    async with house.db.read() as store:
        assert "tử" not in json.dumps(
            [d.about for d in await deliveries.of_adult(store, house.family.ana.id)]
        )


async def test_a_mail_has_both_parts_and_a_link_to_the_page(house: House, mails: Mailbox) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    ask = await house.asks(scope="category:games", minutes=15)
    await house.deliver()
    [mail] = mails.mails
    assert mail["Subject"] == "Mia xin một điều"
    assert str(mail["From"]) == "Hải Đăng <haidang@nha.example>"
    assert mail["To"] == "ana@nha.example"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert f"{PANEL}/asks/{ask.id}" in text
        assert "15 phút" in text
    assert [d.state for d in await house.sent()] == [State.SENT]


async def test_a_webhook_gets_it_through_apprise(house: House, box: Inbox) -> None:
    await house.channel(Way.OUTSIDE, f"json://{box.where}/hook/abc")
    await house.asks(minutes=15)
    await house.deliver()
    [letter] = box.letters
    told = json.loads(letter.body)
    assert letter.path == "/hook/abc"
    assert told["title"] == "Mia xin một điều"
    assert f"{PANEL}/asks/" in told["message"]


async def test_each_matter_goes_over_a_channel_once(house: House, box: Inbox) -> None:
    await browser_of(house, box)
    await house.asks(minutes=15)
    await house.deliver()
    await house.deliver()
    await telling.tell_rest(house.db, house.now)
    await house.deliver()
    assert len(box.letters) == 1


async def test_two_couriers_that_ring_at_once_bring_it_once(house: House, box: Inbox) -> None:
    await browser_of(house, box)
    await house.asks(minutes=15)
    await asyncio.gather(*(house.deliver(courier_of(house)) for _ in range(3)))
    assert len(box.letters) == 1


async def test_what_was_asked_before_the_channel_was_there_is_not_told(
    house: House, box: Inbox
) -> None:
    await house.asks(minutes=15)
    house.moved(minutes=1)
    await browser_of(house, box)
    await house.deliver()
    assert box.letters == []


async def test_a_push_service_that_rests_is_asked_again_and_then_it_stands_as_failed(
    house: House, box: Inbox
) -> None:
    await browser_of(house, box)
    await house.worries()
    box.answers.extend([503] * 9)
    await house.deliver()
    [waits] = await house.sent()
    assert (waits.state, waits.tries) == (State.DUE, 1)
    assert waits.trouble is not None
    await house.deliver()
    assert len(box.letters) == 1, "not before its time"
    for _ in range(6):
        house.moved(hours=4)
        await house.deliver()
    [failed] = await house.sent()
    assert failed.state is State.FAILED
    assert len(box.letters) == 6
    assert failed.trouble.values == {"code": "503"}


async def test_an_address_sealed_with_a_key_that_is_gone_is_told_as_such(
    house: House, mails: Mailbox
) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    other = await Database.open(str(house.db.url), Seal(b"the key of another machine, 32 by"))
    await house.asks(minutes=15)
    await house.deliver(Courier(other, house.courier._bag))
    await other.close()
    [failed] = await house.sent()
    assert failed.state is State.FAILED
    assert failed.trouble is not None
    assert "credentials.key" in failed.trouble.message
    assert mails.mails == []


async def test_the_push_service_says_how_long_to_wait(house: House, box: Inbox) -> None:
    await browser_of(house, box)
    await house.asks(minutes=15)
    box.answers.append(429)
    box.retry_after = "600"
    await house.deliver()
    [waits] = await house.sent()
    assert waits.due == EVENING + dt.timedelta(minutes=10)


@pytest.mark.parametrize("code", [404, 410])
async def test_a_browser_that_is_gone_is_no_channel_any_more(
    house: House, box: Inbox, code: int
) -> None:
    await browser_of(house, box)
    await house.asks(minutes=15)
    box.answers.append(code)
    await house.deliver()
    async with house.db.read() as store:
        assert await channels.of_adult(store, house.family.ana.id) == []


async def test_a_mail_server_that_asks_to_wait_gets_it_again_and_one_that_refuses_does_not(
    house: House, mails: Mailbox
) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    await house.asks(minutes=15)
    mails.answers.append("451 later")
    await house.deliver()
    assert [d.state for d in await house.sent()] == [State.DUE]
    house.moved(minutes=2)
    await house.deliver()
    assert len(mails.mails) == 1
    house.moved(hours=1)
    await house.worries()
    mails.answers.append("554 never")
    await house.deliver()
    newest = (await house.sent())[0]
    assert newest.state is State.FAILED
    assert newest.trouble.values["code"] == "554"


async def test_a_mail_server_that_is_not_there_is_tried_again(house: House) -> None:
    house.settings = house.settings.model_copy(update={"mail_port": 9})
    house.courier = courier_of(house)
    await house.channel(Way.MAIL, "ana@nha.example")
    await house.asks(minutes=15)
    await house.deliver()
    [waits] = await house.sent()
    assert waits.state is State.DUE
    assert "could not be reached" in waits.trouble.message


async def test_a_webhook_that_refuses_says_so_and_one_that_is_away_is_tried_again(
    house: House, box: Inbox
) -> None:
    await house.channel(Way.OUTSIDE, f"json://{box.where}/hook")
    box.answers.append(403)
    await house.asks(minutes=15)
    await house.deliver()
    assert [(d.state, d.trouble.values) for d in await house.sent()] == [
        (State.FAILED, {"code": "403"})
    ]


async def test_at_night_only_a_crisis_comes_and_the_rest_in_the_morning_together(
    house: House, mails: Mailbox
) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    async with house.db.write() as store:
        quiet = Quiet(since=20 * 60, until=6 * 60)
        await channels.set_quiet(store, house.family.ana.id, quiet)
    await house.asks(minutes=15)
    await house.worries(Level.CONCERN)
    await house.deliver()
    assert mails.mails == []
    house.moved(minutes=30)
    await house.worries(Level.URGENT)
    await house.deliver()
    [crisis] = mails.mails
    assert "Mia" in crisis["Subject"]
    house.now = dt.datetime(2026, 11, 23, 23, 0, tzinfo=dt.UTC)
    await house.deliver()
    together = mails.mails[1]
    assert together["Subject"] == "2 điều từ Hải Đăng"
    assert len(mails.mails) == 2
    assert "Mia xin một điều" in together.get_body(("plain",)).get_content()


async def test_what_was_answered_meanwhile_is_not_told(house: House, mails: Mailbox) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    async with house.db.write() as store:
        await channels.set_quiet(store, house.family.ana.id, Quiet(since=20 * 60, until=6 * 60))
    ask = await house.asks(minutes=15)
    await house.deliver()
    async with change(house.db, by=house.family.ana, what="said no", now=house.now) as tx:
        await asks.answer(tx, ask.id, Move.NO)
    house.moved(hours=10)
    await house.deliver()
    assert mails.mails == []
    assert [d.state for d in await house.sent()] == [State.DROPPED]


async def test_the_child_at_the_device_is_told_the_answer(house: House, box: Inbox) -> None:
    tablet, wants = house.family.tablet.id, Wants(kinds=frozenset(FOR_CHILDREN))
    browser = await browser_of(house, box, owner=Owner(device_id=tablet), wants=wants)
    ask = await house.asks(scope="category:games", minutes=15)
    await house.deliver()
    assert box.letters == []
    async with change(house.db, by=house.family.ana, what="said yes", now=house.now) as tx:
        await asks.answer(tx, ask.id, Move.YES, words="Chơi vui nhé")
    await house.deliver()
    told = browser.read(box.letters[0].body)
    assert told["title"] == "Câu trả lời là được"
    assert told["url"] == "/asks"


async def test_what_a_dead_worker_was_sending_is_not_sent_again_but_a_push_is(
    house: House, box: Inbox, mails: Mailbox
) -> None:
    await house.channel(Way.MAIL, "ana@nha.example")
    await browser_of(house, box)
    await house.asks(minutes=15)
    await telling.tell_pressing(house.db, house.now)
    assert len(await deliveries.claim(house.db, house.now)) == 2
    house.moved(minutes=6)
    await house.deliver()
    assert (len(mails.mails), len(box.letters)) == (0, 1)
    states = {d.state for d in await house.sent()}
    assert states == {State.FAILED, State.SENT}


async def test_another_family_s_parent_hears_nothing(house: House, mails: Mailbox) -> None:
    await house.channel(Way.MAIL, "ana@nha.example", wants=Wants(kinds=frozenset()))
    async with house.db.read() as store:
        circle = await telling.circle_of(store)
        [ana] = circle.adults.values()
    stranger = replace(ana, roles={})
    assert not replace(circle, adults={ana.id: stranger})._concerns(
        stranger, telling.Matter(telling.Kind.ASK, "ask:1", EVENING, house.family.mia.id)
    )
    await house.worries()
    await house.deliver()
    assert mails.mails == []
    async with house.db.read() as store:
        assert len(await alerts.list_of(store, alerts.Whose(frozenset({house.family.mia.id})))) == 1
