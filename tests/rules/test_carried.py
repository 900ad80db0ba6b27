"""Which site another one shows, read from its name and address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.carried import CARRIERS, at_most_stopped, carried
from rules.verdict import Action, Reason, Verdict

SHOWN = [
    ("www-blocked-example.translate.goog", "", "", "www.blocked.example"),
    ("my--site-example.translate.goog", "", "", "my-site.example"),
    ("0-ab--cd-example-0.cdn.ampproject.org", "", "", "ab-cd.example"),
    ("xn--bcher-example-wob.cdn.ampproject.org", "", "", "xn--bcher-kva.example"),
    ("lenta-ru.turbopages.org", "", "", "lenta.ru"),
    ("web.archive.org", "/web/2020/https://blocked.example/x", "", "blocked.example"),
    ("web.archive.org", "/web/2020if_/blocked.example:80/x", "", "blocked.example"),
    ("www.google.com.vn", "/amp/s/blocked.example/x", "", "blocked.example"),
    ("translate.google.com.vn", "/translate", "sl=vi&u=http://blocked.example/", "blocked.example"),
]
NOTHING = [
    ("translate.goog", "", ""),
    ("cdn.ampproject.org", "/v0.js", ""),
    ("translated.turbopages.org", "", ""),
    ("www-blocked-example.translate.goog.evil.example", "", ""),
    ("xn--\x80.cdn.ampproject.org", "", ""),
    ("web.archive.org", "/web/2020/[::", ""),
    ("translate.google.com", "/", "u="),
    ("blocked.example", "/web/2020/https://other.example/", ""),
]


@pytest.mark.parametrize(("host", "path", "query", "site"), SHOWN)
def test_a_translator_or_cache_tells_which_site_it_shows(host, path, query, site):
    assert list(carried(host, path, query)) == [site]


@pytest.mark.parametrize(("host", "path", "query"), NOTHING)
def test_what_shows_no_other_site_tells_none(host, path, query):
    assert not list(carried(host, path, query))


@given(st.text("abcdefgh-.", min_size=1, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_there_never_breaks(label, path, query):
    for carrier in CARRIERS:
        list(carried(f"{label}.{carrier}", path, query))
    list(carried("web.archive.org", f"/web/1/{path}", query))
    list(carried("translate.google.com", path, f"u={query}"))


@pytest.mark.parametrize(
    ("verdict", "becomes"),
    [
        (Verdict(Action.BLOCK, Reason.CATEGORY), Action.BLOCK),
        (Verdict(Action.REWRITE, Reason.SAFE_SEARCH, to="safe.example"), Action.BLOCK),
        (Verdict(Action.PASS, Reason.NEVER_OPENED), Action.PASS),
        (Verdict(Action.PASS, Reason.GRANT), Action.PASS),
        (Verdict(Action.ALLOW, Reason.DEFAULT, reads=True), Action.PASS),
        (Verdict(Action.ALLOW, Reason.DEFAULT, inside=True), Action.ALLOW),
    ],
)
def test_showing_a_site_can_be_stopped_by_it_but_opened_by_nothing(verdict, becomes):
    after = at_most_stopped(verdict)
    assert after.action is becomes
    assert after.reason is not Reason.NEVER_OPENED
    assert not after.to
