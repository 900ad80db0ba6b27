"""What an adult may choose from: kinds of devices, systems, roles, languages."""

from words.speech import Speech, to_say

KINDS: dict[str, tuple[str, str]] = {
    "phone": (to_say("Phone"), "device-mobile"),
    "tablet": (to_say("Tablet"), "device-tablet"),
    "computer": (to_say("Computer"), "device-laptop"),
    "tv": (to_say("TV"), "device-tv"),
    "console": (to_say("Game console"), "device-gamepad-2"),
    "other": (to_say("Something else"), "devices-question"),
}
SYSTEMS: dict[str, tuple[str, str]] = {
    "android": (to_say("Android"), "brand-android"),
    "ios": (to_say("iPhone or iPad"), "brand-apple"),
    "windows": (to_say("Windows"), "brand-windows"),
    "macos": (to_say("Mac"), "brand-finder"),
    "linux": (to_say("Linux"), "brand-ubuntu"),
    "chromeos": (to_say("Chromebook"), "brand-chrome"),
    "other": (to_say("Another"), "question-mark"),
}
ROLES: dict[str, str] = {
    "owner": to_say("Owner"),
    "parent": to_say("Parent"),
    "viewer": to_say("May only look"),
    "teacher": to_say("Teacher"),
    "officer": to_say("Officer"),
}
LANGUAGES: dict[str, str] = {"vi": "Tiếng Việt", "en": "English"}


def options(table: dict[str, tuple[str, str]], speech: Speech) -> list[tuple[str, str, str]]:
    """Return the choices of a table with names in the reader's language, and their icons."""
    return [(value, speech.say(name), drawing) for value, (name, drawing) in table.items()]
