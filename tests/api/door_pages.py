"""The pages that the door makes by itself, as a child of some age and language reads them."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from feeds.words.alerts import hear
from proxy.bar import STYLE
from proxy.held import Held, Request
from proxy.held_pages import Choices, HeldPages
from proxy.house_pages import Silence
from proxy.reply import Reply
from rules.family import Helper
from rules.notices import Kind, Notice
from rules.verdict import Reason
from tests.proxy.house import NOON
from tests.proxy.test_house_pages import Home, family


def of_the_door(folder: Path, language: str, year: int) -> dict[str, str]:
    """Make the door's own pages: why something is stopped, what was held back, help."""
    folder.mkdir()
    home = Home(folder, language)
    hoa = Helper(id=uuid4(), name="Cô Hoa", phone="0912 345 678")
    family(home, birth_year=year, helpers=(hoa, Helper(id=uuid4(), name="Thầy Khoa")))
    crisis = home.pages.help(home.phone.id, hear("em muốn tự tử"), "https://g.example/", NOON)
    made = {
        "stopped": home.stopped(Reason.ALLOWANCE, rule="category:games", used=30, limit=30),
        "closed": home.stopped(Reason.HOURS, rule="bedtime", until=NOON + timedelta(hours=9)),
        "crisis": crisis,
        "nobody answers": home.pages.unreachable(
            home.phone.id, "shop.example", Silence.NO_SUCH_NAME
        ),
        "rests": home.pages.resting(home.phone.id),
        **held_back(home),
    }
    return {
        "home": home.home(),
        "bar": IN_A_PAGE.format(bar=bar_of(home), style=STYLE),
        **{name: answer.body.decode() for name, answer in made.items()},
    }


IN_A_PAGE = """<!doctype html><html lang="en"><title>A site</title><main><h1>A site</h1></main>
<hai-dang-notice><template shadowrootmode="open"><style>{style}</style>{bar}</template>
</hai-dang-notice></html>"""


def bar_of(home: Home) -> str:
    """Write the bar below a page whose game ends soon."""
    ends = Notice(Kind.LEFT, "x", "category:games", minutes=5, left=5, limit=60)
    return home.pages.bar(home.phone.id, ends, NOON)


def held_back(home: Home) -> dict[str, Reply]:
    """Make the pages about a phone number and about homework, before and after the choice."""
    pages, until = HeldPages(home.pages), NOON + timedelta(minutes=2)
    form = Request("POST", "/buy", (), b"x")
    phone, essay = (
        Held("t" * 20, home.phone.id, "shop.example", about, rule, until, form)
        for about, rule in ((Reason.PRIVATE, "phone+school"), (Reason.HOMEWORK, "essay"))
    )
    may, may_not = Choices(may_send=True, left=2), Choices(may_send=False, asks=True)
    return {
        "held": pages.in_place(phone, may, NOON, back="https://shop.example/"),
        "held, an adult decides": pages.at_house(phone, may_not, home.phone.id, NOON),
        "homework": pages.in_place(essay, may, NOON, back="https://shop.example/"),
        "nothing held": pages.at_house(None, may, home.phone.id, NOON),
        "sent": pages.decided(phone, home.phone.id, NOON, sends=True),
        "not sent": pages.decided(phone, home.phone.id, NOON, sends=False),
    }
