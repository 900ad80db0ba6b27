"""A process of its own for Apprise: `python -m reports.messenger`, one question and one answer.

Apprise knows a hundred services and loads them all; here its memory, its logs and its slowness
end with the question, and an address with its secrets never stands on a command line.
"""

import json
import logging
import re
import sys

NOT_OUTSIDE = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
"""What would show a notice on the machine that runs this, where nobody reads it."""
STATUS = re.compile(r"\berror[= ](\d{3})\b|\((\d{3})\)|\bHTTP (\d{3})\b")
UNSURE = re.compile(r"Read timed out|RemoteDisconnected|Connection reset|IncompleteRead")
"""It went out, and no answer came: it may have arrived."""


def check(url: str) -> dict[str, str]:
    """Tell which service an address is of and how it may be shown; nothing for one not known."""
    import apprise  # noqa: PLC0415 it takes a second, and a test of this module needs none of it

    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None or url.partition(":")[0].lower() in NOT_OUTSIDE:
        return {}
    whole: str = service.url(privacy=True)  # type: ignore[no-untyped-call] # theirs
    return {"service": str(service.service_name), "shown": without_secrets(whole)}


def without_secrets(url: str) -> str:
    """Show where an address leads; what Apprise has not masked may still be a webhook’s secret."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    where, _, path = rest.partition("/")
    return f"{scheme}://{where}/…" if path else f"{scheme}://{where}"


def send(url: str, title: str, body: str) -> dict[str, str]:
    """Send, and tell how it ended: sent, unsure, refused (with a code), or away."""
    import apprise  # noqa: PLC0415 as above

    if not check(url):
        return {"end": "unknown"}
    to = apprise.Apprise()
    to.add(url)
    with apprise.LogCapture(level=logging.DEBUG) as log:  # type: ignore[no-untyped-call] # theirs
        is_sent = to.notify(title=title, body=body, interpret_escapes=False)
        said = log.getvalue()
    if is_sent:
        return {"end": "sent"}
    if UNSURE.search(said):
        return {"end": "unsure"}
    codes = [next(filter(None, found.groups())) for found in STATUS.finditer(said)]
    return {"end": "refused", "code": codes[-1]} if codes else {"end": "away"}


def main() -> None:
    """Answer the one question on standard input."""
    asked = json.load(sys.stdin)
    if asked["do"] == "check":
        answer = check(asked["url"])
    else:
        answer = send(asked["url"], asked["title"], asked["body"])
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
