"""Sites that show another one: translators and caches whose own name carries the site they show.

`www-example-vn.translate.goog` is www.example.vn, read by Google and shown again. It is judged as
the site it shows as well, or every blocked site would have a door with Google's name on it.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from rules.hosts import normalise
from rules.verdict import Action, Reason, Verdict

CARRIERS = ("translate.goog", "cdn.ampproject.org", "bing-amp.com", "turbopages.org")
"""Below these a label is a host: "." is written "-", and "-" is written "--"."""
TRANSLATORS = re.compile(r"translate\.google\.(com|[a-z]{2,3}|com?\.[a-z]{2})")
ARCHIVED = re.compile(r"/web/\d+[a-z_*]*/(.+)")
AMP = re.compile(r"/amp/s?/?(.+)")


def carried(host: str, path: str = "", query: str = "") -> Iterator[str]:
    """List the sites that a host shows under its own name, as far as its address tells them."""
    for found in (_in_label(host), _in_address(host, path, query)):
        # Nearly every host shows nobody, and each connection asks.
        if found and (site := _normal(found)) and "." in site and site != host:
            yield site


def at_most_stopped(verdict: Verdict) -> Verdict:
    """Tell what the verdict on a site means for another that shows it: a stop, or nothing.

    A safe host cannot be set there, so what would be led to one is stopped.
    """
    if verdict.blocks:
        return verdict
    if verdict.action is Action.REWRITE:
        return verdict._replace(action=Action.BLOCK, reason=Reason.SAFE_SEARCH, to="")
    if verdict.inside:
        return verdict
    return Verdict(Action.PASS, Reason.DEFAULT, verdict.layer, until=verdict.until)


def _normal(found: str) -> str:
    try:
        return normalise(found)
    except ValueError:
        return ""


def _in_label(host: str) -> str:
    for carrier in CARRIERS:
        if host.endswith(f".{carrier}"):
            return _decoded(host[: -len(carrier) - 1].rpartition(".")[2])
    return ""


def _decoded(label: str) -> str:
    # So is written what would otherwise look like an international name.
    if label.startswith("0-") and label.endswith("-0"):
        label = label[2:-2]
    elif label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii").decode("punycode")
        except ValueError:
            return ""
    return "-".join(part.replace("-", ".") for part in label.split("--"))


def _in_address(host: str, path: str, query: str) -> str:
    if host == "web.archive.org":
        return _host_of(ARCHIVED.match(path))
    if host.startswith(("www.google.", "google.")):
        return _host_of(AMP.match(path))
    if TRANSLATORS.fullmatch(host):
        return _site(next(iter(parse_qs(query).get("u", ())), ""))
    return ""


def _host_of(found: re.Match[str] | None) -> str:
    return _site(found[1]) if found else ""


def _site(address: str) -> str:
    """Return the host of an address that may be written without its scheme."""
    bare = re.sub(r"^[a-z]+:/*|^/*", "", address.strip(), flags=re.IGNORECASE)
    try:
        return urlsplit(f"//{bare}").hostname or ""
    except ValueError:
        return ""
