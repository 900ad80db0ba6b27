"""The part of the rules form about what a child sends: homework in AI chats, private details."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.hosts import normalise
from rules.policy import Policy
from rules.scope import ScopeKind, check, split
from rules.sending import MOST_ANYWAY, Decides, Told
from words.speech import to_say

NO_NUMBER = to_say("Write a whole number between 0 and {most}.")
NO_SITE = to_say("“{text}” is not a site. Write it like example.com, one on each line.")

type Wrong = Callable[..., None]


@dataclass(frozen=True, slots=True)
class SentDraft:
    """What was typed into this part."""

    homework: bool = False
    told: str = Told.COUNT
    anyway: str = "2"
    ask: bool = False
    decides: str = Decides.CHILD
    unknown: bool = False
    trusted: str = ""


def sent_draft(policy: Policy) -> SentDraft:
    """Lay this part of a policy out as a form."""
    homework, sending = policy.homework, policy.sending
    return SentDraft(
        homework=homework.on,
        told=homework.told,
        anyway=str(homework.anyway),
        ask=sending.ask,
        decides=sending.decides,
        unknown=sending.unknown,
        trusted="\n".join(_shown(scope) for scope in sending.trusted),
    )


def sent_typed(typed: Mapping[str, list[str]]) -> SentDraft:
    """Read this part as it was sent."""

    def one(name: str, otherwise: str) -> str:
        return typed.get(f"sent.{name}", [otherwise])[0].strip()

    return SentDraft(
        homework="sent.homework" in typed,
        told=one("told", Told.COUNT),
        anyway=one("anyway", "2"),
        ask="sent.ask" in typed,
        decides=one("decides", Decides.CHILD),
        unknown="sent.unknown" in typed,
        trusted="\n".join(typed.get("sent.trusted", ())),
    )


def sent_of(draft: SentDraft, wrong: Wrong) -> dict[str, object]:
    """Make the parts of the policy, or note what does not fit."""
    if not draft.anyway.isdecimal() or int(draft.anyway) > MOST_ANYWAY:
        wrong("sent.anyway", NO_NUMBER, most=MOST_ANYWAY)
        return {}
    homework = {"on": draft.homework, "told": draft.told, "anyway": int(draft.anyway)}
    sending = {
        "ask": draft.ask,
        "decides": draft.decides,
        "unknown": draft.unknown,
        "trusted": _trusted(draft.trusted, wrong),
    }
    return {"homework": homework, "sending": sending}


def _trusted(text: str, wrong: Wrong) -> list[str]:
    """Read sites, one on each line; a service stands as `service:zalo`."""
    found: dict[str, None] = {}
    for line in text.split():
        try:
            kind = line.partition(":")[0]
            named = kind in (ScopeKind.SERVICE, ScopeKind.CATEGORY)
            found[check(line) if named else f"{ScopeKind.SITE}:{_host(line)}"] = None
        except ValueError:
            wrong("sent.trusted", NO_SITE, text=line[:80])
    return list(found)


def _host(line: str) -> str:
    host = normalise(line.partition("://")[2].split("/")[0] if "://" in line else line)
    if "." not in host:
        raise ValueError(host)
    return host


def _shown(scope: str) -> str:
    kind, name = split(scope)
    return name if kind is ScopeKind.SITE else scope
