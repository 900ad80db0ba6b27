"""How a command ends: well, or with one sentence that says why not, and a code."""

import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from cli.places import CannotStart, make_data_folder
from cli.saying import spoken
from cli.settings import InvalidSetting, Settings, load
from rules.explain import Sentence

WRONG_SETTING = 2
TROUBLE = 1


def settings() -> Settings:
    """Read the settings, or end with one sentence."""
    return settings_and_origins()[0]


def settings_and_origins() -> tuple[Settings, dict[tuple[str, ...], str]]:
    """Read the settings and where each was set, or end with one sentence."""
    try:
        given, origins = load()
        _ = given.passphrase
    except InvalidSetting as wrong:
        give_up(wrong.sentence, WRONG_SETTING)
    return given, origins


def give_up(sentence: Sentence, code: int = TROUBLE) -> NoReturn:
    """End with one sentence that says why."""
    print(spoken(sentence), file=sys.stderr)
    raise typer.Exit(code)


def end_with(work: Callable[[Settings], Sentence | None]) -> None:
    """Do something and say how it went: a sentence is trouble."""
    given = settings()
    try:
        make_data_folder(given)
        trouble = work(given)
    except CannotStart as error:
        trouble = error.sentence
    if trouble is not None:
        give_up(trouble)
