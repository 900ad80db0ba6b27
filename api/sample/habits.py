"""The sample family in words: who they are, and what each of them usually does in a day."""

from typing import NamedTuple

from rules.verdict import Action, Layer, Reason, Verdict

FAMILY = "Gia đình Sen"
PARENT = "Thu Hà"
OPEN = Verdict(Action.PASS, Reason.DEFAULT, Layer.CHILD)
NIGHT = Verdict(Action.BLOCK, Reason.HOURS, Layer.CHILD, "bedtime")
GAMBLING = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD, "category:gambling")
EVERY_DAY = range(7)
SCHOOL = range(5)
WEEKEND = range(5, 7)


class Kid(NamedTuple):
    """A child of the sample family."""

    name: str
    age: int
    colour: str
    picture: str
    kind: str
    """What its device is."""
    system: str


class Habit(NamedTuple):
    """Something a child does on some days at about the same time."""

    kid: str
    host: str
    days: range
    hour: int
    minute: int
    minutes: int
    verdict: Verdict = OPEN


KIDS = (
    Kid("An", 7, "orange", "cat", "tablet", "android"),
    Kid("Minh", 12, "blue", "rocket", "phone", "android"),
    Kid("Linh", 16, "purple", "music", "phone", "ios"),
)
HABITS = (
    Habit("An", "vioedu.vn", SCHOOL, 17, 10, 18),
    Habit("An", "www.youtube.com", EVERY_DAY, 17, 45, 20),
    Habit("An", "www.minecraft.net", WEEKEND, 9, 20, 25),
    Habit("An", "www.youtube.com", EVERY_DAY, 21, 10, 2, NIGHT),
    Habit("Minh", "zalo.me", EVERY_DAY, 6, 30, 5),
    Habit("Minh", "www.roblox.com", EVERY_DAY, 16, 50, 26),
    Habit("Minh", "olm.vn", SCHOOL, 19, 20, 20),
    Habit("Minh", "vi.wikipedia.org", SCHOOL, 19, 45, 7),
    Habit("Minh", "www.youtube.com", EVERY_DAY, 20, 10, 18),
    Habit("Minh", "www.tiktok.com", EVERY_DAY, 20, 40, 12),
    Habit("Minh", "www.bet365.com", range(2, 3), 16, 45, 2, GAMBLING),
    Habit("Minh", "www.roblox.com", WEEKEND, 10, 5, 40),
    Habit("Linh", "vnexpress.net", EVERY_DAY, 6, 15, 6),
    Habit("Linh", "www.instagram.com", EVERY_DAY, 17, 20, 14),
    Habit("Linh", "hocmai.vn", SCHOOL, 19, 30, 28),
    Habit("Linh", "chatgpt.com", SCHOOL, 20, 5, 6),
    Habit("Linh", "open.spotify.com", WEEKEND, 15, 0, 35),
    Habit("Linh", "www.messenger.com", EVERY_DAY, 21, 0, 12),
    Habit("Linh", "www.facebook.com", SCHOOL, 23, 20, 2, NIGHT),
)
