"""Reads a page's content security policy, and opens it for what is ours and for nothing else.

Our own style and script are named by the hash of their text. A hash beside `'unsafe-inline'` would
switch that off, so it is added only where nothing inline is allowed by now.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

STYLE = ("style-src-elem", "style-src", "default-src")
SCRIPT = ("script-src-elem", "script-src", "default-src")
ASK = ("connect-src", "default-src")
IMAGE = ("img-src", "default-src")
FRAME = ("frame-src", "child-src", "default-src")
"""What decides: the first of these that a policy has."""
NONE, SELF, INLINE = "'none'", "'self'", "'unsafe-inline'"
STRICTER = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
"""Beside one of these browsers forget `'unsafe-inline'`."""

type Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a page's policy has to allow for what is put into it."""

    styles: tuple[str, ...] = ()
    """Texts of inline styles, to the letter, in ASCII."""
    scripts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """Addresses at the page's own origin that a script of ours asks."""
    frames: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    def __add__(self, other: "Needs") -> "Needs":
        return Needs(
            self.styles + other.styles,
            self.scripts + other.scripts,
            self.asks + other.asks,
            self.frames + other.frames,
            self.images + other.images,
        )

    def sources(self) -> Iterator[tuple[Chain, str]]:
        """List what must be allowed, and which directives decide about it."""
        yield from ((STYLE, hash_of(text)) for text in self.styles)
        yield from ((SCRIPT, hash_of(text)) for text in self.scripts)
        yield from ((ASK, address) for address in self.asks)
        yield from ((FRAME, address) for address in self.frames)
        yield from ((IMAGE, address) for address in self.images)


def hash_of(text: str) -> str:
    """Name an inline text as a policy does."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def relaxed(header: str, needs: Needs) -> str:
    """Return a header's policies with exactly what is needed allowed besides."""
    return ",".join(_relaxed(policy, needs) for policy in header.split(","))


def allows(policy: str, needs: Needs, nonce: str = "") -> bool:
    """Tell whether a policy allows it all as it is, our inline texts bearing this nonce."""
    return all(
        tokens is None or _allows(tokens, source, nonce)
        for chain, source in needs.sources()
        for _, tokens in [_deciding(policy.split(";"), chain)]
    )


def nonce_of(policies: Iterable[str]) -> str:
    """Return the first nonce that a page gives its own inline texts; empty where it has none."""
    for token in " ".join(policies).replace(";", " ").split():
        if token.lower().startswith("'nonce-"):
            return token[len("'nonce-") : -1]
    return ""


def _relaxed(policy: str, needs: Needs) -> str:
    directives = policy.split(";")
    for chain, source in needs.sources():
        at, tokens = _deciding(directives, chain)
        if tokens is None or _allows(tokens, source):
            continue
        kept = [token for token in tokens if token.lower() != NONE]
        fresh = " ".join([chain[0], *kept, source])
        if _name(directives[at]) == chain[0]:
            directives[at] = f" {fresh}" if at else fresh
        else:
            # What falls back elsewhere keeps its own words.
            directives = [*(each for each in directives if each.strip()), f" {fresh}"]
    return ";".join(directives)


def _deciding(directives: list[str], chain: Chain) -> tuple[int, list[str] | None]:
    """Find the directive that decides, and its sources; None where nothing is restricted."""
    names = [_name(directive) for directive in directives]
    for name in chain:
        if name in names:
            at = names.index(name)
            return at, directives[at].split()[1:]
    return -1, None


def _name(directive: str) -> str:
    return directive.split(maxsplit=1)[0].lower() if directive.strip() else ""


def _allows(tokens: list[str], source: str, nonce: str = "") -> bool:
    lower = [token.lower() for token in tokens]
    if source in tokens or (nonce and f"'nonce-{nonce}'" in tokens):
        return True
    if not source.startswith("'"):
        return SELF in lower or "*" in lower
    return INLINE in lower and not any(token.startswith(STRICTER) for token in lower)
