"""Names of our own things within a sentence: layers, usual hours, choices."""

from collections.abc import Mapping


def to_say(message: str, /) -> str:
    """Mark a message that is said later (a table of labels), so that translators are shown it."""
    return message


LABELS: Mapping[str, Mapping[str, str]] = {
    "layer": {
        "city": to_say("the city’s rules"),
        "ward": to_say("the ward’s rules"),
        "school": to_say("the school’s rules"),
        "class": to_say("the class’s rules"),
        "family": to_say("the family’s rules"),
        "child": to_say("the child’s own rules"),
        "house": to_say("Hải Đăng’s own rules"),
    },
    "hours": {
        "bedtime": to_say("bedtime"),
        "study": to_say("study time"),
        "free": to_say("free time"),
    },
    "scope": {
        "everything": to_say("the internet"),
        "site": to_say("this site"),
    },
    "who": {"adult": to_say("An adult")},
    "choice": {"allow": to_say("allowed"), "block": to_say("blocked"), "none": to_say("not set")},
    "youtube": {
        "off": to_say("unfiltered"),
        "moderate": to_say("moderate"),
        "strict": to_say("strict"),
    },
    "privacy": {
        "counts": to_say("counts only"),
        "sites": to_say("which sites"),
        "pages": to_say("which pages"),
    },
    "switch": {"on": to_say("on"), "off": to_say("off")},
}
"""By kind and id; an id that is not here (an adult's own name for hours) is shown as it is."""
