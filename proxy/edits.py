"""What can be done to an opened page: something put after its end, or all of it rewritten.

An edit sees unpacked bytes, and the page is packed again behind it. See `proxy.changing`.
"""

import re
from collections.abc import Callable

from proxy.csp import Needs, allows, nonce_of
from proxy.unpack import WITHIN, charset

HTML = ("text/html",)
JSON = ("application/json",)
NOT_LIKE_ASCII = ("utf-16", "utf-32", "utf-7", "utf16", "unicode", "ucs", "iso-10646", "iso-2022")
"""In these `<` is not one byte, or means something else at times: nothing is put in there."""
HELD = 64 * 1024
RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext|select|frameset"
"""Elements in which markup is not markup, or not shown."""
OPENS = re.compile(rf"<!--|<({RAW})(?=[\s/>])|<meta\s[^>]{{0,9000}}>".encode(), re.IGNORECASE)
COMMENT = b"!--"
CLOSES = {
    COMMENT: re.compile(rb"--!?>"),
    **{
        name.encode(): re.compile(rf"</{name}(?=[\s/>])".encode(), re.IGNORECASE)
        for name in RAW.split("|")
    },
}
META = re.compile(rb"http-equiv\s*=\s*[\"']?content-security-policy", re.IGNORECASE)
CONTENT = re.compile(rb"\scontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


class Edit:
    """One thing done to one answer; this one does nothing."""

    kinds: tuple[str, ...] = HTML
    """Media types that it is for."""
    needs: Needs = Needs()
    """What the page's policy must allow for it."""
    passes: bool = False
    """What it does is true for a moment only: nobody may keep the page."""
    polite: bool = False
    """It stays away from answers that ask not to be transformed."""

    def begin(self, kind: str) -> None:
        """Learn the whole Content-Type of the answer."""

    def part(self, data: bytes) -> bytes:
        """Take a part of the body, unpacked; return what goes on."""
        return data

    def end(self, *, whole: bool) -> bytes:  # noqa: ARG002 what others need
        """Return what comes at the end; `whole` unless the body broke off."""
        return b""

    def held(self) -> bytes:
        """Return what it took and did not give back, where it broke down."""
        return b""


class Rewritten(Edit):
    """All of a body at once, given to a function.

    Longer ones, and those that break off, go on as they are, or something else comes `instead`.
    """

    def __init__(
        self,
        work: Callable[[bytes], bytes | None],
        most: int,
        kinds: tuple[str, ...] = HTML,
        *,
        instead: bytes | None = None,
        passes: bool = False,
    ) -> None:
        self.kinds = kinds
        self.passes = passes
        self._work = work
        self._most = most
        self._instead = instead
        self._held: bytearray | None = bytearray()

    def part(self, data: bytes) -> bytes:
        """Hold back until the end, or until it is too much."""
        if self._held is None:
            return data if self._instead is None else b""
        self._held += data
        if len(self._held) <= self._most:
            return b""
        held = self.held()
        return held if self._instead is None else self._instead

    def end(self, *, whole: bool) -> bytes:
        """Return what the function makes of it; None leaves it as it was."""
        if self._held is not None and not whole and self._instead is not None:
            return self._instead
        made = self._work(bytes(self._held)) if whole and self._held else None
        return self.held() if made is None else made

    def held(self) -> bytes:
        """Return what is held back."""
        held, self._held = bytes(self._held or b""), None
        return held


class Appended(Edit):
    """Something of ours after the very end of a page: not a byte of the page itself changes.

    Browsers put what comes after `</html>` at the end of the body. It is left out where it would
    not be seen as markup, or where the page's own words forbid it (`<meta>` policies).
    """

    def __init__(self, render: Callable[[str], str], needs: Needs, *, passes: bool = False) -> None:
        self.needs = needs
        self.passes = passes
        self.polite = True
        self._render = render
        """Writes it with the nonce it is to bear."""
        self._kind = ""
        self._first = b""
        self._tail = b""
        self._inside = b""
        self._policies: list[str] = []

    def begin(self, kind: str) -> None:
        """Learn the charset that the header tells."""
        self._kind = kind

    def part(self, data: bytes) -> bytes:
        """Look along for where the page's markup stands; everything goes on at once."""
        self._first += data[: WITHIN - len(self._first)]
        held = self._tail + data
        cut = held.rfind(b">") + 1
        self._look(held[:cut])
        self._tail = held[cut:][-HELD:]
        return data

    def end(self, *, whole: bool) -> bytes:
        """Return what is put after the page, if it can be."""
        self._look(self._tail)
        is_open = bool(self._inside) or b"<" in self._tail or len(self._tail) >= HELD
        if not whole or is_open or not self._is_page():
            return b""
        nonce = nonce_of(self._policies)
        if not all(allows(policy, self.needs, nonce) for policy in self._policies):
            return b""
        return self._render(nonce).encode("ascii", "xmlcharrefreplace")

    def _is_page(self) -> bool:
        """Tell whether the beginning looks like markup in an alphabet that we can add to."""
        begins = self._first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        return begins and not charset(self._first, self._kind).startswith(NOT_LIKE_ASCII)

    def _look(self, html: bytes) -> None:
        at = 0
        while True:
            sought = CLOSES[self._inside] if self._inside else OPENS
            found = sought.search(html, at)
            if found is None:
                return
            at = found.end()
            if self._inside:
                self._inside = b""
            elif found[0] == b"<!--":
                # `<!-->` is a whole comment.
                self._inside, at = COMMENT, found.start() + len(b"<!")
            elif found[1]:
                self._inside = found[1].lower()
            else:
                self._note(found[0])

    def _note(self, meta: bytes) -> None:
        found = CONTENT.search(meta) if META.search(meta) else None
        if found:
            said = found[1] if found[1] is not None else found[2]
            self._policies.append(said.decode("latin-1").replace("&#39;", "'"))
