"""Two parents write the same rules at once: the second is told, and neither loses anything."""

from rules.policy import Choice, YouTube
from tests.api.conftest import House
from tests.api.test_child import form_of, policy_of, send
from tests.kit.forms import fields_of


async def test_what_the_first_saved_stands_in_the_second_s_form_and_is_kept(house: House):
    async with house.client("alice") as alice, house.client("bob") as bob:
        hers, his = [await form_of(each, house, "Mai", "sites") for each in (alice, bob)]
        await send(bob, house, "sites", his | {"block": ["his.example"], "unlisted": ["block"]})
        page = await send(alice, house, "sites", hers | {"block": ["mine.example"]})
        assert page.status_code == 409
        assert "Bob changed these rules while you were writing" in page.text
        assert "Both changes stand in this form now." in page.text
        assert "same thing" not in page.text
        again = fields_of(page.text)
        assert (await send(alice, house, "sites", again)).status_code == 303
    kept = await policy_of(house, "Mai")
    assert sorted(kept.block) == ["his.example", "mine.example"]
    assert kept.unlisted is Choice.BLOCK


async def test_where_both_changed_the_same_thing_it_is_said(house: House):
    async with house.client("alice") as alice, house.client("bob") as bob:
        hers, his = [await form_of(each, house, "Mai", "youtube") for each in (alice, bob)]
        await send(bob, house, "youtube", his | {"youtube": ["strict"]})
        page = await send(alice, house, "youtube", hers | {"youtube": ["moderate"]})
        assert "it holds what you typed" in page.text
        await send(alice, house, "youtube", fields_of(page.text))
    assert (await policy_of(house, "Mai")).youtube is YouTube.MODERATE
