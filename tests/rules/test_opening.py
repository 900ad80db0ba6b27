"""Why connections are opened: a list that names every reason and no other."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compile import compile_layers
from rules.family import Grant
from rules.opening import openings
from rules.policy import Policy, Privacy
from rules.urls import UrlRule
from rules.verdict import Layer

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SHORTS = UrlRule(scope="service:youtube", path="/shorts", name="Shorts")
POLICIES = st.builds(
    Policy,
    searches=st.booleans(),
    read_pages=st.booleans(),
    privacy=st.sampled_from(Privacy),
    urls=st.sampled_from([(), (SHORTS,)]),
)


def test_rules_that_need_no_look_inside_open_nothing() -> None:
    policy = Policy(block=("blocked.example",), safe_search=True, youtube="strict")
    assert openings(((Layer.CHILD, policy),)) == ()


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(urls=(SHORTS,)), "is opened for the rule about addresses"),
        (Policy(urls=(UrlRule(scope="everything", types=("exe",)),)), "for a rule about addresses"),
        (Policy(searches=True), "Search and video sites"),
        (Policy(read_pages=True), "Sites that nobody knows"),
        (Policy(privacy="pages"), "Every site is opened"),
    ],
)
def test_each_reason_is_named_with_its_layer(policy: Policy, said: str) -> None:
    found = openings(((Layer.FAMILY, Policy()), (Layer.CHILD, policy)))
    assert [said in each.sentence.message for each in found] == [True]
    assert found[0].layer is Layer.CHILD


def test_how_much_is_written_down_is_the_narrowest_layers_matter() -> None:
    assert openings(((Layer.FAMILY, Policy(privacy="pages")), (Layer.CHILD, Policy()))) == ()


def test_a_granted_page_is_a_reason_while_it_runs() -> None:
    grant = Grant(
        id=uuid4(), child_id=uuid4(), scope="url:a.example/x", since=NOW, until=NOW, by="Mum"
    )
    found = openings(((Layer.CHILD, Policy()),), (grant,))
    assert [each.scope for each in found] == ["url:a.example/x"]


@given(POLICIES, POLICIES)
def test_whatever_compile_would_open_has_a_reason_here(family: Policy, child: Policy) -> None:
    layers = ((Layer.FAMILY, family), (Layer.CHILD, child))
    book = compile_layers(layers, "Asia/Ho_Chi_Minh")
    opens = bool(book.inside or book.pages or book.hears or book.privacy is Privacy.PAGES)
    opens = opens or family.read_pages or child.read_pages
    assert bool(openings(layers)) == opens
