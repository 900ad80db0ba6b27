"""The door's own pages, in the child's language."""

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from feeds.words.alerts import hear
from proxy.ca import ensure_ca
from proxy.current import Current
from proxy.house_pages import TEMPLATES, HousePages, Wanted
from proxy.judge import Judged
from proxy.meter import Meter
from proxy.notices import Notices
from rules.consent import NOTHING
from rules.family import Helper, Household
from rules.policy import Allowance, Hours, Policy, Window
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import UNLISTED
from tests.proxy.house import NOON, Clock, catalogue, child, device

LIMITS = Policy(
    allowances=(
        Allowance(minutes=(60,) * 7),
        Allowance(scope="category:games", minutes=(30,) * 7),
    )
)


class Home:
    def __init__(self, folder: Path, language: str) -> None:
        self.child = child(LIMITS).model_copy(update={"language": language})
        self.phone = device(1, self.child)
        self.current = Current(catalogue, folder / "household.json", Clock())
        self.current.adopt(
            Household(
                revision=1,
                site_id=uuid4(),
                children=(self.child,),
                devices=(self.phone,),
                language=language,
            )
        )
        self.meter = Meter(self.current, lambda _: None)
        self.clock, self.told = Clock(), []
        self.notices = Notices(self.current, self.meter, self.told.append, self.clock)
        certificate = ensure_ca(folder / "ca")
        panel = "http://panel.test"
        self.pages = HousePages(self.current, self.meter, self.notices, certificate, panel)

    def home(self, device_id=None) -> str:
        return self.pages.answer(
            device_id or self.phone.id, "10.0.0.5", path="/", here="", secure=False, now=NOON
        ).body.decode()

    def stopped(self, reason: Reason, wanted: Wanted = Wanted.PAGE, **more: object):
        verdict = Verdict(Action.BLOCK, reason, Layer.CHILD, **more)
        judged = Judged("games.example", UNLISTED, verdict)
        return self.pages.stopped(self.phone.id, judged, NOON, wanted)


