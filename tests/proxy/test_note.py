"""What is written down, at each level of privacy."""

from pathlib import Path
from uuid import uuid4

import pytest

from proxy.current import Current
from proxy.judge import Judged
from proxy.note import Pen, page_of
from rules.family import Household
from rules.policy import Policy
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import Known
from store.journal import Note
from tests.proxy.house import NOON, Clock, Notes, catalogue, child, device

SITE = Judged(
    "m.youtube.com",
    Known(categories=("video",), services=("youtube",)),
    Verdict(Action.ALLOW, Reason.DEFAULT),
)
PAGE = "https://m.youtube.com/watch"


def written(folder: Path, privacy: str, judged: Judged = SITE, *others: str) -> Note:
    people = [child(Policy(privacy=level)) for level in (privacy, *others)]
    phone = device(1, *people)
    current = Current(catalogue, folder / "household.json", Clock())
    current.adopt(Household(revision=1, site_id=uuid4(), children=tuple(people), devices=(phone,)))
    notes, pen = Notes(), Pen(current)
    pen.attach(notes)
    pen.visit(phone.id, judged, NOON, opened=True, page=PAGE)
    return notes.notes[0]


def test_at_pages_the_page_is_written(tmp_path: Path) -> None:
    note = written(tmp_path, "pages")
    assert (note.host, note.page, note.category, note.service) == (
        "m.youtube.com", PAGE, "video", "youtube",
    )  # fmt: skip


def test_at_sites_the_site_but_not_the_page_is_written(tmp_path: Path) -> None:
    note = written(tmp_path, "sites")
    assert (note.host, note.page) == ("m.youtube.com", "")


def test_at_counts_no_site_is_written_at_all(tmp_path: Path) -> None:
    note = written(tmp_path, "counts")
    assert (note.host, note.page, note.category) == ("", "", "video")


@pytest.mark.parametrize("rule", ["m.youtube.com", "site:m.youtube.com"])
def test_at_counts_not_even_the_rule_names_the_site(tmp_path: Path, rule: str) -> None:
    verdict = Verdict(Action.BLOCK, Reason.BLOCK_LIST, Layer.FAMILY, rule=rule, to="safe.example")
    note = written(tmp_path, "counts", Judged("m.youtube.com", SITE.known, verdict))
    assert "youtube.com" not in repr(note)
    assert "safe.example" not in repr(note)
    assert note.verdict.reason is Reason.BLOCK_LIST


def test_on_a_shared_device_the_most_private_child_decides(tmp_path: Path) -> None:
    note = written(tmp_path, "pages", SITE, "counts")
    assert note.host == ""
    assert note.child_id is None


def test_a_page_is_written_without_query_and_fragment() -> None:
    assert page_of("https", "a.example", "/b/c?q=secret#d") == "https://a.example/b/c"


def test_what_is_noted_before_the_journal_is_there_is_written_when_it_is(tmp_path: Path) -> None:
    current = Current(catalogue, tmp_path / "household.json", Clock())
    pen, notes = Pen(current), Notes()
    pen.blocked(None, SITE, NOON)
    assert pen.health().waiting == 1
    pen.attach(notes)
    assert len(notes.notes) == 1
    assert pen.health().waiting == 0
