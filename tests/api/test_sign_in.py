"""Signing in and out."""

import pytest

from api import security
from store import adults
from tests.api.conftest import PASSWORD, House

# Before tests hash cheaply.
HASHER, NOBODY = security.hasher, security._NOBODY
ALICE = {"email": "alice@example.com", "password": PASSWORD}


async def test_signing_in_leads_on_to_where_one_wanted_to_go(house: House):
    async with house.client() as browser:
        answer = await browser.get("/devices")
        assert answer.headers["location"] == "/sign-in?next=/devices"
        answer = await browser.post("/sign-in?next=/devices", data=ALICE)
        assert answer.headers["location"] == "/devices"
        assert (await browser.get("/devices")).status_code == 200


@pytest.mark.parametrize("away", ["//evil.test", "https://evil.test", "/\\evil.test", "/\n/x"])
async def test_signing_in_never_leads_to_another_site(house: House, away: str):
    async with house.client() as browser:
        answer = await browser.post("/sign-in", params={"next": away}, data=ALICE)
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "given",
    [{"email": "alice@example.com", "password": "wrong"}, {"email": "x@y", "password": PASSWORD}],
)
async def test_a_wrong_password_and_an_unknown_e_mail_get_the_same_answer(house: House, given):
    async with house.client() as browser:
        answer = await browser.post("/sign-in", data=given)
        assert answer.status_code == 422
        assert "E-mail and password do not belong together." in answer.text
        assert "haidang" not in answer.cookies


async def test_an_unknown_e_mail_is_checked_against_a_hash_too(house: House, monkeypatch):
    checked = []
    verify = security._verify
    monkeypatch.setattr(
        security, "_verify", lambda *given: checked.append(given[1]) or verify(*given)
    )
    async with house.client() as browser:
        await browser.post("/sign-in", data={"email": "nobody@example.com", "password": "tried"})
    assert checked == ["tried"]


def test_the_hash_of_nobody_is_checked_at_the_same_costs_as_those_of_people():
    assert not HASHER.check_needs_rehash(NOBODY)
    assert HASHER.verify(NOBODY, "nobody has this password")


async def test_the_password_of_nobody_opens_nothing(house: House):
    async with house.client() as browser:
        given = {"email": "nobody@example.com", "password": "nobody"}
        assert (await browser.post("/sign-in", data=given)).status_code == 422


async def test_guessing_is_braked_and_the_brake_ends(house: House):
    async with house.client() as browser:
        for _ in range(5):
            await browser.post("/sign-in", data=ALICE | {"password": "guess"})
        answer = await browser.post("/sign-in", data=ALICE)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 600
        assert "Please wait 15 minutes" in answer.text
        house.clock.move(minutes=16)
        assert (await browser.post("/sign-in", data=ALICE)).status_code == 303


async def test_guessing_at_many_accounts_from_one_address_is_braked(house: House):
    async with house.client() as browser:
        for number in range(30):
            given = {"email": f"{number}@example.com", "password": "guess"}
            assert (await browser.post("/sign-in", data=given)).status_code == 422
        assert (await browser.post("/sign-in", data=ALICE)).status_code == 429


async def test_a_child_who_guesses_on_their_own_device_does_not_shut_out_the_parent(house: House):
    async with house.client(address="192.168.1.77") as child, house.client() as parent:
        for _ in range(8):
            answer = await child.post("/sign-in", data=ALICE | {"password": "guess"})
        assert answer.status_code == 429
        assert (await child.post("/sign-in", data=ALICE)).status_code == 429
        assert (await parent.post("/sign-in", data=ALICE)).status_code == 303


async def test_guessing_at_one_account_from_many_addresses_is_braked(house: House):
    for number in range(50):
        async with house.client(address=f"192.168.2.{number}") as one:
            await one.post("/sign-in", data=ALICE | {"password": "guess"})
    async with house.client() as last:
        assert (await last.post("/sign-in", data=ALICE)).status_code == 429


async def test_success_forgets_earlier_mistakes(house: House):
    async with house.client() as browser:
        for _ in range(3):
            for _ in range(4):
                await browser.post("/sign-in", data=ALICE | {"password": "guess"})
            assert (await browser.post("/sign-in", data=ALICE)).status_code == 303


