"""How a try to send ended."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rules.sentences import Sentence


class End(StrEnum):
    SENT = "sent"
    AGAIN = "again"
    """It did not arrive; another try may help."""
    FAILED = "failed"
    """It did not arrive, and no other try would help; or nobody knows whether it arrived."""
    GONE = "gone"
    """The channel itself is no more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    end: End
    trouble: Sentence | None = None
    wait: timedelta | None = None
    """How long the other side asks us to wait."""


SENT = Outcome(End.SENT)


def again(message: str, /, **values: object) -> Outcome:
    """Say why it has to be tried again; write the message as `to_say("…")`."""
    return Outcome(End.AGAIN, Sentence(message, values))


def failed(message: str, /, **values: object) -> Outcome:
    """Say why no other try would help; write the message as `to_say("…")`."""
    return Outcome(End.FAILED, Sentence(message, values))


def gone(message: str, /, **values: object) -> Outcome:
    """Say why the channel is no more; write the message as `to_say("…")`."""
    return Outcome(End.GONE, Sentence(message, values))
