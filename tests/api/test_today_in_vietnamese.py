"""No English leaks into the Vietnamese pages: neither in what is seen nor in what is read aloud."""

import re
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser

import pytest

from rules.policy import Allowance, Choice, Hours, Policy, Window
from rules.verdict import Reason
from store import adults, change
from store.change import SYSTEM
from tests.api.conftest import MONDAY, House
from tests.api.test_activity import why_of
from tests.api.test_today import set_policy
from tests.kit.panel import Diary, blocked, open_door
from words.extract import translated

ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
UNSEEN = ("script", "style", "template", "code")
LETTERS = 4
PLACEHOLDER = re.compile(r"\\\{\w+\\\}")
# What an adult typed, names of products and of languages are the same in every language.
SAME = {"English", "Mai’s phone"}


class Seen(HTMLParser):
    """Collects the texts a person sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self.texts += [value for name, value in attrs if name in ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.texts.append(" ".join(data.split()))


def english(text: str, messages: re.Pattern[str]) -> bool:
    return text not in SAME and messages.fullmatch(text.strip(" :·().")) is not None


@cache
def english_messages() -> re.Pattern[str]:
    """Every English message whose Vietnamese is another one, with anything in its placeholders.

    Messages of hardly more than placeholders (“{used} of {limit}”) would fit names of products.
    """
    keys = set()
    for (one, many), forms in translated("vi").items():
        for key in {one, many} - {"", *forms}:
            pattern = PLACEHOLDER.sub("\0", re.escape(key.strip(" :·().")))
            if len(re.findall("[a-z]", pattern)) >= LETTERS:
                keys.add(pattern.replace("\0", ".+"))
    return re.compile("|".join(keys))


@pytest.fixture
async def vietnamese(house: House) -> House:
    """The house with a Vietnamese reader and a child who did things."""
    bedtime = Hours(name="bedtime", windows=(Window(days=(0, 4), start="21:00", end="06:00"),))
    policy = Policy(
        hours=(bedtime,),
        allowances=(
            Allowance(minutes=(60,) * 7),
            Allowance(scope="category:games", minutes=(9,) * 7),
        ),
        services={"tiktok": Choice.BLOCK},
    )
    await set_policy(house, "Mai", policy)
    await set_policy(house, "Mai", policy.model_copy(update={"safe_search": True}))
    async with house.panel.db.read() as store:
        everyone = await adults.list_all(store)
    async with change.change(house.panel.db, by=SYSTEM, what="set", now=MONDAY) as tx:
        for adult in everyone:
            await adults.alter(tx, adult.id, language="vi")
    diary = Diary(house.panel.db, house.panel.catalogue)
    mai, phone = house.children["Mai"], house.devices["phone"]
    for back in (7, 0):
        since = MONDAY - timedelta(days=back, minutes=30)
        diary.used(mai, phone, "www.roblox.com", since=since, minutes=20)
        late = blocked(Reason.HOURS, "bedtime")
        diary.used(mai, phone, "vnexpress.net", since=since, minutes=2, verdict=late)
    await diary.save(MONDAY)
    await open_door(house.panel.db, MONDAY)
    return house


PAGES = (
    "/",
    "/children/new",
    "/children/{mai}",
    "/children/{mai}/day",
    "/children/{mai}/day?hour=17",
    "/children/{nam}/day",
    "/children/{mai}/rules",
    "/children/{mai}/history",
    "/children/{mai}/edit",
    "/activity",
    "/activity?q=nothing-like-it",
    "/week/{mai}",
    "/week/{nam}",
)


@pytest.mark.parametrize("page", PAGES)
async def test_no_english_leaks_into_a_vietnamese_page(vietnamese: House, page: str):
    ids = {name.lower(): child.id for name, child in vietnamese.children.items()}
    async with vietnamese.client("alice") as browser:
        answer = await browser.get(page.format(**ids))
        story = await browser.get(why_of(answer.text)) if 'class="pg-why"' in answer.text else None
    assert answer.status_code == 200
    messages = english_messages()
    for shown in filter(None, (answer, story)):
        seen = Seen()
        seen.feed(shown.text)
        assert len(seen.texts) > 10
        assert [text for text in seen.texts if english(text, messages)] == []


async def test_the_same_pages_do_speak_english_to_who_reads_english(house: House):
    async with house.client("alice") as browser:
        seen = Seen()
        seen.feed((await browser.get("/")).text)
    messages = english_messages()

    assert {"Today", "Pause", "Add a child"} <= {
        text for text in seen.texts if english(text, messages)
    }
