"""Reads a label of a name as a person would: look-alike letters, digits for letters."""

import re
import unicodedata
from collections.abc import Iterator

ALIKE = {
    # Cyrillic
    "а": "a", "ь": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k",
    "м": "m", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "ѵ": "v", "ԝ": "w",
    "х": "x", "у": "y", "п": "n",
    # Greek
    "α": "a", "β": "b", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
    "υ": "u", "χ": "x", "ω": "w", "η": "n",
}  # fmt: skip
"""Letters of other alphabets that look like ours."""
STROKES = str.maketrans("đøłıɑɡß", "doliags")
"""Letters of ours that do not come apart into a letter and a mark."""
FOR_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
"""Digits that stand for a letter: p0rn, s3x, cas1no."""
BETWEEN_LETTERS = re.compile(r"(?<=[a-z])[013457](?=[a-z])")


def plain_label(label: str) -> tuple[str, bool]:
    """Return a label in plain small letters, and whether letters of two alphabets were mixed."""
    if not label.startswith("xn--"):
        return label, False
    try:
        read = label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label, False
    alien = any(letter in ALIKE for letter in read)
    ours = any("a" <= letter <= "z" for letter in read)
    read = "".join(ALIKE.get(letter, letter) for letter in read).translate(STROKES)
    apart = unicodedata.normalize("NFKD", read)
    return "".join(c for c in apart if not unicodedata.combining(c)), alien and ours


def with_letters(label: str) -> str:
    """Read digits between letters as the letters they look like."""
    return BETWEEN_LETTERS.sub(lambda digit: FOR_LETTERS[digit[0]], label)


def with_digits(word: str) -> Iterator[str]:
    """Yield a word as it is written to hide it: one letter as a digit, or all that can be."""
    letters = {letter: digit for digit, letter in FOR_LETTERS.items()}
    inner = word[1:-1]
    for letter in dict.fromkeys(inner):
        if letter in letters:
            yield word[0] + inner.replace(letter, letters[letter]) + word[-1]
    hidden = "".join(letters.get(letter, letter) for letter in inner)
    if hidden != inner:
        yield word[0] + hidden + word[-1]
