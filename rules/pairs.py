"""What a setting was and what it is now, as a sentence about the change names them."""

type Pair = dict[str, object]


def pair(kind: str, old: str, new: str) -> Pair:
    """Name both by the labels of a kind."""
    return {"old": (kind, str(old)), "new": (kind, str(new))}


def switched(old: bool, new: bool) -> Pair:
    """Name both ends of a switch."""
    return pair("switch", _on(old), _on(new))


def _on(is_on: bool) -> str:
    return "on" if is_on else "off"
