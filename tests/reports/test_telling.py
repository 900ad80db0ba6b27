"""Who is told of what: everything that is found in the tables, and nothing of other families."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from reports import alarming, messages, telling
from rules import duties
from rules.alerts import Level
from rules.asks import Wish
from rules.joining import State
from rules.limits import Allowance
from rules.notices import Kind as NoticeKind
from rules.notices import Notice
from rules.policy import Policy
from rules.radar import Look
from rules.telling import FOR_ADULTS, FOR_CHILDREN, Kind, Matter, Quiet, Wants
from rules.verdict import Action, Layer, Reason, Verdict
from store import (
    adults,
    alerts,
    asks,
    channels,
    deliveries,
    devices,
    enrolments,
    groups,
    letters,
    log,
    matters,
    policies,
    radar,
    requests,
    strangers,
)
from store.adults import Role
from store.batch import Batch
from store.change import SYSTEM, Actor, ActorKind, change
from store.channels import Owner, Way
from store.database import Database
from store.deliveries import Delivery
from store.journal import Journal
from store.notices import Told
from store.strangers import Passing
from tests.kit.databases import SEAL, fresh_sqlite
from tests.store.family import Family, move_in, note
from words.speech import Speech

EVENING = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)
AROUND = Verdict(Action.BLOCK, Reason.NOT_TLS, Layer.CHILD)
HOUR = timedelta(hours=1)
DAILY = Allowance(minutes=(60,) * 7)
ALL = (1 << 12) - 1


@dataclass
class House:
    db: Database
    family: Family
    others: dict[str, adults.Adult]

    async def sent(self) -> list[Delivery]:
        async with self.db.read() as store:
            return [
                each
                for adult_id in (self.family.ana.id, *(other.id for other in self.others.values()))
                for each in await deliveries.of_adult(store, adult_id)
            ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("telling") / "template.db"


@pytest.fixture
async def house(tmp_path: Path, template: Path) -> AsyncIterator[House]:
    """Ana, an officer of her own group and an owner of another family want to be told of all."""
    db = await Database.open(await fresh_sqlite(tmp_path / "home.db", template), SEAL)
    family = await move_in(db, EVENING - 2 * HOUR)
    async with change(db, by=SYSTEM, what="x", now=EVENING) as tx:
        away = await groups.add(tx, name="Xa", zone="Asia/Ho_Chi_Minh", language="vi")
        others = {
            name: await adults.add(
                tx,
                name=name,
                email=f"{name}@x.example",
                password_hash="x",
                language="en",
                group_id=group,
                role=role,
            )
            for name, group, role in (
                ("officer", family.home.id, Role.OFFICER),
                ("stranger", away.id, Role.OWNER),
            )
        }
        for adult_id in (family.ana.id, *(other.id for other in others.values())):
            await channels.add(
                tx.connection,
                Owner(adult_id),
                way=Way.MAIL,
                name="Mail",
                target=f"{adult_id}",
                shown="",
                wants=Wants(kinds=frozenset(FOR_ADULTS)),
                now=EVENING - HOUR,
            )
    yield House(db, family, others)
    await db.close()


async def only(house: House, kind: Kind) -> Delivery:
    """Return the one delivery there is: to Ana."""
    [sent] = await house.sent()
    assert sent.kind is kind
    async with house.db.read() as store:
        [mine] = await channels.of_adult(store, house.family.ana.id)
    assert sent.channel_id == mine.id
    return sent


def says(sent: Delivery, name: str = "Mia") -> str:
    message = messages.message(sent.kind, sent.about, name, sent.child_id)
    said = messages.spoken(message, Speech("en", "Asia/Ho_Chi_Minh"), EVENING)
    return f"{said.title}. {said.body} {said.path}"


async def test_a_child_that_tries_on_and_on_is_told_once_a_day(
    house: House, tmp_path: Path
) -> None:
    mia = house.family.mia.id
    tries = [
        note(EVENING, "x.example", child=mia, verdict=AROUND, minutes_later=-minute, visits=3)
        for minute in range(1, 6)
    ]
    journal = Journal(house.db, spool=tmp_path, clock=lambda: EVENING, worker="t/1")
    for each in tries[:4]:
        journal.note(each)
    await journal.flush()
    await telling.tell_radar(house.db, EVENING)
    assert await house.sent() == []
    journal.note(tries[4])
    await journal.flush()
    for later in range(3):
        await telling.tell_radar(house.db, EVENING + timedelta(minutes=10 * later))
    said = says(await only(house, Kind.BYPASS))
    assert said.startswith("Mia tried to get around Hải Đăng. 15 attempts were stopped today")
    assert said.endswith(f"/children/{mia}")


async def test_a_limit_that_somebody_else_changed_is_told_once_a_day_and_not_to_who_did_it(
    house: House,
) -> None:
    mia, ana = house.family.mia, house.family.ana
    for minute, (who, policy) in enumerate(
        (
            (Actor(ActorKind.ADULT, ana.name, ana.id), Policy(allowances=(DAILY,))),
            (Actor(ActorKind.ADULT, "Ben"), Policy(allowances=(DAILY,), safe_search=True)),
            (Actor(ActorKind.ADULT, "Ben"), Policy(safe_search=True)),
            (Actor(ActorKind.ADULT, "Ben"), Policy()),
        )
    ):
        now = EVENING + timedelta(minutes=minute)
        async with change(house.db, by=who, what="x", now=now) as tx:
            await policies.save(tx, mia.id, policy)
        await telling.tell_rest(house.db, now)
    said = says(await only(house, Kind.RULES))
    assert said.startswith("Ben changed the limits of Mia.")
    assert said.endswith(f"/children/{mia.id}/history")


async def test_what_is_asked_by_law_is_told_when_it_comes_and_when_it_is_late(
    house: House,
) -> None:
    mia = house.family.mia
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        await requests.receive(
            tx,
            mia.group_id,
            mia.id,
            kind=duties.Kind.ACCESS,
            party=duties.Party.CHILD,
            who="Mia",
            words="Everything about me",
        )
    for later in (0, 1, 73, 74):
        await telling.tell_rest(house.db, EVENING + later * HOUR)
    told = [each for each in await house.sent() if each.kind is Kind.DUTY]
    assert len(told) == 2
    said = " ".join(sorted(says(each) for each in told))
    assert "It came in. Tell who asked within two working days; it is due by 03/12/2026." in said
    assert "It is overdue" in said
    assert "Everything" not in said


@dataclass
class Taught:
    """A class with its teacher, who sleeps from eight to six, and the school with its head."""

    school: groups.Group
    form: groups.Group
    people: dict[str, adults.Adult]

    async def channels(self, house: House) -> dict[str, UUID]:
        async with house.db.read() as store:
            return {
                name: (await channels.of_adult(store, adult.id))[0].id
                for name, adult in self.people.items()
            }


async def found(house: House) -> Taught:
    about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        school = await groups.add(tx, name="THCS", kind="school", **about)
        form = await groups.add(tx, name="6A", kind="class", parent_id=school.id, **about)
        people = {
            name: await adults.add(
                tx, name=name, email=f"{name}@x.example", password_hash="x", language="vi",
                group_id=group.id, role=role,
            )
            for name, group, role in (
                ("thu", form, Role.TEACHER), ("head", school, Role.OWNER),
            )
        }  # fmt: skip
        for adult in people.values():
            await channels.add(
                tx.connection, Owner(adult.id), way=Way.MAIL, name="Mail", target=adult.name,
                shown="", wants=Wants(), now=EVENING - HOUR,
            )  # fmt: skip
        await channels.set_quiet(tx.connection, people["thu"].id, Quiet(since=20 * 60, until=360))
    house.others |= people
    return Taught(school, form, people)


async def test_who_waits_to_join_a_class_is_told_to_its_teacher_alone_once_it_may_be_taken_in(
    house: House,
) -> None:
    there, mia = await found(house), house.family.mia.id
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        wishes = [
            await enrolments.ask(tx, mia, group.id, language="vi", wording="words")
            for group in (there.form, there.school)
        ]
    await telling.tell_pressing(house.db, EVENING)
    # The child itself has not said yes yet.
    assert await house.sent() == []
    later = EVENING + 2 * HOUR
    async with change(house.db, by=SYSTEM, what="x", now=later) as tx:
        for each in wishes:
            await enrolments.answer_as_child(tx, each.id, yes=True, wording="words")
    for minute in (0, 1):
        await telling.tell_pressing(house.db, later + timedelta(minutes=minute))
    [of_class, of_school] = sorted(await house.sent(), key=lambda each: str(each.about["join"]))
    said = says(of_class)
    assert said.startswith("A child waits to join 6A. ")
    assert said.endswith(f"/groups/{there.form.id}/joining")
    assert "Mia" not in said
    # The class's goes to its teacher, in the morning; the school's to its head.
    where = await there.channels(house)
    morning = dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)
    assert (of_class.channel_id, of_class.due) == (where["thu"], morning)
    assert (of_school.channel_id, of_school.due) == (where["head"], later)
    async with house.db.read() as store:
        assert await matters.is_open(store, of_class.matter)
    async with change(house.db, by=SYSTEM, what="x", now=later) as tx:
        await enrolments.settle(tx, wishes[0].id, State.REFUSED)
    async with house.db.read() as store:
        assert not await matters.is_open(store, of_class.matter)


async def test_who_waits_at_a_class_of_no_teacher_is_told_to_the_head(house: House) -> None:
    there, leo = await found(house), house.family.leo.id
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        await adults.take_role(tx, there.people["thu"].id, there.form.id)
        asked = await enrolments.ask(tx, leo, there.form.id, language="vi", wording="words")
        await enrolments.answer_as_child(tx, asked.id, yes=True, wording="words")
    await telling.tell_pressing(house.db, EVENING)
    [sent] = await house.sent()
    assert sent.channel_id == (await there.channels(house))["head"]


async def test_what_shows_in_sums_is_kept_as_an_alert_once_and_told_once(
    house: House, tmp_path: Path
) -> None:
    mia, tablet = house.family.mia.id, house.family.tablet.id
    journal = Journal(house.db, spool=tmp_path, clock=lambda: EVENING, worker="t/1")
    for minute in range(1, 6):
        journal.note(note(EVENING, "x.example", child=mia, verdict=AROUND, minutes_later=-minute))
    await journal.flush()
    async with house.db.write() as store:
        await letters.claim(store, mia, dt.date(2026, 11, 16), now=EVENING - HOUR)
    assert await alarming.keep(house.db, EVENING) == 2
    whose = alerts.Whose(frozenset({mia}), frozenset({tablet}))
    async with house.db.read() as store:
        kept = {one.category: one for one in await alerts.list_of(store, whose)}
    assert {name: one.level for name, one in kept.items()} == {
        "bypass": Level.CONCERN,
        "letter": Level.NOTICE,
    }
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        await alerts.close(tx, kept["bypass"].id)
    # Closed is closed: the same matter comes back neither as an alert nor as a notice.
    assert await alarming.keep(house.db, EVENING + timedelta(minutes=10)) == 0
    await telling.tell_radar(house.db, EVENING)
    await telling.tell_rest(house.db, EVENING)
    assert sorted(each.kind for each in await house.sent()) == [Kind.BYPASS, Kind.LETTER]


async def test_much_less_that_is_seen_of_a_device_is_told_once_a_week(house: House) -> None:
    tablet, now = house.family.tablet.id, EVENING.replace(minute=0)
    before = [Look(tablet, now - 24 * HOUR - back * HOUR, ALL, ALL) for back in range(1, 60)]
    lately = [Look(tablet, now - back * HOUR, ALL, 0) for back in range(1, 20)]
    await radar.keep(house.db, before)
    await telling.tell_radar(house.db, EVENING)
    assert await house.sent() == []
    await radar.keep(house.db, lately)
    await telling.tell_radar(house.db, EVENING)
    await telling.tell_radar(house.db, EVENING + HOUR)
    said = says(await only(house, Kind.COVERAGE))
    assert "Less is seen of Tablet" in said
    assert said.endswith(f"/devices/{tablet}")


async def test_what_a_class_stops_is_told_to_its_teacher_besides_the_family(house: House) -> None:
    mia = house.family.mia
    child = Actor(ActorKind.CHILD, mia.name, mia.id)
    async with change(house.db, by=SYSTEM, what="x", now=EVENING) as tx:
        form = await groups.add(tx, name="5A", zone="UTC", language="vi", kind="class")
        about = {"email": "thu@x.example", "password_hash": "x", "language": "en"}
        thu = await adults.add(tx, name="Thu", group_id=form.id, role=Role.TEACHER, **about)
        await channels.add(
            tx.connection,
            Owner(thu.id),
            way=Way.MAIL,
            name="Mail",
            target="thu",
            shown="",
            wants=Wants(kinds=frozenset(FOR_ADULTS)),
            now=EVENING - HOUR,
        )
    for scope, group_id in (("site:a.example", form.id), ("site:b.example", None)):
        async with change(house.db, by=child, what="asked", now=EVENING) as tx:
            await asks.ask(tx, mia.id, Wish(scope=scope), group_id=group_id)
    await telling.tell_pressing(house.db, EVENING)
    async with house.db.read() as store:
        told = [
            len(await deliveries.of_adult(store, adult_id))
            for adult_id in (house.family.ana.id, thu.id)
        ]
    assert told == [2, 1]


async def test_an_unknown_device_is_told_to_who_looks_after_the_house(house: House) -> None:
    async with house.db.write() as store:
        await strangers.record(store, [Passing("192.168.1.77", "", EVENING)])
    await telling.tell_rest(house.db, EVENING)
    await telling.tell_rest(house.db, EVENING + timedelta(minutes=1))
    assert "192.168.1.77 went through" in says(await only(house, Kind.STRANGER))


async def test_a_letter_that_could_not_be_made_is_told(house: House) -> None:
    async with house.db.write() as store:
        await letters.claim(store, house.family.mia.id, dt.date(2026, 11, 16), now=EVENING)
    await telling.tell_rest(house.db, EVENING + timedelta(minutes=20))
    assert await house.sent() == []
    await telling.tell_rest(house.db, EVENING + timedelta(minutes=31))
    sent = await only(house, Kind.LETTER)
    assert says(sent).endswith(f"/week/{house.family.mia.id}")


async def test_time_that_is_over_is_told_to_adults_and_to_the_child_at_its_device(
    house: House,
) -> None:
    family = house.family
    async with house.db.write() as store:
        for device in (family.tablet, family.phone):
            await channels.add(
                store,
                Owner(device_id=device.id),
                way=Way.PUSH,
                name="push",
                target=str(device.id),
                shown="",
                wants=Wants(kinds=frozenset(FOR_CHILDREN)),
                now=EVENING - HOUR,
            )
    points = [
        Notice(NoticeKind.LEFT, f"left:{point}", "category:games", point, left=point, limit=60)
        for point in (15, 1)
    ]
    told = [Told(family.mia.id, EVENING, notice) for notice in points]
    await log.write(house.db, Batch(notices=told), now=EVENING)
    await telling.tell_pressing(house.db, EVENING + timedelta(seconds=2))
    limit = await only(house, Kind.LIMIT)
    assert "1 minute" in says(limit)
    claimed = await deliveries.claim(house.db, EVENING + timedelta(seconds=2))
    async with house.db.read() as store:
        [tablet] = await channels.of_device(store, family.tablet.id)
    mine = [each for each in claimed if each.channel_id == tablet.id]
    assert len(mine) == 2
    assert {each.kind for each in mine} == {Kind.TOLD}
    assert len(claimed) == 3


async def test_a_list_that_needs_somebody_is_told_with_its_name(house: House) -> None:
    about = {"name": "Cờ bạc", "waits": True}
    lists = [Matter(Kind.FEED, "feed:1", EVENING, about=about)]
    await telling.tell_rest(house.db, EVENING, lists)
    await telling.tell_rest(house.db, EVENING, lists)
    assert "Cờ bạc" in says(await only(house, Kind.FEED))


async def test_without_a_channel_nothing_is_looked_for(house: House, monkeypatch) -> None:
    async with house.db.write() as store:
        for channel in await channels.list_all(store):
            await channels.remove(store, channel.id)
    monkeypatch.setattr(telling.matters, "pressing", None)
    assert await telling.tell_pressing(house.db, EVENING) == 0
    assert await telling.tell_rest(house.db, EVENING) == 0
    async with house.db.read() as store:
        assert len(await devices.list_all(store)) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_matter_has_its_words_and_no_gap_in_them(kind: Kind, language) -> None:
    about = {
        "ask": "7", "scope": "site:geheim.example", "minutes": 15, "category": "selfharm",
        "level": "urgent", "times": 12, "address": "192.168.1.7", "device": "Tablet",
        "device_id": "8", "least": 80, "most": 20, "name": "Liste", "waits": False,
        "notice": "left", "left": 5, "limit": 60, "week": False, "until": "", "state": "yes",
        "day": "2026-11-22", "by": "Ben", "due": "2026-12-03", "group": "9",
    }  # fmt: skip
    if kind is Kind.DUTY:
        about["state"] = "late"
    if kind in (Kind.LIMIT, Kind.TOLD):
        about["scope"] = "category:games"
    speech = Speech(language, "Asia/Ho_Chi_Minh")
    said = messages.spoken(messages.message(kind, about, "Mia"), speech, EVENING)
    for text in (said.title, said.body, *(name for _, name in said.actions)):
        assert text
        assert "{" not in text
        assert "geheim" not in text
    assert said.path.startswith("/")
