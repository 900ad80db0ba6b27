"""Signing in with a second step, showing that it is you, sessions, tokens."""

import pyotp
import pytest

from api import second
from api.agents import device_said
from store import second_steps
from tests.api.conftest import MONDAY, PASSWORD, House
from words.speech import Speech

ALICE = {"email": "alice@example.com", "password": PASSWORD}
V1 = "/api/v1"
EN = Speech("en", "Asia/Ho_Chi_Minh", lambda _kind, key: key)


def code_at(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock())


async def with_app(house: House) -> tuple[str, list[str]]:
    """Let Alice switch on codes from an app; return its secret and her recovery codes."""
    async with house.client("alice") as alice:
        begun = (await alice.post(f"{V1}/security/app")).json()
        given = {"ticket": begun["ticket"], "code": code_at(house, begun["secret"])}
        made = (await alice.put(f"{V1}/security/app", json=given)).json()
    return begun["secret"], made["recovery_codes"]


async def test_codes_from_an_app_are_switched_on_by_their_first_code(house: House):
    async with house.client("alice") as alice:
        page = (await alice.get("/security/app")).text
        assert "<svg" in page
        ticket = page.split('name="ticket" value="')[1].split('"')[0]
        answer = await alice.post("/security/app", data={"ticket": ticket, "code": "000000"})
        assert answer.status_code == 422
        assert "This code does not fit" in answer.text
        assert ticket in answer.text
        key = page.split('data-copy="')[1].split('"')[0].replace(" ", "")
        given = {"ticket": ticket, "code": code_at(house, key)}
        shown = (await alice.post("/security/app", data=given)).text
        assert shown.count("<li><code>") == second_steps.CODES
        assert "Codes from an app" in (await alice.get("/security")).text
        assert "switched on codes from an app" in (await alice.get("/settings/ledger")).text


async def test_with_a_second_step_the_password_alone_opens_nothing(house: House):
    secret, _ = await with_app(house)
    house.clock.move(minutes=5)
    async with house.client() as browser:
        answer = await browser.post("/sign-in?next=/devices", data=ALICE)
        assert answer.headers["location"] == "/sign-in/code"
        assert "haidang" not in answer.cookies
        assert (await browser.get("/devices")).headers["location"].startswith("/sign-in")
        assert "Type the code" in (await browser.get("/sign-in/code")).text
        wrong = await browser.post("/sign-in/code", data={"code": "123456"})
        assert wrong.status_code == 422
        answer = await browser.post("/sign-in/code", data={"code": code_at(house, secret)})
        assert answer.headers["location"] == "/devices"
        assert (await browser.get("/devices")).status_code == 200


async def test_a_code_works_once_even_for_who_saw_it(house: House):
    secret, _ = await with_app(house)
    house.clock.move(minutes=5)
    seen = code_at(house, secret)
    for status in (303, 422):
        async with house.client() as browser:
            await browser.post("/sign-in", data=ALICE)
            assert (await browser.post("/sign-in/code", data={"code": seen})).status_code == status


async def test_a_recovery_code_lets_in_once(house: House):
    _, codes = await with_app(house)
    for code, status in ((codes[0], 303), (codes[0], 422), ("abcd-efgh-jkmn", 422)):
        async with house.client() as browser:
            await browser.post("/sign-in", data=ALICE)
            answer = await browser.post("/sign-in/recovery", data={"code": code.upper()})
            assert answer.status_code == status


async def test_the_second_step_waits_ten_minutes_and_belongs_to_its_browser(house: House):
    secret, _ = await with_app(house)
    async with house.client() as other:
        assert (await other.get("/sign-in/code")).headers["location"] == "/sign-in"
    async with house.client() as browser:
        await browser.post("/sign-in", data=ALICE)
        house.clock.move(minutes=11)
        answer = await browser.post("/sign-in/code", data={"code": code_at(house, secret)})
        assert answer.headers["location"] == "/sign-in"


async def test_guessing_codes_is_braked(house: House):
    await with_app(house)
    async with house.client(address="192.168.1.66") as browser:
        await browser.post("/sign-in", data=ALICE)
        answers = [
            (await browser.post("/sign-in/code", data={"code": f"{n:06}"})).status_code
            for n in range(6)
        ]
    assert answers == [422] * 5 + [429]


