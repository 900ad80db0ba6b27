"""Devices: added, connected by instructions that fit, looked after, removed."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from api.instructions import SYSTEMS
from rules.credentials import same_password
from store import devices
from store.devices import Sighting
from tests.api.conftest import MONDAY, House


async def sight(house: House, *, trusts: bool | None = None, ago: dt.timedelta = dt.timedelta()):
    at = house.clock() - ago
    seen = Sighting(house.devices["phone"].id, at, "192.168.1.77", trusts)
    async with house.panel.db.write() as store:
        await devices.record(store, [seen])


async def test_an_empty_list_tells_what_to_do_next(house: House):
    async with house.client("alice") as alice:
        await alice.post(f"/devices/{house.devices['phone'].id}/remove")
        page = (await alice.get("/devices")).text
        assert "No device yet" in page
        assert 'href="/devices/new"' in page


async def test_adding_a_device_shows_its_own_port_at_once(house: House):
    async with house.client("alice") as alice:
        given = {
            "name": "Nam’s tablet",
            "kind": "tablet",
            "system": "ios",
            "child_ids": [str(house.children["Nam"].id), str(house.children["Mai"].id)],
        }
        answer = await alice.post("/devices/new", data=given, follow_redirects=True)
        assert "8102" in answer.text
        assert "a door of its own now" in answer.text
        assert "Certificate Trust Settings" in answer.text
        again = await alice.get("/devices")
        assert "a door of its own now" not in again.text


async def test_a_device_for_a_child_of_another_family_is_not_added(house: House):
    async with house.client("charlie") as charlie:
        given = {
            "name": "Spy",
            "kind": "phone",
            "system": "ios",
            "child_ids": str(house.children["Nam"].id),
        }
        answer = await charlie.post("/devices/new", data=given)
        assert answer.status_code == 422
        assert 'value="Spy"' in answer.text
    async with house.panel.db.read() as store:
        assert len(await devices.list_all(store)) == 1


@pytest.mark.parametrize("system", sorted(SYSTEMS))
async def test_every_system_has_steps_with_address_and_port_filled_in(house: House, system: str):
    async with house.client("alice") as alice:
        given = {"name": "Something", "kind": "other", "system": system}
        made = (await alice.post("/api/v1/devices", json=given)).json()
        page = (await alice.get(f"/devices/{made['id']}")).text
        assert "192.168.1.5" in page
        assert str(made["port"]) in page
        assert "{address}" not in page
        assert "{port}" not in page
        assert ("Firefox" in page) == (system in {"windows", "macos", "linux"})


async def test_the_live_check_follows_what_the_door_sees(house: House):
    check = f"/join/{house.devices['phone'].id}/check"
    async with house.client() as device:
        waiting = (await device.get(check)).text
        assert "Waiting for the device" in waiting
        assert 'hx-trigger="every 3s"' in waiting
        await sight(house)
        seen = (await device.get(check)).text
        assert "We see the device" in seen
        assert "192.168.1.77" in seen
        assert "Certificate not checked yet" in seen
        await sight(house, trusts=False)
        assert "does not trust the certificate yet" in (await device.get(check)).text
        await sight(house, trusts=True)
        done = (await device.get(check)).text
        assert "It trusts the certificate" in done
        assert "hx-trigger" not in done


async def test_the_live_check_waits_for_a_device_that_was_here_once(house: House):
    """Another way in is being set up: that the old one worked an hour ago proves nothing."""
    phone = house.devices["phone"]
    await sight(house, trusts=True, ago=dt.timedelta(hours=1))
    async with house.client("alice") as alice:
        for path in (
            f"/join/{phone.id}",
            f"/join/{phone.id}/check",
            f"/devices/{phone.id}/ways/pac",
        ):
            page = (await alice.get(path)).text
            assert "Waiting for the device" in page
            assert "Last seen 17:00 today" in page
            assert 'hx-trigger="every 3s"' in page
            assert "We see the device" not in page
        await sight(house)
        assert "We see the device" in (await alice.get(f"/join/{phone.id}/check")).text


async def test_the_list_tells_a_device_that_is_here_from_one_that_was(house: House):
    async with house.client("alice") as alice:
        assert "Not connected yet" in (await alice.get("/devices")).text
        await sight(house, ago=dt.timedelta(hours=2))
        page = (await alice.get("/devices")).text
        assert "Seen 16:00 today" in page
        await sight(house)
        assert "Online now" in (await alice.get("/devices")).text


async def test_changing_a_device_keeps_its_port(house: House):
    phone = house.devices["phone"]
    async with house.client("bob") as bob:
        given = {"name": "Old phone", "kind": "phone", "system": "android"}
        await bob.post(f"/devices/{phone.id}/edit", data=given)
        page = (await bob.get("/devices")).text
        assert "Old phone" in page
        assert "Belongs to nobody yet" in page
    async with house.panel.db.read() as store:
        assert (await devices.get(store, phone.id)).port == phone.port


async def test_removing_a_device_asks_first(house: House):
    path = f"/devices/{house.devices['phone'].id}"
    async with house.client("alice") as alice:
        assert "Remove Mai’s phone?" in (await alice.get(f"{path}/remove")).text
        assert (await alice.get(path)).status_code == 200
        await alice.post(f"{path}/remove")
        assert (await alice.get(path)).status_code == 404


async def test_a_proxy_password_is_shown_once_and_only_its_hash_is_kept(house: House):
    phone = house.devices["phone"]
    house.panel.credentials_key = lambda: b"k" * 32
    async with house.client("alice") as alice:
        page = (await alice.post(f"/devices/{phone.id}/credentials")).text
        password = page.split("<dt>Password</dt>")[1].split("<code>")[1].split("</code>")[0]
        assert password not in (await alice.get(f"/devices/{phone.id}")).text
    async with house.panel.db.read() as store:
        kept = await devices.get(store, phone.id)
    assert kept.username == "haidang-8101"
    assert same_password(b"k" * 32, password, kept.password_key)


async def test_the_pac_file_sends_the_device_to_its_own_port(house: House):
    async with house.client() as device:
        answer = await device.get("/device/8101.pac")
        assert answer.headers["content-type"].startswith("application/x-ns-proxy-autoconfig")
        assert 'return "PROXY 192.168.1.5:8101"' in answer.text
        assert (await device.get("/device/8199.pac")).status_code == 404


async def test_without_a_told_address_the_door_is_where_the_panel_was_reached(house: House):
    house.panel.door_host = "0.0.0.0"
    async with house.client() as device:
        assert "PROXY panel.test:8101" in (await device.get("/device/8101.pac")).text


async def test_the_certificate_comes_as_pem_and_as_der_without_signing_in(house: House):
    made = certificate()
    house.panel.ca_certificate.write_bytes(made.public_bytes(Encoding.PEM))
    async with house.client() as device:
        pem = await device.get("/ca.crt")
        assert pem.headers["content-type"] == "application/x-x509-ca-cert"
        assert x509.load_pem_x509_certificate(pem.content) == made
        assert x509.load_der_x509_certificate((await device.get("/ca.cer")).content) == made


def certificate() -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Hải Đăng")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(MONDAY)
        .not_valid_after(MONDAY + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
