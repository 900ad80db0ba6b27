"""What the interception library says went wrong, read for what it means."""

DISTRUST = ("unknown ca", "certificate unknown", "bad certificate")
"""What a client says that does not trust our certificate."""
LEFT = "disconnected during the handshake"
"""What the library says of one that leaves without a word; some apps do so."""
INVALID = "certificate verify failed"
NO_COMMON_WORDS = "no application protocol"
"""What an origin says that does not speak HTTP/1.1."""
FRAMES = r"unexpected server response: b'\x00\x00"
"""What the library says of one that answers in HTTP/2 all the same."""


def distrusts_us(said: str | None) -> bool:
    """Tell whether a device refused our certificate."""
    return any(words in (said or "").lower() for words in DISTRUST)


def left(said: str | None) -> bool:
    """Tell whether a device hung up in the handshake."""
    return LEFT in (said or "").lower()


def shows_invalid_certificate(said: str | None) -> bool:
    """Tell whether an origin's certificate is not valid."""
    return INVALID in (said or "").lower()


def speaks_http2_only(said: str | None) -> bool:
    """Tell whether an origin did not want to speak HTTP/1.1."""
    return NO_COMMON_WORDS in (said or "").lower() or FRAMES in (said or "")
