"""What is wrong with a file as a whole, in a sentence that says what to do."""

from rules.sentences import Sentence

TOO_LARGE = Sentence("The file is larger than {n} MB. Take out what is no list of pupils.", {})
TOO_MANY = Sentence("There are more than {n} rows. Bring in one school at a time.", {})
EMPTY = Sentence("There is nothing in this file.", {})
NO_LIST = Sentence("This is no list we can read. Save it as Excel (.xlsx) or as CSV UTF-8.", {})
OLD_EXCEL = Sentence("This is an old Excel file (.xls). Save it as .xlsx and try again.", {})
LOCKED = Sentence("This file is locked with a password. Save it without one and try again.", {})
BROKEN = Sentence("This file is damaged. Save it anew and try again.", {})
PACKED = Sentence("This file unpacks to more than we read. Save only the list of pupils.", {})


class NotARoster(Exception):  # noqa: N818 reads like the store's NotFound
    """A file cannot be read at all; `sentence` says what to do."""

    def __init__(self, sentence: Sentence, **values: object) -> None:
        super().__init__(sentence.message)
        self.sentence = Sentence(sentence.message, values)
