"""Whether sites that no list knows are judged by their name: one switch for the whole house."""

from pathlib import Path

FILE = "by-name.off"
"""Its being there says no. It lies with the lists, so that every process sees it with them."""


def is_on(lists: Path) -> bool:
    """Tell whether names are judged."""
    return not (lists / FILE).exists()


def switch(lists: Path, *, on: bool) -> None:
    """Switch it on or off; doors take it up with the next change."""
    if on:
        (lists / FILE).unlink(missing_ok=True)
    else:
        lists.mkdir(parents=True, exist_ok=True)
        (lists / FILE).touch()
