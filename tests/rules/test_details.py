"""Private details are found however they are written, and can be read by nobody."""

from uuid import uuid4

import pytest

from rules.details import Detail, Kind, digests, find, finder
from rules.mistakes import Mistake
from rules.sending import Sending
from rules.trusting import is_trusted
from rules.visit import Known

KEY, OTHER = b"k" * 32, b"o" * 32
FAMILY = (
    (Kind.NAME, "Nguyễn Văn Minh"),
    (Kind.PHONE, "0912 345 678"),
    (Kind.FAMILY, "Me.Lan@example.com"),
    (Kind.HOME, "Số 12 ngõ 34 phố Lạch Tray, phường Lạch Tray, Hải Phòng"),
    (Kind.SCHOOL, "Trường THCS Trần Phú"),
)


def details(key: bytes = KEY) -> list[Detail]:
    made = []
    for kind, text in FAMILY:
        found = digests(key, kind, text)
        made.append(Detail(id=uuid4(), kind=kind, heads=found.heads, forms=found.forms))
    return made


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Em tên là nguyen van minh", {"name"}),
        ("NGUYỄN VĂN MINH", {"name"}),
        ("Minh Nguyễn Văn", {"name"}),
        ("Minh Van Nguyen", {"name"}),
        ("nguyenvanminh", {"name"}),
        ("Nguyen_Van-Minh", {"name"}),
        ("sđt 0912345678 nhé", {"phone"}),
        ("+84 912 345 678", {"phone"}),
        ("(+84)912.345.678", {"phone"}),
        ("0084912345678", {"phone"}),
        ("gọi 0 9 1 2 3 4 5 6 7 8", {"phone"}),
        ("không chín một hai ba bốn năm sáu bảy tám", {"phone"}),
        ("tel 0912-345-678 16 tuổi", {"phone"}),
        ("912345678", {"phone"}),
        ("me.lan@EXAMPLE.com", {"family"}),
        ("nhà em 12 ngõ 34 Lạch Tray", {"home"}),
        ("12/34 đường lach tray hp", {"home"}),
        ("em học trường trung học cơ sở Trần Phú", {"school"}),
        ("thcs tran phu lop 7a", {"school"}),
        ("Minh, 0912345678, THCS Trần Phú", {"phone", "school"}),
        # What is not theirs, or too little.
        ("Văn Minh", set()),
        ("Nguyễn Minh", set()),
        ("0912345679", set()),
        ("10912345678", set()),
        ("12 34", set()),
        ("phố Lạch Tray", set()),
        ("đường Trần Phú", set()),
        ("lan@example.com", set()),
        ("", set()),
    ],
)
def test_a_detail_is_found_however_it_is_written(text: str, kinds: set[str]) -> None:
    assert find(finder(KEY, details()), text) == kinds


def test_without_the_key_nothing_is_found() -> None:
    said = "Nguyễn Văn Minh 0912345678"
    assert find(finder(OTHER, details()), said) == frozenset()
    assert {detail.forms for detail in details()}.isdisjoint(
        {detail.forms for detail in details(OTHER)}
    )


def test_what_is_kept_holds_nothing_of_the_value() -> None:
    kept = " ".join(detail.model_dump_json() for detail in details()).lower()
    for part in ("minh", "912345678", "lan@", "lach", "tran phu"):
        assert part not in kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.PHONE, "113"),
        (Kind.PHONE, "no number"),
        (Kind.MAIL, "name"),
        (Kind.NAME, "Minh"),
        (Kind.HOME, "Hải Phòng"),
        (Kind.HOME, ""),
        (Kind.SCHOOL, "trường"),
        (Kind.FAMILY, "Mẹ"),
    ],
)
def test_what_would_be_found_everywhere_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(Mistake):
        digests(KEY, kind, text)


def test_a_village_without_numbers_needs_its_commune() -> None:
    kept = digests(KEY, Kind.HOME, "thôn Đông, xã An Hòa, huyện An Dương")
    one = Detail(id=uuid4(), kind=Kind.HOME, heads=kept.heads, forms=kept.forms)
    assert find(finder(KEY, [one]), "em ở thôn Đông xã An Hòa") == {Kind.HOME}
    assert find(finder(KEY, [one]), "xã An Hòa") == frozenset()


@pytest.mark.parametrize(
    ("host", "known", "trusted"),
    [
        ("olm.vn", Known(categories=("learning",)), True),
        ("bank.example", Known(never_open=True), True),
        ("stranger.example", Known(), False),
        ("form.club.example", Known(), True),
        ("chat.example", Known(services=("zalo",), categories=("chat",)), True),
        ("game.example", Known(categories=("games",)), False),
    ],
)
def test_schools_and_whom_the_family_trusts_may_know(
    host: str, known: Known, *, trusted: bool
) -> None:
    rules = Sending(ask=True, trusted=("site:club.example", "service:zalo"))
    hosts = (host, host.partition(".")[2])
    assert is_trusted(rules, hosts, known) is trusted
