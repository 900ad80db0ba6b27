"""The ways a device can get in: for whom, what to do, which files, and what each cannot do."""

from dataclasses import dataclass

from words.speech import to_say


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way, its sentences still with holes; see `api.pages.ways`."""

    title: str
    icon: str
    summary: str
    steps: tuple[str, ...]
    limits: tuple[str, ...]
    values: tuple[str, ...] = ()
    """Names of values to copy: address, port, pac, wpad."""
    files: tuple[tuple[str, str], ...] = ()
    """Names of files and what each is for."""
    has_tunnel: bool = False
    """Whether this page makes a tunnel."""
    has_marks: bool = False
    """Whether the device is known by address or network card, which this page asks for."""


FORGETFUL = to_say(
    "Who holds the device can take the setting out again. The device then goes past us; its page "
    "says when it was last seen."
)
ELSEWHERE = to_say("It works only in the network at home.")
DEVICE_IS_KNOWN_BY = to_say(
    "Below, tell us by what the network knows this device: otherwise it is a guest."
)

OF_A_PORT = (
    to_say("Apps that do not ask the system for its proxy go past us; many games are like that."),
    FORGETFUL,
    to_say("It holds for one Wi-Fi: in another network, or on mobile data, nothing is set."),
)
"""What the plain proxy setting cannot do."""
OF_CREDENTIALS = (
    to_say("What cannot send a name and a password gets no connection: some apps and televisions."),
    to_say("Whoever learns the password is this device: make a new one when it has gone around."),
)
"""What is different where one port serves everybody."""

TUNNEL = WayIn(
    title=to_say("WireGuard tunnel"),
    icon="shield-lock",
    summary=to_say("Works away from home too: the device is who it is wherever it goes online."),
    steps=(
        to_say("Install the WireGuard app on the device, from its store."),
        to_say("Make the tunnel here and scan its QR code with the app, or copy the text."),
        to_say("Switch it on. On Android choose “Always-on VPN”, on iOS “On demand”."),
        to_say(
            "For use away from home, forward the UDP port {port} of your router to this machine, "
            "and set HAIDANG_DOOR__TUNNEL_HOST to the address of your home."
        ),
        to_say("Install the certificate too: then the child sees why something was stopped."),
    ),
    limits=(
        to_say("UDP stays outside: calls, and games that play over UDP, do not work in it."),
        to_say("It is slower than a proxy setting: every packet is unpacked by this machine."),
        FORGETFUL,
    ),
    has_tunnel=True,
)
PROXY_FILE = WayIn(
    title=to_say("Proxy by itself (PAC, WPAD)"),
    icon="file-code",
    summary=to_say("The device fetches its proxy setting from an address, or finds it by itself."),
    steps=(
        to_say("At the proxy setting of the device choose “Automatic” and type the PAC address."),
        to_say(
            "For all devices at once: in your router’s DHCP settings, add option 252 with the "
            "WPAD address. Windows then finds it by itself."
        ),
    ),
    limits=(
        to_say("When this machine is switched off, devices go past it instead of nowhere."),
        to_say("Many apps do not read PAC files; they go past us."),
        FORGETFUL,
    ),
    values=("pac", "wpad"),
)
SOCKS = WayIn(
    title=to_say("SOCKS5"),
    icon="arrows-exchange",
    summary=to_say("For games and programs that know only SOCKS proxies."),
    steps=(
        to_say("In the program’s network settings choose a SOCKS5 proxy."),
        to_say("Type the address {address} and the port {port}."),
        to_say("Where it can be chosen, let the proxy resolve names (“remote DNS”)."),
    ),
    limits=(
        to_say("Only connections to the web’s ports (443 and 80) are let through."),
        to_say("UDP over SOCKS is refused."),
        FORGETFUL,
    ),
    values=("address", "port"),
)
MANAGED = WayIn(
    title=to_say("Managed browsers and devices"),
    icon="building",
    summary=to_say("Files for MDM, group policy and classrooms: proxy and certificate in one."),
    steps=(
        to_say(
            "Windows: open the .reg file as an administrator, or take its values into your group "
            "policy."
        ),
        to_say(
            "Linux: put the .json file into /etc/opt/chrome/policies/managed "
            "(/etc/chromium/policies/managed, /etc/opt/edge/policies/managed)."
        ),
        to_say(
            "Firefox: put policies.json into its “distribution” folder, and haidang-ca.crt where "
            "Firefox looks for certificates (/usr/lib/mozilla/certificates)."
        ),
        to_say("iPhone, iPad and Mac: install the .mobileconfig, by hand or with your MDM."),
        to_say("Restart the browser and look at chrome://policy, edge://policy or about:policies."),
    ),
    limits=(
        to_say("They hold the browser, not other apps on the device."),
        to_say("The profile with a proxy for everything is only accepted by supervised devices."),
        to_say("Chrome and Edge older than version 133 do not take a certificate from a policy."),
    ),
    files=(
        ("haidang.mobileconfig", to_say("iPhone, iPad, Mac: the certificate")),
        ("haidang-supervised.mobileconfig", to_say("Supervised iPhone, iPad: certificate, proxy")),
        ("haidang-browsers.mobileconfig", to_say("Mac: Chrome, Edge and Firefox")),
        ("haidang-chrome.reg", to_say("Windows: Chrome")),
        ("haidang-edge.reg", to_say("Windows: Edge")),
        ("haidang-firefox.reg", to_say("Windows: Firefox")),
        ("haidang-chrome.json", to_say("Linux: Chrome and Chromium")),
        ("haidang-edge.json", to_say("Linux: Edge")),
        ("policies.json", to_say("Firefox on every system")),
    ),
)
GATEWAY = WayIn(
    title=to_say("Through the gateway"),
    icon="router",
    summary=to_say(
        "Nothing is set on the device: this machine stands between it and the internet."
    ),
    steps=(
        to_say(
            "On this machine, set HAIDANG_DOOR__GATEWAY__MODE to “redirect”, start again, and run "
            "“sudo haidang gateway on”."
        ),
        to_say(
            "On the device (or in your router’s DHCP settings), set gateway and DNS server to "
            "{address}."
        ),
        DEVICE_IS_KNOWN_BY,
        to_say("Install the certificate too, where the device can: then it sees why."),
    ),
    limits=(
        to_say("Games and calls over UDP end with their hours, but their minutes are not counted."),
        to_say(
            "Where the router hands out IPv6 by itself, devices go past: switch that off there."
        ),
        to_say("It needs Linux, and a machine that is always on: without it there is no internet."),
        ELSEWHERE,
    ),
    values=("address",),
    has_marks=True,
)
NAMES = WayIn(
    title=to_say("By names only (DNS)"),
    icon="device-tv",
    summary=to_say("For televisions and consoles: we answer their questions for names."),
    steps=(
        to_say(
            "On this machine, set HAIDANG_DOOR__GATEWAY__MODE to “dns”, start again, and run "
            "“sudo haidang gateway on”."
        ),
        to_say("In the device’s network settings, set the DNS server to {address}, and no second."),
        DEVICE_IS_KNOWN_BY,
    ),
    limits=(
        to_say("Only names are seen: whole sites are stopped or allowed, never a page."),
        to_say("Minutes cannot be counted this way; hours and stopped sites hold."),
        to_say("Who knows an address, or brings another resolver along, needs no name from us."),
        ELSEWHERE,
    ),
    values=("address",),
    has_marks=True,
)

WAYS: dict[str, WayIn] = {
    "tunnel": TUNNEL,
    "pac": PROXY_FILE,
    "gateway": GATEWAY,
    "names": NAMES,
    "socks": SOCKS,
    "managed": MANAGED,
}
