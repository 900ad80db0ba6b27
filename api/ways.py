"""The way from a device to its door: address, port, PAC file, QR code, steps; and is it working."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import segno
from fastapi import Request
from markupsafe import Markup

from api.instructions import FIREFOX, for_system
from api.panel import panel_of
from api.reader import reader_of
from store.devices import Device

ANYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104 compared with, never listened on
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
FRESH = timedelta(minutes=3)
A_WEEK = timedelta(days=7)
"""So far back safe search counts as seen."""
CHECK_PAGE = "http://haidang.internal/"
KEEPS_OWN_CERTIFICATES = frozenset({"windows", "macos", "linux"})


@dataclass(frozen=True, slots=True)
class Way:
    """How one device reaches its door, in the reader's language."""

    device: Device
    address: str
    port: str
    pac: str
    join: str
    certificate: str
    check_page: str
    qr: Markup
    proxy_steps: list[str]
    certificate_steps: list[str]
    firefox_steps: list[str]


def way_of(request: Request, device: Device) -> Way:
    """Describe how a device reaches its door."""
    speech = reader_of(request).speech
    panel_url = panel_address(request)
    address, port = door_address(request), str(device.port)
    pac, certificate = f"{panel_url}/device/{port}.pac", f"{panel_url}/ca.crt"
    join = f"{panel_url}/join/{device.id}"

    def said(steps: tuple[str, ...]) -> list[str]:
        return [
            speech.say(step, address=address, port=port, pac=pac, certificate=certificate)
            for step in steps
        ]

    steps = for_system(device.system)
    return Way(
        device,
        address,
        port,
        pac,
        join,
        certificate,
        CHECK_PAGE,
        qr_of(join),
        said(steps.proxy),
        said(steps.certificate),
        said(FIREFOX) if device.system in KEEPS_OWN_CERTIFICATES else [],
    )


def panel_address(request: Request) -> str:
    """Return the panel's address as other devices on the network reach it."""
    panel = panel_of(request)
    public = panel.settings.public_url.rstrip("/")
    if public:
        return public
    url = request.url
    if url.hostname in THIS_MACHINE and panel.door_host not in ANYWHERE:
        # Who sits at the machine itself would otherwise read an address that is right nowhere else.
        url = url.replace(hostname=panel.door_host)
    return f"{url.scheme}://{url.netloc}"


def door_address(request: Request) -> str:
    """Return the doors' address; where none was told it is this machine, as it was reached."""
    told = panel_of(request).door_host
    return (urlsplit(panel_address(request)).hostname or "") if told in ANYWHERE else told


def qr_of(text: str) -> Markup:
    """Draw a text as a QR code (inline SVG)."""
    drawing = segno.make(text, error="m").svg_inline(scale=4, border=1, omitsize=True)
    return Markup(drawing)  # noqa: S704 drawn by us from black squares


def pac_file(address: str, port: int) -> str:
    """Return a proxy configuration that sends everything but the local network to the door."""
    literal = f"[{address}]" if ":" in address else address
    return PAC.replace("DOOR", f"{literal}:{port}")


def is_fresh(device: Device, now: datetime) -> bool:
    """Tell whether a device was seen a moment ago."""
    return device.seen is not None and now - device.seen <= FRESH


PAC = """function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  var local = /^(127|10)\\.|^192\\.168\\.|^172\\.(1[6-9]|2\\d|3[01])\\.|^169\\.254\\./;
  if (local.test(host)) return "DIRECT";
  return "PROXY DOOR";
}
"""