async def test_each_sign_in_gets_a_token_of_its_own_in_a_cookie_scripts_cannot_read(house: House):
    tokens = []
    for _ in range(2):
        async with house.client() as browser:
            answer = await browser.post("/sign-in", data=ALICE)
            line = next(
                line for line in answer.headers.get_list("set-cookie") if line[:8] == "haidang="
            )
            assert "HttpOnly" in line
            assert "SameSite=lax" in line
            tokens.append(answer.cookies["haidang"])
    assert tokens[0] != tokens[1]


async def test_behind_https_the_cookie_is_secure_and_tied_to_this_host(house: House):
    house.panel.settings = house.panel.settings.model_copy(update={"secure_cookies": True})
    async with house.client() as browser:
        answer = await browser.post("/sign-in", data=ALICE)
        lines = answer.headers.get_list("set-cookie")
        line = next(line for line in lines if line.startswith("__Host-haidang="))
        assert "Secure" in line
        assert "Path=/" in line


async def test_signing_out_ends_the_session_and_not_only_the_cookie(house: House):
    token = house.tokens["alice"]
    async with house.client("alice") as browser:
        await browser.post("/sign-out")
    house.tokens["alice"] = token
    async with house.client("alice") as browser:
        assert (await browser.get("/devices")).status_code == 303


async def test_signing_out_everywhere_ends_the_other_sessions_too(house: House):
    async with house.client() as phone, house.client("alice") as desk:
        await phone.post("/sign-in", data=ALICE)
        await desk.post("/sign-out/everywhere")
        assert (await phone.get("/devices")).status_code == 303


async def test_a_session_ends_after_thirty_days_away(house: House):
    async with house.client("alice") as browser:
        house.clock.move(days=29)
        assert (await browser.get("/devices")).status_code == 200
        house.clock.move(days=29)
        assert (await browser.get("/devices")).status_code == 200
        house.clock.move(days=31)
        assert (await browser.get("/devices")).status_code == 303


async def test_changing_the_password_keeps_this_session_and_ends_the_others(house: House):
    new = "ngọn hải đăng mới xây"
    async with house.client("alice") as here, house.client() as elsewhere:
        await elsewhere.post("/sign-in", data=ALICE)
        given = {"password": PASSWORD, "new_password": new}
        answer = await here.post("/account/password", data=given)
        assert answer.status_code == 303
        assert (await here.get("/account")).status_code == 200
        assert (await elsewhere.get("/account")).status_code == 303
        assert (await elsewhere.post("/sign-in", data=ALICE)).status_code == 422
        answer = await elsewhere.post("/sign-in", data=ALICE | {"password": new})
        assert answer.status_code == 303


async def test_changing_the_password_needs_the_present_one(house: House):
    async with house.client("alice") as browser:
        given = {"password": "not it", "new_password": "ngọn hải đăng mới xây"}
        answer = await browser.post("/account/password", data=given)
        assert answer.status_code == 422
        assert "not your present password" in answer.text
    async with house.panel.db.read() as store:
        alice = await adults.find_by_email(store, "alice@example.com")
        assert alice is not None
        assert await security.is_password(alice.password_hash, PASSWORD)


async def test_language_and_look_are_kept(house: House):
    async with house.client("alice") as browser:
        assert '<html lang="en"' in (await browser.get("/devices")).text
        await browser.post("/look", data={"language": "vi", "next": "/devices"})
        await browser.post("/look", data={"theme": "dark", "next": "/devices"})
        page = (await browser.get("/devices")).text
        assert '<html lang="vi" data-look="dark" data-bs-theme="dark"' in page
    async with house.panel.db.read() as store:
        alice = await adults.find_by_email(store, "alice@example.com")
        assert alice is not None
        assert alice.language == "vi"


async def test_a_stranger_s_browser_decides_the_language_until_they_choose(house: House):
    async with house.client() as browser:
        assert '<html lang="en"' in (await browser.get("/sign-in")).text
        browser.headers["accept-language"] = "fr"
        assert '<html lang="vi"' in (await browser.get("/sign-in")).text
