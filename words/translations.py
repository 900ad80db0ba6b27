"""The message catalogues: a language's .po files, merged and read once per process."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from rules.family import Language

LOCALES = Path(__file__).parent / "locales"


@cache
def translations(language: Language) -> NullTranslations:
    """Return the messages of a language; a language without catalogues says the English keys."""
    merged = NullTranslations()
    # Each room fills a file of its own, so that rooms never wait for one another; reading .po
    # instead of .mo leaves nothing generated to commit or forget.
    for path in catalogue_files(language):
        translated = _read(path, language)
        translated.add_fallback(merged)
        merged = translated
    return merged


def catalogue_files(language: Language) -> list[Path]:
    """List the .po files of a language, in a steady order."""
    return sorted((LOCALES / language).glob("*.po"))


def _read(path: Path, language: Language) -> GNUTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