async def test_over_rest_the_second_step_is_asked_with_a_code_of_its_own(house: House):
    secret, codes = await with_app(house)
    house.clock.move(minutes=5)
    async with house.client() as program:
        answer = await program.post(f"{V1}/session", json=ALICE)
        assert (answer.status_code, answer.json()["code"]) == (401, "second-step")
        answer = await program.post(f"{V1}/session", json=ALICE | {"code": "999999"})
        assert answer.json()["code"] == "wrong-code"
        for code in (code_at(house, secret), codes[3]):
            answer = await program.post(f"{V1}/session", json=ALICE | {"code": code})
            assert answer.status_code == 201


def test_a_code_may_be_half_a_minute_early_or_late():
    secret = pyotp.random_base32()
    totp = pyotp.TOTP(secret)
    codes = [totp.at(MONDAY, counter_offset=offset) for offset in range(-2, 3)]
    steps = [second.step_of(secret, code, MONDAY) for code in codes]
    now = totp.timecode(MONDAY)
    assert steps == [None, now - 1, now, now + 1, None]


async def test_when_the_last_second_step_goes_its_recovery_codes_go_too(house: House):
    await with_app(house)
    async with house.client("alice") as alice:
        assert (await alice.get(f"{V1}/security")).json()["recovery_codes"] == second_steps.CODES
        assert (await alice.delete(f"{V1}/security/app")).status_code == 204
        left = (await alice.get(f"{V1}/security")).json()
        assert (left["second_step"], left["recovery_codes"]) == (False, 0)
        assert (await alice.post(f"{V1}/security/recovery-codes")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/activity.csv"),
        ("GET", "/security/app"),
        ("GET", "/security/tokens/new"),
        ("POST", "/children/{mai}/remove"),
        ("POST", "/devices/{phone}/credentials"),
        ("POST", "/devices/{phone}/tunnel"),
        ("DELETE", "/api/v1/children/{mai}"),
        ("POST", "/api/v1/security/tokens"),
        ("DELETE", "/api/v1/security/app"),
        ("POST", "/api/v1/security/recovery-codes"),
    ],
)
async def test_a_risky_step_asks_ten_minutes_later_who_it_is(house: House, method: str, path: str):
    filled = path.format(mai=house.children["Mai"].id, phone=house.devices["phone"].id)
    house.clock.move(minutes=10)
    async with house.client("alice") as alice:
        came = {"Referer": "http://panel.test/devices"}
        answer = await alice.request(method, filled, headers=came)
        if path.startswith("/api"):
            assert (answer.status_code, answer.json()["code"]) == (403, "prove-yourself")
        else:
            back = filled if method == "GET" else "/devices"
            assert answer.headers["location"] == f"/confirm?next={back.replace('/', '%2F')}"
        assert (await alice.get(f"/children/{house.children['Mai'].id}")).status_code == 200


async def test_showing_who_it_is_leads_back_and_lasts_ten_minutes(house: House):
    house.clock.move(minutes=30)
    async with house.client("alice") as alice:
        wrong = await alice.post("/confirm?next=/security/app", data={"password": "wrong"})
        assert wrong.status_code == 422
        right = await alice.post("/confirm?next=/security/app", data={"password": PASSWORD})
        assert right.headers["location"] == "/security/app"
        assert (await alice.get("/security/app")).status_code == 200
        house.clock.move(minutes=10)
        assert (await alice.get("/security/app")).status_code == 303
        given = {"password": PASSWORD}
        assert (await alice.post(f"{V1}/security/proof", json=given)).status_code == 204
        assert (await alice.post(f"{V1}/security/app")).status_code == 201
        away = await alice.post("/confirm?next=//evil.test", data=given)
        assert away.headers["location"] == "/"


async def test_sessions_are_listed_and_ended(house: House):
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"}
    async with house.client(address="192.168.1.44") as browser:
        await browser.post("/sign-in", data=ALICE, headers=phone)
        async with house.client("alice") as alice:
            page = (await alice.get("/security")).text
            assert "Chrome on Android" in page
            assert "192.168.1.44" in page
            here, there = (await alice.get(f"{V1}/security/sessions")).json()
            assert (here["this"], there["this"]) == (True, False)
            async with house.client("bob") as bob:
                theirs = f"/security/sessions/{there['id']}/end"
                assert (await bob.post(theirs)).status_code == 404
            await alice.post(f"/security/sessions/{there['id']}/end")
            assert (await browser.get("/devices")).headers["location"].startswith("/sign-in")
            assert (await alice.get("/devices")).status_code == 200
    async with house.client() as again, house.client("alice") as alice:
        await again.post("/sign-in", data=ALICE)
        assert (await alice.delete(f"{V1}/security/sessions")).status_code == 204
        assert (await again.get("/devices")).status_code == 303
        assert (await alice.get("/devices")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari on iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        ("python-httpx/0.28", "A program"),
    ],
)
def test_a_session_says_what_it_is_on(agent: str, said: str):
    assert device_said(agent, EN) == said


