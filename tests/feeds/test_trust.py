"""Whom the catalogue believes when lists disagree."""

from pathlib import Path

import pytest

from feeds.by_name import switch
from feeds.catalogue import Catalogue, load
from feeds.index import Both, DictIndex, Index, Listed
from feeds.kept import USUAL_WEIGHT, ImportedList, Kind, describe, list_all
from feeds.lists import add_list
from feeds.schools import is_school
from feeds.starter import Starter
from feeds.trust import NEEDED, NEEDED_AT_SCHOOL, OWN_WEIGHT, weight_of
from rules.visit import UNLISTED

WEAK = NEEDED // 2


def outside(**votes: tuple[tuple[str, int], ...]) -> Catalogue:
    """Build a catalogue of ours and of votes from outside; an underscore stands for a dot."""
    return Catalogue(Starter(), Both(_ours(), _votes(votes)))


def _votes(votes: dict[str, tuple[tuple[str, int], ...]]) -> Index:
    index = DictIndex()
    for host, said in votes.items():
        index.add([host.replace("_", ".")], Listed(votes=said))
    return index


def _ours() -> Index:
    index = load()._desk.index
    assert isinstance(index, DictIndex)
    return index


def test_one_usual_list_is_enough_for_a_site_nobody_else_knows() -> None:
    known = outside(new_example=(("malware", USUAL_WEIGHT),)).look_up("www.new.example")
    assert (known.categories, known.doubtful) == (("malware",), ())


def test_one_weak_vote_is_shown_and_not_acted_on() -> None:
    known = outside(new_example=(("phishing", WEAK),)).look_up("new.example")
    assert (known.categories, known.doubtful) == ((), ("phishing",))


def test_two_weak_votes_for_the_same_are_enough_and_for_two_things_are_not() -> None:
    catalogue = outside(
        one_example=(("phishing", WEAK + WEAK),),
        two_example=(("malware", WEAK), ("phishing", WEAK)),
    )
    assert catalogue.look_up("one.example").categories == ("phishing",)
    assert catalogue.look_up("two.example").categories == ()
    assert set(catalogue.look_up("two.example").doubtful) == {"malware", "phishing"}


def test_votes_on_a_host_and_on_the_site_above_it_add_up_for_dangers() -> None:
    catalogue = outside(a_example=(("malware", WEAK),), b_a_example=(("malware", WEAK),))
    assert catalogue.look_up("b.a.example").categories == ("malware",)
    assert catalogue.look_up("c.a.example").doubtful == ("malware",)


def test_the_nearer_name_speaks_where_nothing_is_dangerous() -> None:
    catalogue = outside(
        a_example=(("news", USUAL_WEIGHT), ("adult", USUAL_WEIGHT)),
        b_a_example=(("games", USUAL_WEIGHT),),
    )
    assert catalogue.look_up("b.a.example").categories == ("adult", "games")


def test_a_list_of_games_that_holds_a_wiki_does_not_make_it_one() -> None:
    known = outside(wikia_com=(("games", USUAL_WEIGHT),), fandom_com=(("games", 100),))
    for host in ("wikia.com", "www.wikia.com", "vietnam.fandom.com"):
        assert "games" not in known.look_up(host).categories, host
        assert known.look_up(host).services == ("fandom",), host


@pytest.mark.parametrize("weight", [WEAK, USUAL_WEIGHT, NEEDED_AT_SCHOOL - 1])
@pytest.mark.parametrize("host", ["thpt-le-loi.edu.vn", "www.mit.edu", "eng.ox.ac.uk"])
def test_a_school_that_was_broken_into_is_not_closed_by_one_list(host: str, weight: int) -> None:
    known = outside(**{host.replace(".", "_"): (("phishing", weight),)}).look_up(host)
    assert known.categories == ("learning",)
    assert known.doubtful == ("phishing",)


def test_a_school_that_several_lists_call_dangerous_is() -> None:
    host = "thpt-le-loi.edu.vn"
    votes = (("phishing", NEEDED_AT_SCHOOL),)
    known = outside(**{"thpt-le-loi_edu_vn": votes}).look_up(host)
    assert known.categories == ("phishing", "learning")


def test_what_lists_say_of_our_services_counts_only_below_them() -> None:
    catalogue = outside(
        youtube_com=(("adult", 100),), evil_blogspot_com=(("malware", USUAL_WEIGHT),)
    )
    assert catalogue.look_up("www.youtube.com").categories == ("video",)
    assert "malware" in catalogue.look_up("evil.blogspot.com").categories
    assert "malware" not in catalogue.look_up("good.blogspot.com").categories


