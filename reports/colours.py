"""Colours of categories: each keeps its own in every chart, strip and table, day after day.

Categories used most differ for colour-blind readers too (see the test); those seldom seen share
the colour of their kind. All can be told from a white page and from a dark one.
"""

from collections.abc import Iterable

GAMES = "#3f93f7"
LEARNING = "#23ac74"
VIDEO = "#e97904"
SOCIAL = "#6a45ce"
CHAT = "#11697a"
MUSIC = "#fe7bb3"
SEARCH = "#836d03"
NEWS = "#ac2856"
AI = "#a569bf"
MAIN = (GAMES, LEARNING, VIDEO, SOCIAL, CHAT, MUSIC, SEARCH, NEWS, AI)
SMALL = "#7fa8d8"
WRITING = "#a4a1ee"
SPORT = "#b8612b"
LIFE = "#a3806b"
DANGER = "#d64545"
REST = "#8d99a8"
"""What works behind web pages, and minutes that no category claims."""
QUIET = "#7f8b99"
"""Axis text and lines: 3.4:1 or better on white and on the dark page."""

SHARED: dict[str, tuple[str, ...]] = {
    GAMES: ("games",),
    LEARNING: ("learning",),
    VIDEO: ("video",),
    SOCIAL: ("social",),
    CHAT: ("chat",),
    MUSIC: ("music",),
    SEARCH: ("search",),
    NEWS: ("news",),
    AI: ("ai",),
    SMALL: ("kids", "anime"),
    WRITING: ("forum", "blog"),
    SPORT: ("sport",),
    LIFE: ("shopping", "mail", "cloud", "finance", "health", "government"),
    DANGER: (
        *("adult", "gambling", "malware", "phishing", "selfharm", "violence"),
        *("drugs", "weapons", "hate", "dating", "piracy", "proxy"),
    ),
}
COLOURS = {name: colour for colour, names in SHARED.items() for name in names}


def colour_of(category: str) -> str:
    """Return the colour of a category, the same wherever it is drawn."""
    return COLOURS.get(category, REST)


def colours_of(categories: Iterable[str]) -> dict[str, str]:
    """Return the colours of several categories."""
    return {name: colour_of(name) for name in categories}
