"""Print the messages that lack a Vietnamese translation as .po entries: python -m words.missing."""

import sys
from itertools import groupby

from words.extract import Found, missing


def entry(found: Found) -> str:
    """Write one message as an empty .po entry with its place."""
    one, many = found.key
    lines = [f"#: {found.path}:{found.line}", f"msgid {quoted(one)}"]
    if many:
        lines += [f"msgid_plural {quoted(many)}", 'msgstr[0] ""']
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Write a text as a .po string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def report(found: list[Found]) -> str:
    """Write missing messages as .po entries, room by room."""
    parts = []
    for room, group in groupby(found, key=lambda item: item.room):
        parts.append(f"# ---- {room}.po ----\n")
        parts += [entry(item) for item in group]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(report(missing("vi")))
