"""Searches and videos are known by their addresses, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.words.searches import Searched, Watched, searched, watched

SEARCHES = [
    ("https://coccoc.com/search?query=m%C3%B3n+ngon", "Cốc Cốc", "món ngon"),
    ("https://www.google.com/search?hl=vi&q=h%E1%BB%8Dc+to%C3%A1n", "Google", "học toán"),
    ("https://www.google.com.vn/search?q=a+b", "Google", "a b"),
    ("https://google.co.uk/search?q=tea", "Google", "tea"),
    ("https://www.bing.com/search?q=cats", "Bing", "cats"),
    ("https://vn.search.yahoo.com/search?p=tin+tuc", "Yahoo!", "tin tuc"),
    ("https://duckduckgo.com/?q=chess", "DuckDuckGo", "chess"),
    ("https://m.youtube.com/results?search_query=b%C3%A0i+gi%E1%BA%A3ng", "YouTube", "bài giảng"),
    ("https://www.tiktok.com/search?q=nh%E1%BA%A3y", "TikTok", "nhảy"),
    ("https://shopee.vn/search?keyword=b%C3%BAt", "Shopee", "bút"),
    ("https://zingmp3.vn/tim-kiem/tat-ca?q=nhac", "Zing MP3", "nhac"),
    ("https://open.spotify.com/search/s%C6%A1n%20t%C3%B9ng/tracks", "Spotify", "sơn tùng"),
    ("https://yandex.com/search/?text=moon", "Yandex", "moon"),
]
VIDEOS = [
    ("https://www.youtube.com/watch?app=m&v=dQw4w9WgXcQ", "YouTube", "dQw4w9WgXcQ"),
    ("https://youtu.be/dQw4w9WgXcQ?t=3", "YouTube", "dQw4w9WgXcQ"),
    ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "YouTube", "dQw4w9WgXcQ"),
    ("https://www.tiktok.com/@ai.do/video/7301234567890123456", "TikTok", "7301234567890123456"),
    ("https://vimeo.com/123456789", "Vimeo", "123456789"),
    ("https://www.facebook.com/watch/?v=1234567890", "Facebook", "1234567890"),
]


@pytest.mark.parametrize(("url", "engine", "words"), SEARCHES)
def test_the_searched_words_are_found(url: str, engine: str, words: str) -> None:
    assert searched(url) == Searched(engine, words)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/",
        "https://www.google.com/search?q=",
        "https://vnexpress.net/?q=tin",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://notgoogle.com/search?q=x",
        "https://google.com.evil.example/search?q=x",
        "https://shopee.vn/cart?keyword=x",
        "http://[broken/search?q=x",
        "",
    ],
)
def test_what_is_no_search_is_not_taken_for_one(url: str) -> None:
    assert searched(url) is None


@pytest.mark.parametrize(("url", "site", "number"), VIDEOS)
def test_the_watched_video_is_found(url: str, site: str, number: str) -> None:
    assert watched(url) == Watched(site, number)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/feed/history",
        "https://www.tiktok.com/@ai",
        "https://vimeo.com/about",
    ],
)
def test_what_is_no_video_is_not_taken_for_one(url: str) -> None:
    assert watched(url) is None


def test_a_title_is_freed_of_what_the_site_puts_around_it() -> None:
    url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    named = watched(url, "(12) Học đàn - bài 1\n - YouTube")
    assert named == Watched("YouTube", "dQw4w9WgXcQ", "Học đàn - bài 1")
    assert watched(url, "YouTube") == Watched("YouTube", "dQw4w9WgXcQ")


def test_a_very_long_search_is_cut() -> None:
    found = searched("https://www.google.com/search?q=" + "a" * 10_000)
    assert found is not None
    assert len(found.words) == 500


@given(st.text(max_size=300))
def test_no_address_is_too_strange(text: str) -> None:
    searched(text)
    watched(text)
    searched(f"https://www.google.com/search?q={text}")
    watched(f"https://www.youtube.com/watch?v={text}")
