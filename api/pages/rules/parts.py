"""The parts of the rules, each a page of its own, and what of a policy each one holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.pages.rules.draft import Draft, draft_of
from api.pages.rules.typed import Typed, draft_typed
from rules.policy import Policy
from rules.values import Choice
from words.speech import to_say

SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rules: its page, and the fields of the form that stand on it."""

    name: str
    icon: str
    title: str
    about: str
    """What it is for, in half a sentence."""
    empty: str
    """What holds while nothing of it was set."""
    drafts: tuple[str, ...]
    """Fields of `Draft`."""
    narrowest: bool = False
    """The rules nearest to the child decide alone; elsewhere the strictest hold."""


PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        Part(
            "hours",
            "moon-stars",
            to_say("Hours"),
            to_say("Bedtime, study time, or times of your own."),
            to_say("Open day and night"),
            ("hours",),
        ),
        Part(
            "minutes",
            "hourglass",
            to_say("Minutes a day"),
            to_say("How long, for what, and how it ends."),
            to_say("As many minutes as there are"),
            ("allowances", "let_finish", "slow_lane"),
        ),
        Part(
            "categories",
            "category",
            to_say("Kinds of sites"),
            to_say("What is closed, whichever site it is."),
            to_say("No kind of site is blocked"),
            ("blocked",),
        ),
        Part(
            "apps",
            "apps",
            to_say("Apps"),
            to_say("An app follows its kind of site, unless you decide otherwise here."),
            to_say("Each app follows its kind of site"),
            ("services",),
        ),
        Part(
            "sites",
            "list",
            to_say("Sites"),
            to_say("Your own lists, and what nobody knows."),
            to_say("No site is on a list of yours"),
            ("allow", "block", "unlisted", "unnamed"),
        ),
        Part(
            "search",
            "shield-search",
            to_say("Search"),
            to_say("What search engines show, and pages nobody knows."),
            to_say("Search shows everything"),
            ("safe_search", "unsafe_search", "read_pages"),
        ),
        Part(
            "youtube",
            "brand-youtube",
            "YouTube",
            to_say("What it shows, and what is taken out of its pages."),
            to_say("YouTube is as it is"),
            ("youtube", "videos", "services"),
        ),
        Part(
            "sent",
            "message-chatbot",
            to_say("AI and what is sent"),
            to_say("Homework in AI chats, and private details."),
            to_say("Nothing that is sent is looked at"),
            ("sent",),
            narrowest=True,
        ),
        Part(
            "privacy",
            "eye-off",
            to_say("Privacy"),
            to_say("What is written down, and what you hear of."),
            to_say("Nothing"),
            ("privacy", "private", "searches"),
            narrowest=True,
        ),
    )
}


def draft_with(part: Part, base: Policy, typed: Typed) -> Draft:
    """Lay a policy out as a form, with what was typed into one of its parts."""
    draft, sent = draft_of(base), draft_typed(typed)
    changed = {name: getattr(sent, name) for name in (*part.drafts, "wanted")}
    if "services" in changed:
        changed["services"] = _services(draft.services, typed)
    return replace(draft, **changed)


def _services(before: Mapping[str, str], typed: Typed) -> dict[str, str]:
    """Take over what was decided about the apps that stood on the page; the others stay."""
    sent = {
        name.removeprefix(SERVICE): values[-1]
        for name, values in typed.items()
        if name.startswith(SERVICE)
    }
    decided = {name: value for name, value in sent.items() if value in set(Choice)}
    return {name: value for name, value in before.items() if name not in sent} | decided
