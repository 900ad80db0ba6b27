"""What the library's reader of HTTP/1 lacks: bounds, words ahead of an answer, trailers, patience.

It would read a head without end, take `103 Early Hints` for the answer itself, break down over
fields that come after the last chunk, and refuse heads that every browser takes.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import re

import h11
from h11._readers import ChunkedReader
from h11._receivebuffer import ReceiveBuffer
from mitmproxy import http
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.proxy.layers.http import _http1

from proxy.sloppy import tidied

LONGEST_HEAD = 128 * 1024
"""Cookies may be long; servers themselves stop at 8 to 64 kB."""
INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d(\s|$)")
"""An answer that is not yet the answer; 101 is one, and changes what is spoken."""
UNTIL_THE_END = -1
ANSWER = b"HTTP/"
"""What no request begins with."""


class Bounded(ReceiveBuffer):
    """What heads are read from: no longer than they may be, and only those that count."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return a head once it is whole; of one that is too long only what is no head."""
        while True:
            before = len(self)
            lines = super().maybe_extract_lines()
            taken = before if lines is None else before - len(self)
            if taken > LONGEST_HEAD:
                return [bytearray()]
            # The library itself tells a client to go on that waits for it.
            if not lines or not INTERIM.match(lines[0]):
                return tidied(lines) if lines and lines[0].startswith(ANSWER) else lines


class Untrailed(ChunkedReader):
    """Leaves out what comes after the last chunk, as any intermediary may."""

    def __call__(self, buf: ReceiveBuffer) -> h11.Data | h11.EndOfMessage | None:
        """Read on."""
        event = super().__call__(buf)
        return h11.EndOfMessage() if isinstance(event, h11.EndOfMessage) else event


def ends_by_closing(flow: http.HTTPFlow) -> bool:
    """Tell whether only the end of the connection tells where an answer ends."""
    return expected_http_body_size(flow.request, flow.response) == UNTIL_THE_END


def mend() -> None:
    """Put these in the library's place for them."""
    vars(_http1)["ReceiveBuffer"] = Bounded
    vars(_http1)["ChunkedReader"] = Untrailed
