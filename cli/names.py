"""Children and devices by the names that people type: case and marks may be left out."""

import unicodedata

from rules.explain import Sentence
from rules.family import ChildRules, Household


def find_child(everything: Household, name: str) -> ChildRules | None:
    """Find a child by name; case and marks may be left out."""
    wanted = bare(name)
    return next((child for child in everything.children if bare(child.name) == wanted), None)


def find_device(everything: Household, child: ChildRules, name: str) -> str:
    """Find a device of a child by name, as it is written; empty where there is none."""
    wanted = bare(name)
    mine = (device.name for device in everything.devices if child.id in device.child_ids)
    return next((device for device in mine if bare(device) == wanted), "")


def bare(name: str) -> str:
    """Write a name without case and marks, as people type it."""
    marked = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter)).strip()


def nobody(everything: Household, name: str) -> Sentence:
    """Say that there is no child of a name, and which there are."""
    if not everything.children:
        return Sentence("There is no child yet: open the panel and add one.", {})
    names = ", ".join(child.name for child in everything.children)
    return Sentence(
        "There is no child called “{name}”; there are {names}.", {"name": name, "names": names}
    )
