"""A mistake in what somebody wrote: it carries its sentence, so that every reader can be told."""

from rules.sentences import Sentence


class Mistake(ValueError):  # noqa: N818 it is theirs, not a fault of ours
    """What was written does not fit; the sentence says what to do."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message.format(**values))
        self.sentence = Sentence(message, values)
