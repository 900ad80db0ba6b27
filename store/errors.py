"""What can go wrong in the memory: a stable code, and a sentence that says what to do."""

from typing import ClassVar

from rules.sentences import Sentence


class StoreError(Exception):
    """Something could not be done."""

    code: ClassVar[str] = "error"

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.__doc__)


class NotFound(StoreError):  # noqa: N818
    """This does not exist any more. Go back and reload the page."""

    code = "not-found"


class Conflict(StoreError):  # noqa: N818
    """Somebody changed this in the meantime. Look at the new state and try again."""

    code = "conflict"


class Taken(Conflict):
    """This name or address is already in use. Choose another."""

    code = "taken"


class Away(StoreError):  # noqa: N818
    """The database cannot be reached or is busy just now. Try again in a moment."""

    code = "away"


class NotYours(StoreError):  # noqa: N818
    """This belongs to somebody else."""

    code = "not-yours"


class Impossible(StoreError):  # noqa: N818
    """This cannot be done now."""

    code = "not-possible"

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence
