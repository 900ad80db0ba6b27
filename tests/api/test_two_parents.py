"""Two parents write the same rules at once: the second is told, and neither loses anything."""

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from rules.policy import Choice, YouTube
from tests.api.conftest import House
from tests.api.test_child import address, form_of, policy_of


def fields_of(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form of rules, untouched."""
    form = next(each for each in HTMLParser(page).css("form") if each.css_first("[name=number]"))
    found: dict[str, list[str]] = {}
    for field in form.css("input[name], select[name], textarea[name]"):
        about = field.attributes
        if about.get("type") in {"checkbox", "radio"} and "checked" not in about:
            continue
        value = about.get("value", "on") or ""
        if field.tag == "textarea":
            value = field.text()
        if field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            value = (chosen.attributes.get("value") or "") if chosen else ""
        found.setdefault(about["name"] or "", []).append(value)
    return found


async def test_what_the_first_saved_stands_in_the_second_s_form_and_is_kept(house: House):
    where = address(house, "Mai", "rules")
    async with house.client("alice") as alice, house.client("bob") as bob:
        hers, his = await form_of(alice, house, "Mai"), await form_of(bob, house, "Mai")
        await bob.post(where, data=his | {"blocked": ["dating"], "youtube": ["strict"]})
        page = await alice.post(where, data=hers | {"block": ["mine.example"]})
        assert page.status_code == 409
        assert "Bob changed these rules while you were writing" in page.text
        assert "Both changes stand in this form now." in page.text
        assert "same thing" not in page.text
        again = fields_of(page.text)
        assert (await alice.post(where, data=again)).status_code == 303
    kept = await policy_of(house, "Mai")
    assert kept.block == ("mine.example",)
    assert kept.categories["dating"] is Choice.BLOCK
    assert kept.youtube is YouTube.STRICT


async def test_where_both_changed_the_same_thing_it_is_said(house: House):
    where = address(house, "Mai", "rules")
    async with house.client("alice") as alice, house.client("bob") as bob:
        hers, his = await form_of(alice, house, "Mai"), await form_of(bob, house, "Mai")
        await bob.post(where, data=his | {"youtube": ["strict"]})
        page = await alice.post(where, data=hers | {"youtube": ["moderate"]})
        assert "it holds what you typed" in page.text
        await alice.post(where, data=fields_of(page.text))
    assert (await policy_of(house, "Mai")).youtube is YouTube.MODERATE
