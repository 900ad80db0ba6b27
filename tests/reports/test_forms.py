"""The forms of a letter: paper whose Vietnamese can be read back, and a mail with all its parts."""

from email import message_from_bytes, policy
from io import BytesIO

import pytest
from pypdf import PdfReader

from feeds.catalogue import Catalogue, load
from reports import paper, post
from reports.blocks import Sheet
from reports.family.sheet import sheet_of
from reports.post import Envelope, Links
from tests.reports.letters import letter
from tests.reports.make import AFTER, WEEK
from words.speech import Speech

LINKS = Links("https://nha.example/week/1", "https://nha.example/letters/stop/abc")
ENVELOPE = Envelope("haidang@nha.example", "ana@nha.example", "k1", AFTER)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def speech() -> Speech:
    return Speech("vi", WEEK.zone)


@pytest.fixture(scope="module")
def sheet(catalogue: Catalogue, speech: Speech) -> Sheet:
    return sheet_of(letter(), speech, lambda kind, each: catalogue.name_of(kind, each, "vi"))


@pytest.fixture(scope="module")
def printed(sheet: Sheet) -> bytes:
    return paper.pdf(sheet, AFTER)


def test_the_paper_is_a4_and_every_vietnamese_letter_can_be_read_back(printed: bytes):
    reader = PdfReader(BytesIO(printed))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    for told in ("Tuần của Minh", "Những điều tốt đẹp", "Rửa bát", "thứ Bảy", "Trò chơi"):
        assert told in text
    assert reader.metadata.title.endswith("Tuần của Minh")


def test_the_paper_draws_its_charts_as_vectors(printed: bytes):
    assert all(not page.images for page in PdfReader(BytesIO(printed)).pages)


def test_the_paper_carries_its_own_letters(printed: bytes):
    fonts = [
        font.get_object()["/BaseFont"]
        for page in PdfReader(BytesIO(printed)).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("LibertinusSerif" in font for font in fonts)


def test_the_same_letter_is_printed_alike(sheet: Sheet, printed: bytes):
    assert len(paper.pdf(sheet, AFTER)) == len(printed)


def test_a_mail_has_text_page_charts_and_paper(sheet: Sheet, speech: Speech, printed: bytes):
    sent = post.mail(sheet, LINKS, speech, ENVELOPE, printed).as_bytes()
    mail = message_from_bytes(sent, policy=policy.default)
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]

    assert kinds == ["text/plain", "text/html", "image/png", "image/png", "application/pdf"]
    page = mail.get_body(("html",)).get_content()
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    for image in images:
        assert f'src="cid:{image["Content-ID"].strip("<>")}"' in page
        assert image.get_content().startswith(b"\x89PNG")
    assert page.count('alt="Biểu đồ cột') == len(images)
    [paper_part] = mail.iter_attachments()
    assert paper_part.get_content() == printed
    assert paper_part.get_filename() == "haidang-2026-11-16.pdf"
    assert all(byte < 128 for byte in sent)


def test_a_mail_can_be_ended_in_one_click(sheet: Sheet, speech: Speech):
    mail = post.mail(sheet, LINKS, speech, ENVELOPE, b"")

    assert mail["List-Unsubscribe"] == f"<{LINKS.stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert LINKS.stop in text
        assert LINKS.page in text
        assert "Con muốn chơi thêm với Nam" in text
