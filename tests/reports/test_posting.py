"""Who gets which letter, and when: chosen times, catching up, empty weeks, reach."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.settings import Settings
from cli.wiring import clock
from feeds.catalogue import load
from reports.posting import put_letters
from reports.weekly import letter_for, run_due
from rules.posting import LetterTime
from rules.telling import Kind, Wants
from store import adults, change, channels, comments, ledger
from store.actor import Actor, ActorKind
from store.adults import Role
from store.change import SYSTEM
from store.children import Child
from store.database import Database
from store.deliveries import State
from store.errors import Impossible, NotYours
from tests.kit.databases import SEAL, fresh_sqlite
from tests.lab.inbox import Mailbox, mailbox
from tests.reports.post_office import PANEL, SEVEN, WEEK, Office, open_office


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("posting") / "template.db"


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as box:
        yield box


@pytest.fixture
async def office(tmp_path: Path, template: Path, box: Mailbox) -> AsyncIterator[Office]:
    db = await Database.open(await fresh_sqlite(tmp_path / "home.db", template), SEAL)
    yield await open_office(db, box.port)
    await db.close()


async def says(office: Office, child: Child, words: str, by: Child | None = None) -> None:
    actor = Actor(ActorKind.CHILD, (by or child).name, (by or child).id)
    async with change.change(office.db, by=actor, what="said", now=office.now) as tx:
        await comments.write(tx, child.id, WEEK, words)


async def test_nobody_gets_a_letter_who_did_not_choose_it(office: Office, box: Mailbox):
    await office.subscribe(wants=Wants())
    await office.lived()
    await office.ring()
    assert box.mails == []


async def test_a_letter_comes_at_the_time_chosen_and_not_before(office: Office, box: Mailbox):
    await office.subscribe()
    await office.lived()
    await office.chose(LetterTime(day=1, minute=18 * 60))
    office.now = SEVEN + dt.timedelta(hours=34, minutes=59)
    await office.ring()
    assert box.mails == []

    office.moved(minutes=1)
    await office.ring()
    [mail] = box.mails
    assert mail["Subject"].startswith("Tuần của Leo")
    links = f"{PANEL}/week/{office.family.leo.id}?start={WEEK}"
    assert links in mail.get_body(("plain",)).get_content()


async def test_what_was_missed_while_the_machine_was_off_is_made_up_for(
    office: Office, box: Mailbox
):
    await office.subscribe()
    await office.lived()
    office.moved(days=3)
    await office.ring()
    assert len(box.mails) == 1


async def test_a_letter_of_long_ago_is_kept_and_not_sent(office: Office, box: Mailbox):
    await office.subscribe()
    await office.lived()
    office.moved(days=13)
    await office.ring()
    async with office.db.read() as store:
        assert await comments.was_sent(store, office.family.leo.id, WEEK) is False
    letter = await letter_for(office.db, office.family.leo, WEEK, now=office.now)
    assert letter.week.minutes == 30
    assert box.mails == []


@pytest.mark.parametrize("empty", [False, True])
async def test_an_empty_week_sends_nothing_but_a_line_to_who_wants_one(
    office: Office, box: Mailbox, empty: bool
):
    await office.subscribe()
    await office.lived()
    await office.chose(LetterTime(empty=empty))
    await office.ring()

    told = sorted(mail["Subject"] for mail in box.mails)
    assert len(told) == (2 if empty else 1)
    if empty:
        [line] = [mail for mail in box.mails if "Mia" in mail["Subject"]]
        assert "không ghi nhận" in line.get_body(("plain",)).get_content().lower()
        assert not list(line.iter_attachments())


async def test_who_looks_after_one_child_gets_no_letter_about_the_other(
    office: Office, box: Mailbox
):
    async with change.change(office.db, by=SYSTEM, what="let in", now=SEVEN) as tx:
        gran = await adults.add(
            tx,
            name="Bà",
            email="ba@nha.example",
            password_hash="x",
            language="vi",
            group_id=office.family.home.id,
            role=Role.VIEWER,
            only=[office.family.mia.id],
        )
    await office.subscribe(gran.id, target="ba@nha.example")
    await office.lived()
    await office.ring()
    assert box.mails == []


async def test_who_lost_the_role_between_two_tries_gets_nothing(office: Office, box: Mailbox):
    channel = await office.subscribe()
    await office.lived()
    listening, office.port = office.port, 1
    await office.ring()
    async with office.db.write() as store:
        wants = Wants(kinds=frozenset({Kind.ASK}))
        await channels.alter(store, channel.id, name="mail", wants=wants)
    office.port = listening
    office.moved(minutes=2)
    await office.bring()

    assert box.mails == []
    assert [each.state for each in await office.sent()] == [State.FAILED]


async def test_the_day_in_short_comes_every_morning_about_the_day_before(
    office: Office, box: Mailbox
):
    await office.subscribe(wants=Wants(kinds=frozenset({Kind.DAY})))
    await office.lived(day=dt.date(2026, 11, 18))
    office.now = dt.datetime(2026, 11, 19, 0, 0, tzinfo=dt.UTC)
    for _ in range(3):
        await office.ring()
        office.moved(hours=12)

    [mail] = box.mails
    assert "Leo" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "30 phút" in text
    assert not list(mail.iter_attachments())


async def test_the_clock_brings_it_with_the_names_of_the_catalogue(
    office: Office, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "system_clock", lambda: office.now)
    await office.subscribe()
    await office.lived()
    await run_due(office.db, now=office.now)
    await put_letters(office.db, office.now)
    settings = Settings(data=tmp_path, notices=office.settings)
    courier = clock._courier(office.db, settings, load())
    await courier.ring(office.now)
    await courier.rest()

    [mail] = box.mails
    assert "Video, phim, truyền hình" in mail.get_body(("plain",)).get_content()


async def test_that_a_letter_left_the_house_stands_in_the_ledger(office: Office):
    await office.subscribe()
    await office.lived()
    await office.ring()
    async with office.db.read() as store:
        [line] = await ledger.lines(store, child_id=office.family.leo.id, limit=1)
    assert (line.what, line.values["name"]) == ("sent {child}’s letter to {name}", "Ana")


async def test_a_child_changes_its_words_until_the_letter_was_sent(office: Office, box: Mailbox):
    leo, mia = office.family.leo, office.family.mia
    await office.subscribe()
    await office.lived()
    await says(office, leo, "first words")
    await office.chose(LetterTime(minute=8 * 60))
    await office.ring()
    await says(office, leo, "Con muốn ngủ muộn hơn.")
    with pytest.raises(NotYours):
        await says(office, leo, "not mine", by=mia)
    office.moved(hours=1)
    await office.ring()

    [mail] = box.mails
    text = mail.get_body(("plain",)).get_content()
    assert "Con muốn ngủ muộn hơn." in text
    assert "first words" not in text
    with pytest.raises(Impossible):
        await says(office, leo, "too late")


@pytest.mark.parametrize(
    ("zone", "begin", "expected"),
    [
        ("Asia/Ho_Chi_Minh", "2026-11-22T17:00", "2026-11-23T00:00"),
        # The clock goes back in the night to Sunday: Monday is in winter time.
        ("Europe/Berlin", "2026-10-25T23:00", "2026-10-26T06:00"),
        # It goes forward: 07:00 is an hour earlier in UTC from then on.
        ("Europe/Berlin", "2026-03-29T22:00", "2026-03-30T05:00"),
        ("America/New_York", "2026-11-02T05:00", "2026-11-02T12:00"),
    ],
)
def test_seven_in_the_morning_is_seven_by_the_clock_on_the_wall(zone, begin, expected):
    moments = [dt.datetime.fromisoformat(each).replace(tzinfo=dt.UTC) for each in (begin, expected)]
    assert LetterTime().after(moments[0], zone) == moments[1]


def test_a_time_that_the_clock_jumps_over_comes_an_hour_later():
    spring = dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)
    at = LetterTime(day=6, minute=2 * 60 + 30).after(spring, "Europe/Berlin")
    assert at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
