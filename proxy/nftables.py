"""The kernel's rules that make a machine the gateway of children's devices, as text to look at."""

from collections.abc import Iterable, Sequence

from proxy import knocks
from proxy.settings import GatewaySettings
from rules.tunnels import NETWORKS

TABLE = "haidang"
TUNNEL = "haidang0"
"""The network card of the kernel’s WireGuard."""
MARK = 0x6864
ROUTES = 6864
"""The routing table that keeps diverted packets on this machine."""


def rules(settings: GatewaySettings, lan: Sequence[str], user: int) -> str:
    """Write the file for `nft -f`; loading it again replaces what was there.

    `user` is the system's number of the user that the first door runs as: only its knocks count.
    """
    cards = "{ " + ", ".join(f'"{card}"' for card in (*lan, TUNNEL)) + " }"
    takes_all = settings.mode in {"redirect", "tproxy"}
    parts = [
        _start(),
        knocks.sets() if takes_all else "",
        _spoofing(),
        _leading(settings, cards),
        _diverting(settings, cards) if settings.mode == "tproxy" else "",
        _hearing(settings, user) if takes_all else "",
        _forwarding(settings, cards) if takes_all else "",
        _leaving() if takes_all else "",
        "}\n",
    ]
    return "\n".join(part for part in parts if part)


def commands(settings: GatewaySettings) -> tuple[tuple[str, ...], ...]:
    """Return what has to be run besides, so that the rules take hold."""
    if settings.mode == "dns":
        return ()
    switched = tuple(
        ("sysctl", "-qw", f"{key}={value}")
        for key, value in (
            ("net.ipv4.ip_forward", 1),
            ("net.ipv6.conf.all.forwarding", 1),
            ("net.ipv4.conf.all.send_redirects", 0),
        )
    )
    return switched + (routes("add") if settings.mode == "tproxy" else ())


def routes(what: str) -> tuple[tuple[str, ...], ...]:
    """Return the commands that add or delete the way of diverted packets to the door."""
    return tuple(
        command
        for family, everything in (("-4", "0.0.0.0/0"), ("-6", "::/0"))
        for command in (
            ("ip", family, "rule", what, "fwmark", hex(MARK), "lookup", str(ROUTES)),
            ("ip", family, "route", what, "local", everything, "dev", "lo", "table", str(ROUTES)),
        )
    )


def _start() -> str:
    # Named before it is deleted: deleting what does not exist would be an error.
    return f"table inet {TABLE}\ndelete table inet {TABLE}\n\ntable inet {TABLE} {{"


def _spoofing() -> str:
    """Nobody outside a tunnel may use an address that stands for a tunnel’s device."""
    four, six = NETWORKS
    return _chain(
        "honest",
        "filter hook prerouting priority raw",
        (
            f'iifname != {{ "{TUNNEL}", "lo" }} ip saddr {four} drop',
            f'iifname != {{ "{TUNNEL}", "lo" }} ip6 saddr {six} drop',
        ),
    )


def _leading(settings: GatewaySettings, cards: str) -> str:
    led = f"redirect to :{settings.port}"
    lines = [
        f"iifname {cards} meta l4proto {{ tcp, udp }} th dport 53 redirect to :{settings.dns_port}",
        # Pages of ours stand where stopped names lead.
        f"iifname {cards} fib daddr type local tcp dport {{ 80, 443 }} {led}",
        "fib daddr type { local, multicast, broadcast } accept",
    ]
    if settings.mode == "redirect":
        lines.append(f"iifname {cards} meta l4proto tcp {led}")
    return _chain("leading", "nat hook prerouting priority dstnat", lines)


def _diverting(settings: GatewaySettings, cards: str) -> str:
    mark = f"meta mark set {hex(MARK)} accept"
    return _chain(
        "diverting",
        "filter hook prerouting priority mangle",
        (
            f"iifname != {cards} accept",
            "meta l4proto != tcp accept",
            "tcp dport 53 accept",
            f"meta l4proto tcp socket transparent 1 {mark}",
            "fib daddr type local accept",
            f"meta nfproto ipv4 meta l4proto tcp tproxy ip to :{settings.port} {mark}",
            f"meta nfproto ipv6 meta l4proto tcp tproxy ip6 to :{settings.port} {mark}",
        ),
    )


def _hearing(settings: GatewaySettings, user: int) -> str:
    """Take in what the door says of devices, see `proxy.knocks`."""
    led = f"meta skuid {user} udp dport {settings.port} goto heard"
    chain = _chain("hearing", "filter hook output priority filter", (led,))
    return chain + "\n" + _part("heard", knocks.hearing())


def _forwarding(settings: GatewaySettings, cards: str) -> str:
    """Forward what is not led to the door only for devices that the door says are free."""
    closed = ", ".join(str(port) for port in sorted({80, 443, *settings.closed_ports}))
    base = _chain(
        "forwarding",
        "filter hook forward priority filter",
        (
            f"iifname {cards} meta l4proto tcp reject with tcp reset",
            f"iifname {cards} udp dport {{ {closed} }} reject",
            f"oifname {cards} iifname != {cards} goto coming",
            # Both ways lead through one card where the gateway stands in the middle of a network.
            f"oifname {cards} ct direction reply goto coming",
            f"iifname {cards} meta mark set {hex(MARK)} goto going",
        ),
    )
    return "\n".join((base, _part("going", knocks.going()), _part("coming", knocks.coming())))


def _leaving() -> str:
    return _chain(
        "leaving",
        "nat hook postrouting priority srcnat",
        (f"meta mark {hex(MARK)} meta nfproto ipv4 masquerade",),
    )


def _chain(name: str, hook: str, lines: Iterable[str]) -> str:
    return _part(name, (f"type {hook}; policy accept;", *lines))


def _part(name: str, lines: Iterable[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"  chain {name} {{\n{body}\n  }}\n"