async def make(house: House, **given: object) -> str:
    async with house.client("alice") as alice:
        answer = await alice.post(f"{V1}/security/tokens", json={"name": "Home"} | given)
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_a_token_that_reads_changes_nothing(house: House):
    mai = house.children["Mai"].id
    secret = await make(house, scope="read")
    async with house.client() as program:
        program.headers.update(bearer(secret))
        assert (await program.get(f"{V1}/children/{mai}")).status_code == 200
        answer = await program.post(f"{V1}/children/{mai}/resume")
        assert (answer.status_code, answer.json()["code"]) == (403, "beyond-token")
        # It is for the REST interface: no page opens with it.
        assert (await program.get("/devices")).headers["location"].startswith("/sign-in")


async def test_a_token_that_acts_gives_time_and_changes_no_rules(house: House):
    mai, nam = house.children["Mai"].id, house.children["Nam"].id
    secret = await make(house, scope="act", child_ids=[str(mai)])
    async with house.client() as program:
        program.headers.update(bearer(secret))
        given = {"minutes": 15}
        assert (await program.post(f"{V1}/children/{mai}/grants", json=given)).status_code == 201
        assert (await program.post(f"{V1}/children/{nam}/grants", json=given)).status_code == 404
        assert (await program.get(f"{V1}/children/{nam}")).status_code == 404
        answer = await program.put(f"{V1}/children/{mai}/policy", json={})
        assert answer.json()["code"] == "beyond-token"
        assert [one["name"] for one in (await program.get(f"{V1}/children")).json()] == ["Mai"]


async def test_even_a_token_for_everything_makes_no_tokens_and_no_owners(house: House):
    secret = await make(house, scope="admin")
    async with house.client() as program:
        program.headers.update(bearer(secret))
        given = {"name": "Nhà", "zone": "Asia/Tokyo", "language": "vi"}
        assert (await program.put(f"{V1}/family", json=given)).status_code == 200
        for method, path in (
            ("POST", "/security/tokens"),
            ("POST", "/security/app"),
            ("POST", "/security/proof"),
        ):
            answer = await program.request(method, V1 + path, json={"name": "x"})
            assert answer.json()["code"] == "beyond-token", path


async def test_a_token_ends_when_it_is_revoked_or_runs_out(house: House):
    short, long = await make(house, days=30), await make(house, days=0)
    async with house.client("alice") as alice:
        page = (await alice.get("/security")).text
        assert short not in page
        assert page.count("not used yet") == 2
        listed = (await alice.get(f"{V1}/security/tokens")).json()
        assert "token" not in listed[0]
        async with house.client() as program:
            me = f"{V1}/session"
            assert (await program.get(me, headers=bearer(long))).status_code == 200
            await alice.post(f"/security/tokens/{listed[0]['id']}/revoke")
            assert (await program.get(me, headers=bearer(long))).status_code == 401
            house.clock.move(days=31)
            assert (await program.get(me, headers=bearer(short))).status_code == 401
        house.clock.move(days=-31)
        assert "ended the token “Home”" in (await alice.get("/settings/ledger")).text


async def test_a_token_is_made_on_a_page_and_shown_once(house: House):
    async with house.client("alice") as alice:
        form = {"name": "Home Assistant", "scope": "act", "days": "365"}
        shown = (await alice.post("/security/tokens/new", data=form)).text
        assert "hd_" in shown
        wrong = await alice.post("/security/tokens/new", data=form | {"name": ""})
        assert wrong.status_code == 422
        other = {"child_ids": "00000000-0000-0000-0000-000000000001"}
        assert (await alice.post("/security/tokens/new", data=form | other)).status_code == 422


async def test_passkeys_need_a_name_and_https(house: House):
    async with house.client("alice") as alice:
        assert "this address has none" in (await alice.get("/security")).text
        answer = await alice.post("/security/passkeys/challenge")
        assert answer.status_code == 409
