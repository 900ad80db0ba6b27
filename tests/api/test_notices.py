"""How adults are told: channels with their secrets kept back, quiet hours, tests, what was sent."""

import pytest

from reports.outside import Service
from reports.settings import NoticeSettings
from store import channels, deliveries, sessions
from store.deliveries import State
from tests.api.conftest import MONDAY, House
from tests.lab.inbox import Browser

SECRET = "123456789:geheim-geheim-geheim"
PUSH_SERVICE = "https://fcm.googleapis.com/fcm/send/abc"
HERE = "/settings/notices"


@pytest.fixture
def apprise(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands for the process that knows Apprise, which takes seconds; tests/reports asks it."""
    asked: list[str] = []

    async def look_at(url: str) -> Service | None:
        asked.append(url)
        return Service("Telegram", "tgram://1...m/…") if url.startswith("tgram://") else None

    monkeypatch.setattr("reports.outside.look_at", look_at)
    return asked


def telegram(**more: object) -> dict[str, object]:
    return {"token": SECRET, "chat": "42", "kinds": ["ask", "alert"], **more}


async def test_without_a_channel_the_page_says_what_to_do(house: House) -> None:
    async with house.client("alice") as alice:
        page = (await alice.get(HERE)).text
        assert "You are told nowhere yet" in page
        assert "Nothing was sent yet" in page
        assert f'href="{HERE}"' in (await alice.get("/settings")).text
        assert "Be told on your phone" in (await alice.get("/")).text


async def test_a_channel_is_added_tried_and_its_secret_never_shown_again(
    house: House, apprise: list[str]
) -> None:
    async with house.client("alice") as alice:
        answer = await alice.post(f"{HERE}/new/telegram", data=telegram())
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}#sent")
        assert apprise == [f"tgram://{SECRET}/42/"]
        page = (await alice.get(HERE)).text
        [channel] = (await alice.get("/api/v1/channels")).json()
        one = (await alice.get(f"{HERE}/{channel['id']}")).text
        ledger = (await alice.get("/api/v1/ledger")).text
        [sent] = (await alice.get("/api/v1/deliveries")).json()
    assert "Telegram" in page
    assert "on its way" in page
    assert (sent["kind"], sent["state"]) == ("test", "due")
    assert sorted(channel["wants"]["kinds"]) == ["alert", "ask"]
    for shown in (page, one, ledger, str(channel)):
        assert "geheim" not in shown
    assert "Telegram" in ledger


async def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_lost(
    house: House, apprise: list[str]
) -> None:
    async with house.client("alice") as alice:
        answer = await alice.post(f"{HERE}/new/telegram", data=telegram(token="", chat="42"))
        assert answer.status_code == 422
        assert 'id="token-wrong"' in answer.text
        assert 'value="42"' in answer.text
        answer = await alice.post(f"{HERE}/new/other", data={"url": "nonsense://x", "kinds": "ask"})
        assert "No service is known for this address" in answer.text
        answer = await alice.post(f"{HERE}/new/telegram", data=telegram(kinds=[]))
        assert 'id="kinds-wrong"' in answer.text
        answer = await alice.post(f"{HERE}/new/mail", data={"address": "x", "kinds": "ask"})
        assert "write an e-mail address" in answer.text
        assert (await alice.get(f"{HERE}/new/pigeon")).status_code == 404
        assert (await alice.get("/api/v1/channels")).json() == []


async def test_without_a_mail_server_the_page_says_so(house: House) -> None:
    async with house.client("alice") as alice:
        assert "HAIDANG_NOTICES__MAIL_HOST" in (await alice.get(f"{HERE}/new/mail")).text
        settings = NoticeSettings(mail_host="mail.example", mail_from="a@mail.example")
        house.panel.notices = settings
        assert "HAIDANG_NOTICES__MAIL_HOST" not in (await alice.get(f"{HERE}/new/mail")).text


async def test_what_a_channel_is_for_is_changed_and_it_is_removed(
    house: House, apprise: list[str]
) -> None:
    async with house.client("alice") as alice:
        given = {"way": "mail", "given": {"address": "Alice@Example.com"}}
        made = await alice.post("/api/v1/channels", json=given)
        assert made.status_code == 201
        here = f"{HERE}/{made.json()['id']}"
        answer = await alice.post(here, data={"name": "Mail", "kinds": ["feed"]})
        assert answer.status_code == 303
        [channel] = (await alice.get("/api/v1/channels")).json()
        assert (channel["name"], channel["shown"]) == ("Mail", "alice@example.com")
        assert channel["wants"]["kinds"] == ["feed"]
        await alice.post(f"{here}/remove")
        assert (await alice.get("/api/v1/channels")).json() == []


async def test_nobody_touches_another_adult_s_channels(house: House) -> None:
    given = {"way": "mail", "given": {"address": "alice@example.com"}}
    async with house.client("alice") as alice, house.client("bob") as bob:
        made = (await alice.post("/api/v1/channels", json=given)).json()
        sent = (await alice.post(f"/api/v1/channels/{made['id']}/test")).json()
        assert (await bob.get("/api/v1/channels")).json() == []
        assert (await bob.get("/api/v1/deliveries")).json() == []
        for method, path in (
            ("GET", f"{HERE}/{made['id']}"),
            ("POST", f"{HERE}/{made['id']}/remove"),
            ("DELETE", f"/api/v1/channels/{made['id']}"),
            ("POST", f"/api/v1/channels/{made['id']}/test"),
            ("POST", f"/api/v1/deliveries/{sent['id']}/again"),
        ):
            assert (await bob.request(method, path)).status_code == 404, path
        assert len((await alice.get("/api/v1/channels")).json()) == 1


async def test_who_may_only_look_is_told_by_push_but_makes_this_machine_call_nobody(
    house: House,
) -> None:
    push = {"subscription": Browser(PUSH_SERVICE).subscription(), "name": "Firefox"}
    mail = {"way": "mail", "given": {"address": "vera@example.com"}}
    async with house.client("vera") as vera:
        assert (await vera.post("/api/v1/channels/push", json=push)).status_code == 201
        assert (await vera.post("/api/v1/channels", json=mail)).status_code == 403
        quiet = {"quiet": {"since": 1260, "until": 390}}
        assert (await vera.put("/api/v1/quiet-hours", json=quiet)).json() == quiet


async def test_a_browser_is_told_until_its_session_ends(house: House) -> None:
    push = {"subscription": Browser(PUSH_SERVICE).subscription(), "name": "Chrome · Android"}
    async with house.client("alice") as alice:
        for _ in range(2):
            assert (await alice.post("/api/v1/channels/push", json=push)).status_code == 201
        [channel] = (await alice.get("/api/v1/channels")).json()
        assert (channel["here"], channel["shown"]) == (True, "fcm.googleapis.com")
        assert 'data-here="yes"' in (await alice.get(HERE)).text
        await alice.post("/sign-out")
    async with house.panel.db.read() as store:
        assert await channels.list_all(store) == []
        assert await sessions.find(store, house.tokens["alice"], now=MONDAY) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8080/api/v1/children",
        "https://192.168.1.1/reboot",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com@10.0.0.1/x",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:22/x",
        "file:///etc/passwd",
    ],
)
async def test_no_browser_makes_this_machine_call_what_is_no_push_service(
    house: House, endpoint: str
) -> None:
    push = {"subscription": Browser(endpoint).subscription()}
    async with house.client("alice") as alice:
        answer = await alice.post("/api/v1/channels/push", json=push)
        assert answer.status_code == 422
        assert (await alice.get("/api/v1/channels")).json() == []


async def test_a_key_that_is_none_is_refused(house: House) -> None:
    given = Browser(PUSH_SERVICE).subscription()
    given["keys"]["p256dh"] = "AAAA"
    async with house.client("alice") as alice:
        answer = await alice.post("/api/v1/channels/push", json={"subscription": given})
        assert "key cannot be used" in answer.json()["detail"]


async def test_quiet_hours_are_set_and_taken_away(house: House) -> None:
    async with house.client("alice") as alice:
        given = {"quiet": "true", "since": "22:00", "until": "06:15"}
        assert (await alice.post(f"{HERE}/quiet", data=given)).status_code == 303
        kept = (await alice.get("/api/v1/quiet-hours")).json()
        assert kept == {"quiet": {"since": 22 * 60, "until": 6 * 60 + 15}}
        assert 'value="22:00"' in (await alice.get(HERE)).text
        answer = await alice.post(f"{HERE}/quiet", data={**given, "since": "25:99"})
        assert answer.status_code == 422
        await alice.post(f"{HERE}/quiet", data={"since": "22:00", "until": "06:15"})
        assert (await alice.get("/api/v1/quiet-hours")).json() == {"quiet": None}


async def test_what_did_not_arrive_stands_on_the_page_and_is_sent_again(house: House) -> None:
    given = {"way": "mail", "given": {"address": "alice@example.com"}}
    async with house.client("alice") as alice:
        made = (await alice.post("/api/v1/channels", json=given)).json()
        sent = (await alice.post(f"/api/v1/channels/{made['id']}/test")).json()
        [claimed] = await deliveries.claim(house.panel.db, MONDAY)
        async with house.panel.db.write() as store:
            await deliveries.settle(
                store, [claimed.id], State.FAILED, now=MONDAY, trouble=deliveries.UNKNOWN
            )
        assert "1 notice did not reach you" in (await alice.get("/")).text
        page = (await alice.get(HERE)).text
        assert "did not arrive" in page
        assert "broken off" in page
        assert 'hx-trigger="every 2s"' not in page
        await alice.post(f"{HERE}/sent/{sent['id']}/again")
        [again] = (await alice.get("/api/v1/deliveries")).json()
        assert (again["state"], again["tries"]) == ("due", 0)
        assert 'hx-trigger="every 2s"' in (await alice.get(f"{HERE}/sent")).text
