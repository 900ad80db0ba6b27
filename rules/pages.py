"""One page as a scope: a host and a path with everything below it, never a query."""

from urllib.parse import unquote

from rules.hosts import normalise
from rules.mistakes import Mistake

LONGEST = 1000
STEPS = frozenset({".", ".."})


def page_of(text: str) -> str:
    """Write a page in its one form, host and path. Raises ValueError saying what is wrong.

    The path is decoded, so that a page has one name however a browser spells it.
    """
    if "?" in text or "#" in text:
        # Without the part behind the “?” it would be another page, and often many.
        raise Mistake("A page is a host and a path: leave out what follows “?” or “#”.")
    if len(text) > LONGEST:
        raise Mistake("A page’s address has at most {most} characters.", most=LONGEST)
    bare = text.removeprefix("https://").removeprefix("http://")
    host, _, rest = bare.partition("/")
    path = _plain(f"/{rest}")
    if path is None:
        raise Mistake("This path can be read in two ways: write it as the browser shows it.")
    return normalise(host) + path


def take_apart(page: str) -> tuple[str, str]:
    """Return the host and the path of a page."""
    host, _, rest = page.partition("/")
    return host, f"/{rest}"


def covers(granted: str, path: str) -> bool:
    """Tell whether a path is the granted one or below it; the root is only itself.

    What is read in two ways is not covered: this opens doors, so it must be sure.
    """
    plain = _plain(path)
    if plain is None:
        return False
    return plain == granted or (granted != "/" and plain.startswith(f"{granted}/"))


def _plain(path: str) -> str | None:
    decoded = unquote(path)
    if unquote(decoded) != decoded or "\\" in decoded or "?" in decoded or "#" in decoded:
        return None
    if not STEPS.isdisjoint(decoded.split("/")):
        return None
    return decoded.rstrip("/") or "/"
