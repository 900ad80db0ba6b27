"""What can be wrong with a list, said as a sentence that tells what to do."""

from rules.explain import Sentence


class FeedError(Exception):
    """A list cannot be used; the sentence says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(sentence.message.format_map(sentence.values))


class EmptyError(FeedError):
    """What came holds no site at all."""
