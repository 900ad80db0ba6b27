"""Makes archives, honest ones and others."""

import gzip
import io
import tarfile
from collections.abc import Iterable, Mapping


def packed(files: Mapping[str, str | bytes], more: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """Pack files, and entries of other kinds, into a .tar.gz."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
        for entry in more:
            archive.addfile(entry)
    return made.getvalue()


def entry(name: str, kind: bytes, to: str = "") -> tarfile.TarInfo:
    """Make an entry that is no file: a link, a device, a pipe."""
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = to
    return made


def bomb(megabytes: int, name: str = "ut1/adult/domains") -> bytes:
    """Pack a file that unpacks to so much."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb") as squeezed:
        head = tarfile.TarInfo(name)
        head.size = megabytes << 20
        squeezed.write(head.tobuf())
        for _ in range(megabytes):
            squeezed.write(b"0" * (1 << 20))
    return made.getvalue()


UT1 = {
    "blacklists/adult/domains": "a.example\nb.example\n",
    "blacklists/adult/urls": "big.example/page\nbig.example/other/page.html\n",
    "blacklists/adult/expressions": "(sex|porn)\n",
    "blacklists/adult/usage": "black\nadult\nporn\n",
    "blacklists/drogue/domains": "c.example\n10.0.0.1\n",
    "blacklists/drogue/usage": "black\n",
    "blacklists/liste_blanche/domains": "good.example\n",
    "blacklists/liste_blanche/usage": "# what may be seen\nwhite\n",
    "blacklists/games/domains": "play.example\n",
    "blacklists/games/usage": "white\n",
    "blacklists/astrology/domains": "stars.example\n\nmoon.example",
    "blacklists/astrology/usage": "black\n",
    "blacklists/chat/domains": "talk.example\n",
    "blacklists/chat/usage": "black\nwhite\n",
    "blacklists/vpn/domains": "tunnel.example\n",
    "blacklists/doh/domains": "dns.example\ntunnel.example\n",
}
