"""The door's own pages, in the child's language."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.ca import ensure_ca
from proxy.current import Current
from proxy.house_pages import HousePages, Wanted
from proxy.judge import Judged
from proxy.meter import Meter
from proxy.notices import Notices
from rules.family import Household
from rules.policy import Allowance, Policy
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
        return self.pages.stopped(self.phone.id, "10.0.0.5", judged, NOON, wanted)


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
    page = home.pages.stopped(home.phone.id, "", judged, NOON, Wanted.PAGE).body.decode()
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
