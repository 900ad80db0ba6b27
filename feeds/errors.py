"""What can be wrong with a list, as sentences that can be said in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Notice:
    """A sentence about a list: an English message (the key of its translation) and its values."""

    message: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


class FeedError(Exception):
    """A list cannot be used; the sentence says what to do."""

    def __init__(self, message: str, **values: str | int) -> None:
        self.notice = Notice(message, values)
        super().__init__(str(self.notice))
