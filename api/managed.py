"""Files for who manages devices: profiles for Apple's systems, policies for browsers."""

import json
import plistlib
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

type Payload = dict[str, object]
type Policies = dict[str, object]

ORGANISATION = "Hải Đăng"
IDENTIFIER = "app.haidang"
LOCAL = ("<local>", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "[::1]")
"""What does not go through the proxy: the machine itself and the network at home."""
PROFILE = "application/x-apple-aspen-config"
REGISTRY = "text/x-ms-regedit"
CHROME = (r"SOFTWARE\Policies\Google\Chrome", "com.google.Chrome")
EDGE = (r"SOFTWARE\Policies\Microsoft\Edge", "com.microsoft.Edge")
FIREFOX = (r"SOFTWARE\Policies\Mozilla\Firefox", "org.mozilla.firefox")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one device's door is, and the certificate it shows."""

    device_id: UUID
    address: str
    port: int
    certificate: bytes
    """PEM."""

    @property
    def der(self) -> bytes:
        """Return the certificate in its binary form."""
        return x509.load_pem_x509_certificate(self.certificate).public_bytes(Encoding.DER)

    @property
    def proxy(self) -> str:
        """Return address and port as browsers write them."""
        literal = f"[{self.address}]" if ":" in self.address else self.address
        return f"{literal}:{self.port}"


@dataclass(frozen=True, slots=True)
class File:
    """A file to download."""

    body: bytes
    kind: str


def file(name: str, place: Place) -> File | None:
    """Make the file of a name; None where there is none of that name."""
    make = MAKERS.get(name)
    return make(place) if make else None


def chromium(place: Place) -> Policies:
    """Return what Chrome, Chromium and Edge are told; both understand the same words."""
    return {
        "ProxySettings": {
            "ProxyMode": "fixed_servers",
            "ProxyServer": place.proxy,
            "ProxyBypassList": ";".join(LOCAL),
        },
        "CACertificates": [b64encode(place.der).decode()],
        "DnsOverHttpsMode": "off",
        "QuicAllowed": False,
        "EncryptedClientHelloEnabled": False,
    }


def firefox(place: Place) -> Policies:
    """Return what Firefox is told."""
    off = {"Value": False, "Status": "locked"}
    return {
        "Proxy": {
            "Mode": "manual",
            "Locked": True,
            "HTTPProxy": place.proxy,
            "UseHTTPProxyForAllProtocols": True,
            "Passthrough": ", ".join(LOCAL),
        },
        "Certificates": {"ImportEnterpriseRoots": True, "Install": ["haidang-ca.crt"]},
        "DNSOverHTTPS": {"Enabled": False, "Locked": True},
        "DisableEncryptedClientHello": True,
        "Preferences": {
            "network.http.http3.enable": off,
            # Sites may not say by themselves that other hosts share their connection.
            "network.http.originextension": off,
        },
    }


def _trust(place: Place) -> Payload:
    return _payload(
        place,
        "com.apple.security.root",
        "root",
        PayloadContent=place.der,
        PayloadCertificateFileName="haidang-ca.cer",
    )


def _global_proxy(place: Place) -> Payload:
    """Every connection of a supervised device goes by this, whatever its Wi-Fi says."""
    return _payload(
        place,
        "com.apple.proxy.http.global",
        "proxy",
        ProxyType="Manual",
        ProxyServer=place.address,
        ProxyServerPort=place.port,
        ProxyCaptiveLoginAllowed=False,
    )


def _browsers(place: Place) -> File:
    payloads = [
        _payload(place, domain, domain, **policies)
        for (_, domain), policies in (
            (CHROME, chromium(place)),
            (EDGE, chromium(place)),
            (FIREFOX, {"EnterprisePoliciesEnabled": True, **firefox(place)}),
        )
    ]
    return _profile(place, "browsers", _trust(place), *payloads, scope="System")


def _payload(place: Place, kind: str, name: str, **values: object) -> Payload:
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{IDENTIFIER}.{name}.{place.device_id}",
        "PayloadUUID": _uuid(place, name),
        "PayloadDisplayName": ORGANISATION,
        **values,
    }


def _profile(place: Place, name: str, *payloads: Payload, scope: str = "") -> File:
    whole = _payload(
        place,
        "Configuration",
        name,
        PayloadContent=list(payloads),
        PayloadOrganization=ORGANISATION,
        PayloadRemovalDisallowed=False,
    )
    if scope:
        whole["PayloadScope"] = scope
    return File(plistlib.dumps(whole), PROFILE)


def _uuid(place: Place, name: str) -> str:
    # The same file made twice replaces itself on the device.
    return str(uuid5(place.device_id, name)).upper()


def _json(policies: Policies) -> File:
    text = json.dumps(policies, indent=2, ensure_ascii=False)
    return File(text.encode() + b"\n", "application/json")


def _reg(key: str, policies: Policies, as_json: Collection[str]) -> File:
    """Write policies as Windows' registry takes them; `as_json` names those it keeps as text."""
    lines = ["Windows Registry Editor Version 5.00", *_keys(key, policies, as_json), ""]
    # The registry editor reads UTF-16 with a mark at the beginning.
    return File("\r\n".join(lines).encode("utf-16"), REGISTRY)


def _keys(key: str, values: Policies, as_json: Collection[str]) -> Iterator[str]:
    """Give the lines of a key and of the keys below it."""
    yield from ("", f"[HKEY_LOCAL_MACHINE\\{key}]")
    below: dict[str, Policies] = {}
    for name, value in values.items():
        if isinstance(value, list):
            below[name] = {str(number): item for number, item in enumerate(value, 1)}
        elif isinstance(value, dict) and name not in as_json:
            below[name] = value
        else:
            yield f"{_quoted(name)}={_value(value)}"
    for name, inner in below.items():
        yield from _keys(f"{key}\\{name}", inner, as_json)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return f"dword:{int(value):08x}"
    if isinstance(value, Mapping):
        return _quoted(json.dumps(value))
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


MAKERS: Mapping[str, Callable[[Place], File]] = {
    "haidang.mobileconfig": lambda at: _profile(at, "certificate", _trust(at)),
    "haidang-supervised.mobileconfig": lambda at: _profile(
        at, "supervised", _trust(at), _global_proxy(at)
    ),
    "haidang-browsers.mobileconfig": _browsers,
    "haidang-chrome.json": lambda at: _json(chromium(at)),
    "haidang-chrome.reg": lambda at: _reg(CHROME[0], chromium(at), ("ProxySettings",)),
    "haidang-edge.json": lambda at: _json(chromium(at)),
    "haidang-edge.reg": lambda at: _reg(EDGE[0], chromium(at), ("ProxySettings",)),
    "policies.json": lambda at: _json({"policies": firefox(at)}),
    "haidang-firefox.reg": lambda at: _reg(FIREFOX[0], firefox(at), ("Preferences",)),
}
"""Every file there is, by name."""
