"""Ways to be told that are no browser: what a form asks for, and the address made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from api.errors import Misfit
from api.people import EMAIL
from words.speech import to_say

NO_EMAIL = to_say("Please write an e-mail address, like name@example.com.")
NO_WEB = to_say("Please write an address that begins with https:// or http://.")
NEEDED = to_say("Please fill this in.")
OPEN_NTFY = "ntfy.sh"
KEPT = ":@-_.~"
"""What may stand in a token as it is."""

type Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the form."""

    name: str
    label: str
    hint: str = ""
    placeholder: str = ""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class WayOut:
    """One kind of channel an adult can add."""

    id: str
    name: str
    icon: str
    says: str
    parts: tuple[Part, ...]
    address: Callable[[Given], str]
    """Makes the address; raises Misfit."""
    is_mail: bool = False


def _filled(given: Given, name: str) -> str:
    value = given.get(name, "").strip()
    if not value:
        raise Misfit(name, NEEDED)
    return value


def _mail(given: Given) -> str:
    address = _filled(given, "address")
    if not EMAIL.fullmatch(address) or not address.isprintable():
        raise Misfit("address", NO_EMAIL)
    return address.lower()


def _bot(scheme: str) -> Callable[[Given], str]:
    def address(given: Given) -> str:
        token, chat = _filled(given, "token"), _filled(given, "chat")
        return f"{scheme}://{quote(token, safe=KEPT)}/{quote(chat, safe=KEPT)}/"

    return address


def _ntfy(given: Given) -> str:
    server, topic = given.get("server", "").strip() or OPEN_NTFY, _filled(given, "topic")
    scheme, _, rest = server.rpartition("://")
    host = quote(rest.strip("/"), safe=KEPT)
    return f"{'ntfy' if scheme == 'http' else 'ntfys'}://{host}/{quote(topic, safe=KEPT)}"


def _webhook(given: Given) -> str:
    url = _filled(given, "url")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https"):
        raise Misfit("url", NO_WEB)
    rest = url.partition("://")[2]
    return f"{'jsons' if parts.scheme == 'https' else 'json'}://{rest}"


def _other(given: Given) -> str:
    return _filled(given, "url")


TOKEN = Part("token", to_say("Token of the bot"), placeholder="123456789:AbCdEf…", is_secret=True)
WAYS = {
    way.id: way
    for way in (
        WayOut(
            "mail",
            to_say("E-mail"),
            "mail",
            to_say("To any address, by the mail server of this installation."),
            (Part("address", to_say("E-mail address"), placeholder="name@example.com"),),
            _mail,
            is_mail=True,
        ),
        WayOut(
            "telegram",
            "Telegram",
            "brand-telegram",
            to_say(
                "Make a bot with @BotFather, write it one message, and give here what it told you."
            ),
            (TOKEN, Part("chat", to_say("Number of the chat"), placeholder="12315544")),
            _bot("tgram"),
        ),
        WayOut(
            "zalo",
            "Zalo",
            "message-circle",
            to_say(
                "Make a bot with “Zalo Bot Manager”, write it one message, and give here what it"
                " told you."
            ),
            (TOKEN, Part("chat", to_say("Number of the chat"), placeholder="6ede9afa66b88fe6")),
            _bot("zalo"),
        ),
        WayOut(
            "ntfy",
            "ntfy",
            "bell-ringing",
            to_say(
                "A free app for notices. Whoever knows the topic can read along: choose one that"
                " nobody guesses, or your own server."
            ),
            (
                Part("topic", to_say("Topic"), placeholder="nha-tran-7f3kq9", is_secret=True),
                Part(
                    "server",
                    to_say("Server"),
                    to_say("Leave empty for ntfy.sh."),
                    "ntfy.sh",
                ),
            ),
            _ntfy,
        ),
        WayOut(
            "webhook",
            to_say("Webhook"),
            "webhook",
            to_say("A program of yours, such as Home Assistant, gets each notice as JSON."),
            (
                Part(
                    "url",
                    to_say("Its address"),
                    placeholder="https://home.example/api/webhook/…",
                    is_secret=True,
                ),
            ),
            _webhook,
        ),
        WayOut(
            "other",
            to_say("Another service"),
            "plug-connected",
            to_say(
                "More than a hundred services, by the address that Apprise knows them under:"
                " discord://, slack://, matrix://, signal://, mailtos:// …"
            ),
            (
                Part(
                    "url",
                    to_say("Address for Apprise"),
                    placeholder="discord://…/…",
                    is_secret=True,
                ),
            ),
            _other,
        ),
    )
}
