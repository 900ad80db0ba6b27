"""A believable family letter in one call: Minh's week in November."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from reports.family.compose import compose
from reports.family.record import Around
from reports.family.value import FamilyLetter
from reports.minutes import Bitmaps
from reports.summary import Record
from rules.alerts import Level, Place
from rules.asks import Ask, State, Terms, Wish
from rules.earn import Credit
from rules.policy import Allowance, Hours, Policy, Privacy, Window
from rules.radar import Coverage
from rules.verdict import Reason
from store.actor import Actor, ActorKind
from store.alerts import Alert
from store.ledger import LedgerLine
from store.visits import PageRow
from tests.reports.make import AFTER, MINH, WEEK, blocked, row, span, summary

LAN = Actor(ActorKind.ADULT, "Mẹ Lan", UUID(int=3))
BEDTIME = Hours(name="bedtime", windows=(Window(start="21:00", end="06:00"),))
RULES = Policy(
    hours=(BEDTIME,),
    allowances=(
        Allowance(minutes=(120,) * 7),
        Allowance(scope="category:games", minutes=(45, 45, 45, 45, 60, 90, 90)),
    ),
    privacy=Privacy.PAGES,
)
HABITS = (
    ("category:games", "service:roblox", "17:00", (35, 50, 20, 40, 30, 75, 60)),
    ("category:video", "service:youtube", "18:30", (25, 30, 15, 0, 45, 50, 35)),
    ("category:learning", "", "15:00", (30, 25, 40, 30, 20, 0, 15)),
    ("category:chat", "service:zalo", "20:00", (10, 8, 12, 15, 9, 5, 14)),
)


def lived(first: date, more: int = 0) -> dict[tuple[date, str], int]:
    """Return the minutes of a week as the habits say, each longer by some minutes."""
    made: dict[tuple[date, str], int] = {}
    for kind, service, start, lengths in HABITS:
        for number, length in enumerate(lengths):
            begin = int(start[:2]) * 60 + int(start[3:])
            end = begin + max(0, length + (more if length else 0))
            bits = span(start, f"{end // 60:02}:{end % 60:02}")
            scopes = [kind, *([service] if service else [])]
            scopes += [] if kind == "category:learning" else ["everything"]
            for scope in scopes:
                key = (first + timedelta(days=number), scope)
                made[key] = made.get(key, 0) | bits
    return made


def month() -> Bitmaps:
    """Return the week and the four before; games take less than they did."""
    made: dict[tuple[date, str], int] = {}
    for back in range(5):
        made |= lived(WEEK.moved(-back).first, more=4 * back)
    late = (WEEK.first + timedelta(days=5), "everything")
    made[late] |= span("21:00", "21:25")
    return made


def asked(number: int, state: State, wish: Wish, **changed: Any) -> Ask:
    at = WEEK.since + timedelta(days=number, hours=10)
    usual = {"id": UUID(int=90 + number), "child_id": MINH, "wish": wish, "by": "Mẹ Lan"}
    times = {"asked": at, "expires": at + timedelta(days=1), "state": state}
    return Ask(**(usual | times | changed))


DISHES = Credit(
    id=UUID(int=80), child_id=MINH, day=WEEK.days[3], minutes=20, by="Mẹ Lan", why="Rửa bát"
)
BULLIED = Alert(
    id=UUID(int=70),
    child_id=MINH,
    device_id=None,
    category="bullying",
    level=Level.CONCERN,
    place=Place.SEARCH,
    host="google.com",
    words="",
    first=WEEK.since + timedelta(days=4),
    last=WEEK.since + timedelta(days=4, hours=1),
    times=2,
)
SEARCHED = PageRow(
    at=datetime(2026, 11, 18, 9, tzinfo=UTC),
    device_id=None,
    child_id=MINH,
    host="google.com",
    url="",
    title="cách vẽ con mèo",
    kind="search",
)
CHANGED = LedgerLine(
    number=7,
    at=WEEK.since + timedelta(days=2),
    by=LAN,
    what="changed the particulars of {child}",
    values={"child": "Minh"},
    child_id=MINH,
    revision=9,
)


def around(**changed: Any) -> Around:
    games = Wish(scope="category:games", minutes=30, reason="Con làm xong bài rồi")
    videos = Wish(scope="service:tiktok", minutes=15, reason="bạn con gửi")
    usual: dict[str, Any] = {
        "level": Privacy.PAGES,
        "policies": (RULES,),
        "bitmaps": month(),
        "grants": (),
        "credits": (DISHES,),
        "exchanges": (),
        "asks": (
            asked(1, State.YES, games, terms=Terms(scope="category:games", minutes=30)),
            asked(3, State.NO, videos),
        ),
        "alerts": (BULLIED,),
        "typed": (SEARCHED,),
        "seen": (("Điện thoại của Minh", Coverage(600, 492, 3, 0)),),
        "lines": (CHANGED,),
        "comment": "Con muốn chơi thêm với Nam vào thứ Bảy.",
        "last": None,
    }
    return Around(**(usual | changed))


def letter(now: datetime = AFTER, **changed: Any) -> FamilyLetter:
    """Return the letter as of a moment; what is changed is what was read around the week."""
    found = around(**changed)
    days = {key: bits for key, bits in found.bitmaps.items() if key[0] >= WEEK.first}
    before = {
        key: bits
        for key, bits in found.bitmaps.items()
        if WEEK.moved(-1).first <= key[0] < WEEK.first
    }
    rows = [
        row("www.roblox.com", service="roblox"),
        row("vioedu.vn", category="learning", minutes=25),
        blocked("casino.example", Reason.CATEGORY, category="gambling", minutes=2, visits=300),
        blocked("www.roblox.com", Reason.HOURS, minutes=5),
    ]
    sums = summary(Record(rows=rows, bitmaps=days), Record(bitmaps=before), policies=found.policies)
    return compose(sums, found, WEEK, now)
