"""Makes a request to a search engine or video site safe, where it is open to us anyway."""

from urllib.parse import unquote_plus

from mitmproxy import http

from feeds.starter import Inside


def make_safe(request: http.Request, inside: Inside, rule: str) -> None:
    """Set parameters and headers of a request; what the client sent in their place goes first.

    `rule` is that of the verdict: `search`, `youtube:strict`, `youtube:moderate`.
    """
    path, _, query = request.path.partition("?")
    if query and path.startswith(inside.paths):
        request.path = f"{path}?{with_params(query, dict(inside.params))}"
    level = rule.partition(":")[2]
    for name, levels in inside.headers.items():
        request.headers.pop(name, None)
        if level in levels:
            request.headers[name] = levels[level]


def with_params(query: str, params: dict[str, str]) -> str:
    """Put parameters into a query in place of those of the same names; the rest stays as it is."""
    kept = [part for part in query.split("&") if part and _name(part) not in params]
    return "&".join((*kept, *(f"{name}={value}" for name, value in params.items())))


def _name(part: str) -> str:
    """Read the name of a parameter as an origin would, however it is written."""
    return unquote_plus(part.partition("=")[0]).strip().lower()
