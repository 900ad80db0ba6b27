"""No message may reach a reader untranslated, and no translation may lose or invent a value."""

import re
from collections import Counter

import pytest
from jinja2 import Environment, nodes

from words.extract import ROOT, Found, messages, missing, translated, translated_in
from words.missing import entry, report
from words.speech import PLACEHOLDER
from words.translations import catalogue_files


def test_every_message_has_a_vietnamese_translation() -> None:
    lacking = missing("vi")
    counts = Counter(found.path for found in lacking)
    table = "\n".join(f"{number:4}  {path}" for path, number in sorted(counts.items()))
    assert not lacking, f"messages without Vietnamese:\n{table}\n\n{report(lacking)}"


def test_every_translation_uses_exactly_the_placeholders_of_its_message() -> None:
    wrong = [
        f"{key[0]!r} -> {form!r}"
        for key, forms in translated("vi").items()
        for form in forms
        if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall("".join(key)))
    ]
    assert not wrong, "\n".join(wrong)


def test_vietnamese_has_one_plural_form() -> None:
    wrong = [key for key, forms in translated("vi").items() if len(forms) != 1]
    assert not wrong


def test_the_search_for_messages_finds_those_of_this_room() -> None:
    found = {found.key for found in messages() if found.path == "words/speech.py"}
    assert ("{n} minute", "{n} minutes") in found
    assert ("{weekday} {time}", "") in found
    assert ("{time} today", "") in found


def test_no_template_gives_the_name_that_translates_to_something_else() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for room in ("api", "proxy", "reports")
        for path in (ROOT / room).rglob("*.html")
        for name in Environment().parse(path.read_text()).find_all(nodes.Name)
        if name.ctx == "store" and name.name in {"_", "_n"}
    ]
    assert not wrong


def test_messages_in_python_and_in_templates_are_found(tmp_path) -> None:
    templates = tmp_path / "api" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(
        '{{ _("Hello {name}", name=child.name) }} {{ _n("one {n}", "many {n}", 3) }}'
    )
    (tmp_path / "api" / "page.py").write_text(
        'def page(s):\n    s.say("Good " "morning", a=1)\n    return Sentence("Bye", {})\n'
    )
    found = {(item.key, item.path) for item in messages(tmp_path)}
    assert found == {
        (("Hello {name}", ""), "api/templates/page.html"),
        (("one {n}", "many {n}"), "api/templates/page.html"),
        (("Good morning", ""), "api/page.py"),
        (("Bye", ""), "api/page.py"),
    }


def test_a_template_that_cannot_be_read_stops_the_search(tmp_path) -> None:
    templates = tmp_path / "api" / "templates"
    templates.mkdir(parents=True)
    (templates / "broken.html").write_text("{% if %}")
    with pytest.raises(Exception, match="Expected an expression"):
        list(messages(tmp_path))


def test_missing_messages_are_printed_as_entries_to_fill_in() -> None:
    plural = Found(("one {n}", 'many "{n}"'), "api/page.py", 3)
    assert entry(plural) == (
        '#: api/page.py:3\nmsgid "one {n}"\nmsgid_plural "many \\"{n}\\""\nmsgstr[0] ""\n'
    )
    assert report([plural]).startswith("# ---- api.po ----\n")


def test_the_catalogues_lie_inside_the_repository() -> None:
    assert (ROOT / "words" / "locales" / "vi" / "rules.po").is_file()


def test_a_message_is_translated_alike_wherever_it_stands() -> None:
    """One message has one translation: catalogues are merged, and only the first would be seen."""
    known: dict[object, dict[str, str]] = {}
    for path in catalogue_files("vi"):
        for key, forms in translated_in(path, "vi").items():
            known.setdefault(key, {})[path.name] = " | ".join(forms)
    differing = {key: said for key, said in known.items() if len(set(said.values())) > 1}
    assert not differing, "\n".join(f"{key[0]!r}: {said}" for key, said in differing.items())


GLOSSARY = {
    r"\blayers?\b": "tầng",
    r"\b(category(?!:)|categories|kinds? of sites?)\b": "loại trang",
}
"""Our own words, as docs/glossary.md has them."""


@pytest.mark.parametrize("word", GLOSSARY)
def test_a_word_of_ours_is_one_word_in_vietnamese(word: str) -> None:
    about = {
        key: " ".join(forms)
        for key, forms in translated("vi").items()
        if re.search(word, PLACEHOLDER.sub("", key[0]), re.IGNORECASE)
    }
    wrong = [
        f"{key[0]!r}: {said}" for key, said in about.items() if GLOSSARY[word] not in said.lower()
    ]
    assert about
    assert not wrong, "\n".join(wrong)
