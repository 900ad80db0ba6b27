"""Sentences on the terminal, in the language of the terminal."""

import os
from collections.abc import Mapping

from rules.explain import Sentence
from rules.family import Language


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Tell the terminal's language: Vietnamese where the locale says so, English elsewhere."""
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "vi" if locale.lower().startswith("vi") else "en"


def plain(sentence: Sentence) -> str:
    """Say a sentence in English, without any catalogue: for logs and exceptions."""
    values = {
        name: plain(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return sentence.message.format(**values)


def spoken(sentence: Sentence, zone: str = "UTC") -> str:
    """Say a sentence, and those within it, in the terminal's language."""
    from words.speech import Speech

    speech = Speech(language(), zone)
    values = {
        name: spoken(value, zone) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return speech.sentence(Sentence(sentence.message, values))