def test_a_list_called_youtube_that_lacks_youtube_takes_nothing_away() -> None:
    catalogue = outside(ytimg_com=(("games", USUAL_WEIGHT),))
    assert catalogue.look_up("www.youtube.com").services == ("youtube",)
    assert catalogue.look_up("i.ytimg.com").services == ("youtube",)
    assert catalogue.look_up("i.ytimg.com").categories == ("video",)


def test_a_helpline_is_in_no_danger_whoever_lists_it_and_never_blocked() -> None:
    catalogue = outside(tongdai111_vn=(("phishing", OWN_WEIGHT),))
    assert catalogue.look_up("www.tongdai111.vn").never_block


def test_a_danger_that_a_list_finds_below_a_service_is_not_part_of_it() -> None:
    catalogue = outside(vpn_icloud_com=(("proxy", USUAL_WEIGHT),))
    known = catalogue.look_up("vpn.icloud.com")
    assert (known.categories, known.services) == (("proxy",), ())


async def test_an_adults_own_list_stands_above_ours_and_above_schools(tmp_path: Path) -> None:
    lines = b"www.youtube.com\nbad.edu.vn\n"
    await add_list(tmp_path, name="Mine", category="gambling", source=lines)
    catalogue = load(tmp_path)
    assert "gambling" in catalogue.look_up("www.youtube.com").categories
    assert "gambling" in catalogue.look_up("bad.edu.vn").categories


def test_what_an_adult_pasted_weighs_more_than_what_came_from_an_address() -> None:
    pasted = ImportedList(id="a", name="A", category="ads")
    fetched = pasted.model_copy(update={"source": "https://lists.example/a.txt"})
    switched_on = fetched.model_copy(update={"kind": Kind.SUBSCRIPTION, "weight": 20})
    assert [weight_of(one) for one in (pasted, fetched, switched_on)] == [
        OWN_WEIGHT,
        USUAL_WEIGHT,
        20,
    ]


async def test_the_weight_of_a_list_is_compiled_with_it(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Noisy", category="phishing", source=b"a.example\n")
    before = load(tmp_path)
    (kept,) = list_all(tmp_path)
    weak = {"source": "https://lists.example/a", "kind": Kind.SUBSCRIPTION, "weight": WEAK}
    describe(tmp_path, kept.model_copy(update=weak))
    after = load(tmp_path)
    assert before.look_up("a.example").categories == ("phishing",)
    assert after.look_up("a.example").doubtful == ("phishing",)
    assert before.version != after.version


def test_an_unlisted_site_is_judged_by_its_name_unless_that_is_switched_off(tmp_path: Path) -> None:
    catalogue = load(tmp_path)
    assert catalogue.look_up("www.kubet7979.vip").categories == ("gambling",)
    assert catalogue.look_up("hx88.com").doubtful == ("gambling",)
    switch(tmp_path, on=False)
    assert load(tmp_path).look_up("www.kubet7979.vip") == UNLISTED
    assert load(tmp_path).version != catalogue.version
    switch(tmp_path, on=True)
    assert load(tmp_path).version == catalogue.version


def test_a_weak_name_and_a_weak_list_are_enough_together() -> None:
    catalogue = outside(hx88_com=(("gambling", WEAK),))
    assert catalogue.look_up("hx88.com").categories == ("gambling",)


def test_a_name_says_nothing_of_what_we_know_and_of_schools() -> None:
    catalogue = load()
    assert catalogue.look_up("sex.unicef.org").categories == ()
    assert catalogue.look_up("poker.math.ac.jp") == UNLISTED
    assert catalogue.look_up("casino.nsw.gov.au").categories == ("government",)
    assert catalogue.look_up("porn.addiction.vinmec.com").categories == ("health",)


@pytest.mark.parametrize(
    ("host", "school"),
    [
        ("hcmus.edu.vn", True), ("a.b.edu", True), ("x.ac.uk", True), ("y.k12.ca.us", True),
        ("z.sch.id", True), ("w.school.nz", True), ("edu.vn", True), ("edu.evil.com", False),
        ("school.com", False), ("www.school", False), ("ac.com", False), ("edu", True),
        ("", False), ("10.0.0.1", False),
    ],
)  # fmt: skip
def test_schools_are_known_by_endings_that_only_they_are_given(host: str, school: bool) -> None:
    assert is_school(host) is school
