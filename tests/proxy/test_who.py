"""Who is at the door."""

from pathlib import Path
from uuid import uuid4

import pytest

from proxy.who import Doorman, ensure_key, index
from rules.credentials import hash_password, same_password
from rules.family import Household
from rules.policy import Policy
from tests.proxy.clients import Line
from tests.proxy.house import BLOCKED, BLOCKING, OPEN, House, child, device, free_port

KEY = b"k" * 32
PHONE = device(8101)
TABLET = device(8102, username="an", password_key=hash_password(KEY, "mật khẩu"))
CONSOLE = device(8103, address="192.168.1.50")
HOME = index(Household(revision=1, site_id=uuid4(), devices=(PHONE, TABLET, CONSOLE)))


def identify(
    port: int = 8100, address: str = "10.0.0.9", credentials: tuple[str, str] | None = None
):
    return Doorman(KEY).identify(HOME, port=port, address=address, credentials=credentials)


def test_a_device_is_known_by_its_port() -> None:
    assert identify(port=8101).device_id == PHONE.id


def test_its_own_port_speaks_before_credentials() -> None:
    assert identify(port=8101, credentials=("an", "mật khẩu")).device_id == PHONE.id


def test_a_device_is_known_by_its_credentials() -> None:
    assert identify(credentials=("an", "mật khẩu")).device_id == TABLET.id


@pytest.mark.parametrize("credentials", [("an", "wrong"), ("bình", "mật khẩu"), ("", "")])
def test_wrong_credentials_are_asked_for_again(credentials: tuple[str, str]) -> None:
    caller = identify(credentials=credentials)
    assert caller.device_id is None
    assert caller.challenge


def test_a_password_is_checked_once_and_a_new_one_at_once() -> None:
    doorman = Doorman(KEY)
    asked = {"port": 8100, "address": "x", "credentials": ("an", "mật khẩu")}
    assert doorman.identify(HOME, **asked).device_id == TABLET.id
    assert doorman.identify(HOME, **asked).device_id == TABLET.id
    changed = TABLET.model_copy(update={"password_key": hash_password(KEY, "khác")})
    moved = index(Household(revision=2, site_id=uuid4(), devices=(changed,)))
    assert doorman.identify(moved, **asked).device_id is None


def test_a_device_is_known_by_its_fixed_address() -> None:
    assert identify(address="192.168.1.50").device_id == CONSOLE.id


def test_without_credentials_in_the_house_nobody_is_asked_for_them() -> None:
    alone = index(Household(revision=1, site_id=uuid4(), devices=(PHONE,)))
    assert not Doorman(KEY).identify(alone, port=1, address="x", credentials=None).challenge


def test_the_hash_needs_the_key() -> None:
    assert same_password(KEY, "a", hash_password(KEY, "a"))
    assert not same_password(b"other" * 6, "a", hash_password(KEY, "a"))
    assert not same_password(KEY, "b", hash_password(KEY, "a"))


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    key = ensure_key(tmp_path)
    assert len(key) == 32
    assert ensure_key(tmp_path) == key
    assert (tmp_path / "credentials.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.door
async def test_a_browser_is_asked_for_credentials_and_then_judged_by_them(house: House) -> None:
    person = child(BLOCKING)
    key = hash_password(ensure_key(house.door.data), "bí mật")
    phone = device(free_port(), person, username="an", password_key=key)
    await house.adopt(
        Household(revision=1, site_id=uuid4(), children=(person,), devices=(phone,), guest=Policy())
    )
    line = await Line.open(house.port)
    head, _ = await line.get(f"http://{BLOCKED}/", BLOCKED)
    assert b" 407 " in head
    assert b"Proxy-Authenticate: Basic" in head
    line = await Line.open(house.port)
    sent = "Proxy-Authorization: Basic YW46YsOtIG3huq10"
    assert b" 403 " in (await line.get(f"http://{BLOCKED}/", BLOCKED, sent))[0]
    assert b" 200 " in (await line.get(f"http://{OPEN}/", OPEN, sent))[0]
    assert house.stopped()[0].device_id == phone.id
