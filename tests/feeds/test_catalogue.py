"""What the catalogue knows of a host."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue import HOT_HOSTS, Catalogue, load
from feeds.index import DictIndex, Listed
from feeds.lists import add_list
from feeds.starter import Starter
from rules.hosts import normalise
from rules.visit import UNLISTED

CATALOGUE = load()


@pytest.mark.parametrize(
    ("host", "services", "categories"),
    [
        ("www.youtube.com", ("youtube",), ("video",)),
        ("r3---sn-8qj-nbol.googlevideo.com", ("youtube",), ("video",)),
        ("music.youtube.com", ("youtube-music",), ("music",)),
        ("www.youtubekids.com", ("youtube-kids",), ("kids",)),
        ("chat.zalo.me", ("zalo",), ("chat",)),
        ("res-zalo.zadn.vn", ("zalo",), ("chat",)),
        ("mp3.zing.vn", ("zing-mp3",), ("music",)),
        ("play.zing.vn", ("vng-games",), ("games",)),
        ("znews-photo.zadn.vn", ("znews",), ("news",)),
        ("clientbp.ggblueshark.com", ("free-fire",), ("games",)),
        ("lienquan.garena.vn", ("lien-quan",), ("games",)),
        ("dl.garena.vn", ("garena",), ("games",)),
        ("tr.rbxcdn.com", ("roblox",), ("games",)),
        ("scontent.fsgn5-1.fna.fbcdn.net", ("facebook",), ("social",)),
        ("v16-webapp.tiktokcdn.com", ("tiktok",), ("social",)),
        ("docs.google.com", ("google-drive",), ("cloud",)),
        ("classroom.google.com", ("google-classroom",), ("learning",)),
        ("gemini.google.com", ("gemini",), ("ai",)),
        ("www.google.com.vn", ("google-search",), ("search",)),
        ("timkiem.coccoc.com", ("coccoc",), ("search",)),
        ("i1-vnexpress.vnecdn.net", ("vnexpress",), ("news",)),
        ("app.vio.edu.vn", ("vioedu",), ("learning",)),
        ("thcs-le-loi.haiphong.edu.vn", (), ("learning",)),
        ("cdn.pornhub.com", (), ("adult",)),
        ("anything.xxx", (), ("adult",)),
        ("accounts.google.com", (), ("system",)),
        ("one.one.one.one", (), ("proxy",)),
    ],
)
def test_hosts_that_children_meet_are_known(
    host: str, services: tuple[str, ...], categories: tuple[str, ...]
) -> None:
    known = CATALOGUE.look_up(host)
    assert (known.services, known.categories) == (services, categories)


def test_a_host_that_is_listed_below_its_service_has_both_categories() -> None:
    known = CATALOGUE.look_up("ads.zalo.me")
    assert known.services == ("zalo",)
    assert set(known.categories) == {"chat", "ads"}


def test_the_danger_above_a_host_is_inherited_and_named_first() -> None:
    assert CATALOGUE.look_up("sukebei.nyaa.si").categories == ("adult", "piracy")


def test_a_danger_below_a_service_is_not_part_of_it() -> None:
    known = CATALOGUE.look_up("mask.icloud.com")
    assert (known.categories, known.services) == (("proxy",), ())


def test_the_nearer_harmless_list_replaces_the_one_above() -> None:
    assert CATALOGUE.look_up("bachmai.gov.vn").categories == ("health",)
    assert CATALOGUE.look_up("hanoi.gov.vn").categories == ("government",)


@pytest.mark.parametrize(
    "host", ["unknown-site-7.example", "com", "vn", "", ".", "10.0.0.1", "2001:db8::1", "a..b"]
)
def test_an_unlisted_or_odd_host_has_nothing(host: str) -> None:
    assert CATALOGUE.look_up(host) == UNLISTED


@given(st.text(max_size=300))
def test_looking_up_never_raises(text: str) -> None:
    CATALOGUE.look_up(text)
    CATALOGUE.site_of(text)


@given(
    st.sampled_from(sorted(CATALOGUE.services)), st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True)
)
def test_whatever_lies_below_a_host_of_a_service_belongs_to_a_service(
    identifier: str, label: str
) -> None:
    for host in CATALOGUE.services[identifier].hosts:
        assert CATALOGUE.look_up(f"{label}.{host}").services


@pytest.mark.parametrize(
    "host",
    [
        "vcbdigibank.vietcombank.com.vn", "api.momo.vn", "vnpay.vn", "www.paypal.com",
        "dichvucong.gov.vn", "haiphong.gov.vn", "www.vinmec.com", "who.int", "nhs.uk",
    ],
)  # fmt: skip
def test_banks_health_and_the_state_are_never_opened(host: str) -> None:
    assert CATALOGUE.look_up(host).never_open


def test_nothing_else_is_protected_from_being_opened() -> None:
    for service in CATALOGUE.services.values():
        never = service.category in {"finance", "health", "government"}
        assert all(CATALOGUE.look_up(host).never_open == never for host in service.hosts), service


def test_helplines_are_never_blocked_and_in_no_danger() -> None:
    dangers = {c.id for c in CATALOGUE.categories.values() if c.group == "danger"}
    for host in Starter().names("never_block.txt").below:
        known = CATALOGUE.look_up(f"www.{host}")
        assert known.never_block, host
        assert not dangers & set(known.categories), host


def test_only_helplines_are_protected_from_being_blocked() -> None:
    assert not CATALOGUE.look_up("www.youtube.com").never_block
    assert not CATALOGUE.look_up("tongdai111.vn.evil.com").never_block


@pytest.mark.parametrize(
    ("host", "to"),
    [
        ("www.google.com.vn", {"search": "forcesafesearch.google.com"}),
        ("www.google.fr", {"search": "forcesafesearch.google.com"}),
        ("google.com.vn", {"search": "forcesafesearch.google.com"}),
        ("www.bing.com", {"search": "strict.bing.com"}),
        ("duckduckgo.com", {"search": "safe.duckduckgo.com"}),
        ("search.brave.com", {"search": "forcesafe.search.brave.com"}),
        ("www.ecosia.org", {"search": "strict-safe-search.ecosia.org"}),
        ("pixabay.com", {"search": "safesearch.pixabay.com"}),
        ("api.qwant.com", {"search": "safeapi.qwant.com"}),
        ("www.startpage.com", {"search": "safe.startpage.com"}),
        ("yandex.com", {"search": "213.180.193.56"}),
        (
            "www.youtube.com",
            {
                "youtube_moderate": "restrictmoderate.youtube.com",
                "youtube_strict": "restrict.youtube.com",
            },
        ),
        ("docs.google.com", {}),
        ("safe.duckduckgo.com", {}),
    ],
)
def test_engines_have_a_safe_host_to_connect_to(host: str, to: dict[str, str]) -> None:
    assert dict(CATALOGUE.look_up(host).safe) == to


def test_safe_hosts_belong_to_something_that_may_be_searched_or_watched() -> None:
    for host in Starter().safe:
        known = CATALOGUE.look_up(host)
        # Below google.com stand many services, so the name itself is none of them.
        assert known.services or host == "google.com", host
        assert set(known.categories) <= {"search", "video"}, host


@pytest.mark.parametrize(
    ("host", "unsafe"),
    [
        ("coccoc.com", "engine:coccoc"),
        ("www.coccoc.com", "engine:coccoc"),
        # The browser's own servers are not its search.
        ("browser.coccoc.com", ""),
        ("vn.search.yahoo.com", "engine:yahoo"),
        ("mail.yahoo.com", ""),
        ("html.duckduckgo.com", "engine:duckduckgo-plain"),
        ("duckduckgo.com", ""),
        ("searx.be", "engine:searx"),
        ("explicit.bing.net", "explicit:bing-explicit"),
        ("www.bing.com", ""),
        ("open.example", ""),
    ],
)
def test_engines_that_cannot_be_made_safe_are_known(host: str, unsafe: str) -> None:
    assert CATALOGUE.look_up(host).unsafe == unsafe


def test_every_engine_that_cannot_be_made_safe_is_known_and_named() -> None:
    for engine in Starter().unsafe:
        assert CATALOGUE.name_of("engine", engine.id.partition(":")[2], "vi") == engine.name
        for host in (*engine.hosts.below, *engine.hosts.alone):
            known = CATALOGUE.look_up(host)
            assert (known.unsafe, bool(known.safe)) == (engine.id, False), host


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("a.b.example.com.vn", "example.com.vn"),
        ("www.youtube.com", "youtube.com"),
        ("someone.blogspot.com", "someone.blogspot.com"),
        ("com.vn", "com.vn"),
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("router", "router"),
        ("", ""),
    ],
)
def test_the_site_of_a_host_is_its_registrable_domain(host: str, site: str) -> None:
    assert CATALOGUE.site_of(host) == site


def test_names_are_given_in_both_languages() -> None:
    assert CATALOGUE.name_of("category", "games", "vi") == "Trò chơi"
    assert CATALOGUE.name_of("category", "games", "en") == "Games"
    assert CATALOGUE.name_of("group", "danger", "vi") == "Nguy hiểm"
    assert CATALOGUE.name_of("service", "lien-quan", "en") == "Liên Quân Mobile"


@pytest.mark.parametrize("kind", ["category", "service", "group"])
def test_an_unknown_id_comes_back_as_it_is(kind: str) -> None:
    assert CATALOGUE.name_of(kind, "something", "vi") == "something"


def test_system_hosts_are_in_no_other_category() -> None:
    for host in dict(Starter().hosts())["system"].alone:
        assert CATALOGUE.look_up(host).categories[-1] == "system", host


def test_the_captive_portal_check_is_a_system_host_but_not_what_lies_below_it() -> None:
    assert CATALOGUE.look_up("captive.apple.com").categories == ("system",)
    assert CATALOGUE.look_up("evil.captive.apple.com") == UNLISTED


def test_what_asks_for_a_network_is_known_by_its_exact_name() -> None:
    for host in Starter().names("network_checks.txt").alone:
        known = CATALOGUE.look_up(host)
        assert known.network_check, host
        assert "system" in known.categories, host
    for host in ("www.gstatic.com", "www.google.com", "evil.captive.apple.com", "apple.com"):
        assert not CATALOGUE.look_up(host).network_check, host


def built(**hosts: Listed) -> Catalogue:
    """Build a catalogue of a few hosts; an underscore stands for a dot."""
    index = DictIndex()
    for host, said in hosts.items():
        index.add([host.replace("_", ".")], said)
    return Catalogue(Starter(), index)


def test_a_host_that_is_listed_alone_says_nothing_of_those_below() -> None:
    catalogue = built(a_com=Listed(alone=("games",)))
    assert catalogue.look_up("a.com").categories == ("games",)
    assert catalogue.look_up("b.a.com") == UNLISTED


def test_what_is_said_of_a_host_alone_joins_what_is_said_of_its_site() -> None:
    index = DictIndex()
    index.add(["a.com"], Listed(categories=("news",)))
    index.add(["a.com"], Listed(alone=("tracking",)))
    catalogue = Catalogue(Starter(), index)
    assert catalogue.look_up("a.com").categories == ("news", "tracking")
    assert catalogue.look_up("b.a.com").categories == ("news",)


def test_a_protected_host_keeps_the_category_above_it() -> None:
    catalogue = built(a_com=Listed(categories=("news",)), b_a_com=Listed(never_block=True))
    assert catalogue.look_up("b.a.com").categories == ("news",)


def test_protections_reach_through_every_level() -> None:
    catalogue = built(
        a_com=Listed(never_open=True), b_a_com=Listed(categories=("games",), never_block=True)
    )
    known = catalogue.look_up("c.b.a.com")
    assert (known.categories, known.never_open, known.never_block) == (("games",), True, True)


def test_the_memory_for_hot_hosts_is_bounded() -> None:
    catalogue = built(a_com=Listed(categories=("games",)))
    for number in range(HOT_HOSTS + 500):
        catalogue.look_up(f"{number}.a.com")
    assert catalogue._remembered.cache_info().currsize == HOT_HOSTS


async def test_imported_lists_join_the_catalogue(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"0.0.0.0 a.example\n")
    await add_list(tmp_path, name="Plain", category="adult", source=b"b.example\n")
    catalogue = load(tmp_path)
    assert catalogue.warnings == ()
    assert catalogue.look_up("a.example").categories == ("games",)
    assert catalogue.look_up("www.a.example").categories == ("games",)
    assert catalogue.look_up("x.a.example") == UNLISTED
    assert catalogue.look_up("x.b.example").categories == ("adult",)
    assert catalogue.look_up("www.youtube.com").services == ("youtube",)
    assert catalogue.version != CATALOGUE.version


async def test_an_imported_list_cannot_protect_a_site_from_being_opened(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Mine", category="finance", source=b"evil.example\n")
    assert not load(tmp_path).look_up("evil.example").never_open


async def test_a_damaged_list_is_left_out_and_named(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Good", category="games", source=b"a.example\n")
    bad = await add_list(tmp_path, name="Bad", category="games", source=b"b.example\n")
    (tmp_path / f"{bad.id}.{bad.checksum[:16]}.txt").write_text("c.example\n")
    (tmp_path / "worse.json").write_text("{")
    catalogue = load(tmp_path)
    assert {warning.values["name"] for warning in catalogue.warnings} == {"Bad", "worse"}
    assert catalogue.look_up("a.example").categories == ("games",)
    assert catalogue.look_up("b.example") == UNLISTED
    assert catalogue.look_up("c.example") == UNLISTED


async def test_a_list_of_a_category_that_is_gone_is_left_out_and_named(tmp_path: Path) -> None:
    kept = await add_list(tmp_path, name="Old", category="games", source=b"a.example\n")
    about = tmp_path / f"{kept.id}.json"
    about.write_text(about.read_text().replace('"games"', '"gone"'))
    catalogue = load(tmp_path)
    assert [warning.values["name"] for warning in catalogue.warnings] == ["Old"]
    assert catalogue.look_up("a.example") == UNLISTED


def test_a_folder_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    assert load(tmp_path / "nothing").version == CATALOGUE.version


def test_an_international_name_is_found_in_its_written_form(tmp_path: Path) -> None:
    catalogue = built(**{normalise("tiếng.vn").replace(".", "_"): Listed(categories=("news",))})
    assert catalogue.look_up(normalise("Tiếng.VN")).categories == ("news",)
