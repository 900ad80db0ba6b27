"""What a browser calls itself, in two words a person knows."""

import re

from words.speech import Speech, to_say

BROWSERS = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"coc_coc_browser|CocCoc"), "Cốc Cốc"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
SYSTEMS = (
    (re.compile("iPhone"), "iPhone"),
    (re.compile("iPad"), "iPad"),
    (re.compile("Android"), "Android"),
    (re.compile("Windows"), "Windows"),
    (re.compile("Macintosh|Mac OS X"), "Mac"),
    (re.compile("CrOS"), "Chromebook"),
    (re.compile("Linux"), "Linux"),
)
"""In the order in which they are told from one another: all claim to be some of the others."""


def device_said(agent: str, speech: Speech) -> str:
    """Say what a session is on, as far as the browser tells."""
    browser = next((name for shape, name in BROWSERS if shape.search(agent)), "")
    system = next((name for shape, name in SYSTEMS if shape.search(agent)), "")
    if browser and system:
        return speech.say("{browser} on {system}", browser=browser, system=system)
    return browser or system or speech.say(to_say("A program"))