@pytest.fixture(params=["vi", "en"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return Home(tmp_path, request.param)


def test_the_home_page_names_device_child_and_what_is_left(home: Home) -> None:
    home.meter.merge(date(2026, 11, 23), {(home.child.id, "everything"): 0b1111})
    shown = home.home()
    assert "Phone" in shown
    assert "An" in shown
    assert "56" in shown


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_makes_a_page(home: Home, reason: Reason) -> None:
    page = home.stopped(reason, until=NOON + timedelta(hours=3), used=30, limit=30)
    assert page.status == 403
    assert f'lang="{home.child.language}"' in page.body.decode()
    assert reason in page.body.decode()


def test_what_an_adult_could_open_can_be_asked_for(home: Home) -> None:
    asked = "/ask?url=https%3A%2F%2Fgames.example%2F"
    household = home.current.standing.household
    wary = home.phone.model_copy(update={"trusts_ca": False})
    home.current.adopt(household.model_copy(update={"revision": 2, "devices": (wary,)}))
    page = home.stopped(Reason.CATEGORY, rule="category:games").body.decode()
    assert f'href="http://haidang.internal{asked}"' in page
    trusting = home.phone.model_copy(update={"trusts_ca": True})
    home.current.adopt(household.model_copy(update={"revision": 3, "devices": (trusting,)}))
    page = home.stopped(Reason.HOURS).body.decode()
    assert f'href="https://haidang.internal{asked}"' in page


@pytest.mark.parametrize("reason", [Reason.PORT, Reason.BAD_CERTIFICATE, Reason.FAULT])
def test_what_nobody_may_open_is_not_asked_for(home: Home, reason: Reason) -> None:
    assert "/ask?" not in home.stopped(reason).body.decode()


@pytest.mark.parametrize("reason", list(Reason))
def test_help_is_on_every_block_page(home: Home, reason: Reason) -> None:
    assert 'href="tel:111"' in home.stopped(reason).body.decode()


def test_a_page_loads_nothing_from_elsewhere(home: Home) -> None:
    page = home.stopped(Reason.CATEGORY, rule="category:games")
    assert "script" not in page.body.decode()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_host_cannot_put_markup_into_a_page(home: Home) -> None:
    judged = Judged("<b>x</b>", UNLISTED, Verdict(Action.BLOCK, Reason.BLOCK_LIST, rule="<i>"))
    page = home.pages.stopped(home.phone.id, judged, NOON, Wanted.PAGE).body.decode()
    assert "<b>x" not in page
    assert "<i>" not in page


def test_vietnamese_children_read_vietnamese(tmp_path: Path) -> None:
    home = Home(tmp_path, "vi")
    assert "Trang này hiện chưa mở" in home.stopped(Reason.PAUSED).body.decode()
    assert "Thời gian còn lại hôm nay" in home.home()


def test_an_unknown_device_is_told_its_address(tmp_path: Path) -> None:
    home = Home(tmp_path, "en")
    assert "10.0.0.5" in home.home(uuid4())


def test_what_does_not_exist_is_not_found(home: Home) -> None:
    answer = home.pages.answer(None, "", path="/x", here="", secure=False, now=NOON)
    assert answer.status == 404


def test_the_sign_of_trust_is_only_shown_over_our_certificate(home: Home) -> None:
    ask = {"path": "/trusted.svg", "here": "", "now": NOON}
    assert home.pages.answer(None, "", secure=False, **ask).status == 404
    assert home.pages.answer(None, "", secure=True, **ask).status == 200


def family(home: Home, policy: Policy = LIMITS, **more: object) -> None:
    """Give the child other rules, an age, or somebody to turn to."""
    layers = ((Layer.CHILD, policy),)
    changed = home.child.model_copy(update={"layers": layers, **more})
    household = home.current.standing.household
    revision = household.revision + 1
    home.current.adopt(household.model_copy(update={"revision": revision, "children": (changed,)}))


def test_little_ones_get_a_picture_and_large_words_and_the_others_do_not(home: Home) -> None:
    family(home, birth_year=2017)
    little = home.stopped(Reason.ALLOWANCE, rule="everything", used=60, limit=60).body.decode()
    family(home, birth_year=2010)
    older = home.stopped(Reason.ALLOWANCE, rule="everything", used=60, limit=60).body.decode()
    assert ('class="little"' in little, 'class="lighthouse picture"' in little) == (True, True)
    assert ('class="little"' in older, 'class="lighthouse picture"' in older) == (False, False)


def test_a_page_says_what_is_open_meanwhile_and_what_comes_next(tmp_path: Path) -> None:
    home = Home(tmp_path, "en")
    shown = home.stopped(Reason.CATEGORY, rule="category:gambling").body.decode()
    assert "Other sites are open for you now." in shown
    home.meter.merge(date(2026, 11, 23), {(home.child.id, "everything"): (1 << 60) - 1})
    shown = home.stopped(Reason.ALLOWANCE, rule="everything", used=60, limit=60).body.decode()
    assert "Learning sites are open now." in shown
    assert "Tomorrow there is new time." in shown
    lesson = Hours(name="study", windows=(Window(start="11:00", end="13:00"),))
    family(home, Policy(hours=(lesson,)))
    until = NOON + timedelta(hours=1)
    shown = home.stopped(Reason.HOURS, rule="study", until=until).body.decode()
    assert "Nothing else is open just now." in shown
    assert "Next: it opens at 13:00" in shown


def test_chosen_adults_stand_beside_the_hotline_on_every_page_and_for_a_crisis(home: Home) -> None:
    hoa = Helper(id=uuid4(), name="Cô Hoa", phone="0912 345 678")
    khoa = Helper(id=uuid4(), name="Thầy Khoa")
    family(home, helpers=(hoa, khoa))
    crisis = home.pages.help(home.phone.id, hear("em muốn tự tử"), "https://g.example/", NOON)
    for page in (home.stopped(Reason.PAUSED), home.stopped(Reason.FAULT), crisis):
        shown = page.body.decode()
        assert 'href="tel:0912345678"' in shown
        assert "Thầy Khoa" in shown
        assert 'href="tel:111"' in shown
    assert crisis.status == 200


def test_in_private_hours_and_without_consent_the_child_reads_that_nobody_is_told(
    tmp_path: Path,
) -> None:
    home, alert = Home(tmp_path, "en"), hear("em muốn tự tử")

    def said() -> str:
        page = home.pages.help(home.phone.id, alert, "https://g.example/", NOON)
        return page.body.decode()

    heard = Policy(searches=True)
    family(home, heard)
    assert "Your adults are told" in said()
    family(home, heard, agreed=NOTHING)
    assert "nobody is told" in said()
    family(home, heard.model_copy(update={"private_hours": (Window(start="11:00", end="13:00"),)}))
    assert "nobody is told" in said()


def test_a_script_reads_the_same_as_a_person(tmp_path: Path) -> None:
    home = Home(tmp_path, "en")
    until = NOON + timedelta(hours=3)
    told = json.loads(home.stopped(Reason.PAUSED, Wanted.DATA, rule="Mẹ", until=until).body)
    assert told["blocked"]
    assert told["why"] == "Mẹ paused the internet until 15:00 today."
    assert (told["reason"], told["help"]) == ("paused", "111")
    assert told["until"] == until.isoformat()
    assert told["ask"].startswith("http://haidang.internal/ask?url=")
    assert home.stopped(Reason.PAUSED, Wanted.NOTHING).body == b""


def test_a_rule_that_is_not_the_familys_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path, "en")
    verdict = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CLASS, "category:games")
    judged = Judged("games.example", UNLISTED, verdict)
    page = home.pages.stopped(home.phone.id, judged, NOON, Wanted.PAGE).body.decode()
    assert "Whose rule it is: the class’s rules." in page
    assert "Whose rule" not in home.stopped(Reason.CATEGORY, rule="category:games").body.decode()


def test_what_pages_are_made_of_is_there_before_the_first_visit_is_stopped(home: Home) -> None:
    home.pages.prepare(NOON)
    known = {name for _, name in home.pages._templates.cache}
    assert {path.name for path in TEMPLATES.glob("*.html")} <= known
    assert not home.pages.refusals.told(home.phone.id, "")
