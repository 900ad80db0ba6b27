"""The pages written for this: what is grave is mostly known, and what is harmless is left alone."""

from collections import Counter

from feeds.words.scan import score_page
from feeds.words.shape import Shapes, read, shape_of
from tests.feeds.words.written import written

HARMLESS = {"health", "raid", "sexed", "school", "forum", "news", "shop"}


def test_there_are_enough_pages_of_every_kind_in_both_halves() -> None:
    assert len(list(written())) >= 60
    for half in (0, 1):
        kinds = Counter(page.kind for page in written(half))
        assert set(kinds) == HARMLESS | {"betting", "adult"}
        assert kinds["betting"] + kinds["adult"] >= 12


def test_no_page_about_health_news_school_or_talk_is_taken_for_anything() -> None:
    wrong = [
        page.title for page in written() if not page.category and score_page(page.html).category
    ]
    assert wrong == []


def test_of_betting_and_adult_pages_nine_in_ten_are_known_for_what_they_are() -> None:
    grave = [page for page in written() if page.category]
    right = [page for page in grave if score_page(page.html).category == page.category]
    assert len(right) >= 0.88 * len(grave)


def built(classes: list[str], files: list[str], text: str, times: int = 12) -> bytes:
    """Write a page of cards, as a builder makes it."""
    scripts = "".join(f'<script src="/static/js/{name}"></script>' for name in files)
    cards = "".join(
        f'<div class="{name}"><a class="go" href="/x"><img src="/i.png"></a><b>{text}</b></div>'
        for name in classes * times
    )
    return f"<html><head><title>x</title>{scripts}</head><body>{cards}</body></html>".encode()


LOBBY = ["hdr-top", "slot-item", "live-box", "promo-bar", "jackpot-row", "vip-tab"]
BLOG = ["post", "entry", "meta", "side", "widget", "comment"]
FILES = ["app.3f2a1b9c.js", "lobby-9a8b7c6d.js", "wheel.aa11bb22.js"]
OTHERS = ["app.99f2a1b0.js", "theme-1a8b7c6d.js", "menu.aa11bb99.js"]
BETTING = "nhà cái, tài xỉu, xóc đĩa"


def known() -> Shapes:
    shapes = Shapes()
    score = read(built(LOBBY, FILES, BETTING), shapes)
    assert score.category == "gambling"
    shapes.add("first", score.category, score.shape)
    return shapes


def test_a_clone_with_the_same_files_is_known_whatever_it_says() -> None:
    score = read(built(BLOG, FILES, "Chào mừng bạn"), known())
    assert (score.category, score.source) == ("gambling", "shape")


def test_a_page_built_alike_is_known_where_its_words_lean_that_way() -> None:
    clone = built([*LOBBY, "extra"], OTHERS, "kubet, tài xỉu", times=10)
    assert not read(clone, Shapes()).category
    assert read(clone, known()).category == "gambling"
    harmless = built(LOBBY, OTHERS, "Chào mừng bạn")
    assert not read(harmless, known()).category


def test_common_files_and_small_pages_make_no_clone() -> None:
    common = ["jquery-3f2a1b9c.js", "react.9a8b7c6d.js", "framework-64ad27b21261a9ce.js"]
    shapes = Shapes()
    shapes.add("first", "gambling", shape_of(built(LOBBY, common, BETTING)))
    assert not read(built(BLOG, common, "Chào mừng"), shapes).category
    assert shape_of(b"<html><body><h1>It works!</h1></body></html>") == ()
    shapes.drop("first")
    assert len(shapes) == 0


def test_hostile_markup_takes_no_longer_than_its_length() -> None:
    for part in (b"<script>", b"<svg", b'href="', b"<div class=", b"src=/a", b"<!--", b"<a b"):
        html = part * (200_000 // len(part))
        read(html, known())
        shape_of(html)
