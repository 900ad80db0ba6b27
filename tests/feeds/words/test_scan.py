"""What a page is about is told from its words; lessons and news of it are not taken for it."""

import pytest

from feeds.words.phrases import Scanner, plain, variants
from feeds.words.scan import Score, score_page


def page(title: str, *paragraphs: str, lang: str = "vi") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html lang={lang}><title>{title}</title><body>{body}</body></html>".encode()


BAD = {
    "betting, with diacritics": (
        "gambling",
        page("Nhà cái uy tín", "Tài xỉu, xóc đĩa, nạp đầu 100%"),
    ),
    "betting, without": ("gambling", page("Nha cai uy tin", "Tai xiu, xoc dia, nap dau 100%")),
    "betting, English": (
        "gambling",
        page("Online casino", "Free spins, live dealer, welcome bonus"),
    ),
    "adult, Vietnamese": ("adult", page("Phim sex hay", "Clip sex, jav không che, gái gọi")),
    "adult, English": ("adult", page("Free porn tube", "XXX videos, milf, blowjob, big tits")),
    "drugs, Vietnamese": ("drugs", page("Bán cần sa", "Cỏ Mỹ, tinh dầu cần sa, giá cần sa")),
    "drugs, English": (
        "drugs",
        page("Buy weed online", "THC gummies, magic mushrooms, weed delivery"),
    ),
    "self-harm": (
        "selfharm",
        page("Painless methods", "suicide methods, ways to die, suicide pact"),
    ),
    "gore": (
        "violence",
        page("Gore videos", "beheading, real death, torture videos, watch people die"),
    ),
    "weapons": ("weapons", page("Guns for sale", "Buy ammo, ghost gun, rifles for sale, holster")),
}
GOOD = {
    "news of an arrest": page(
        "Triệt phá đường dây đánh bạc nghìn tỷ",
        "Công an khởi tố 12 bị can điều hành nhà cái, tài xỉu, xóc đĩa, cá độ bóng đá qua mạng.",
    ),
    "sex education": page(
        "Giáo dục giới tính cho học sinh lớp 8",
        "Tuổi dậy thì, thủ dâm có hại không, tránh thai, bệnh lây truyền, bác sĩ trả lời.",
    ),
    "health": page(
        "Sexual health", "Masturbation, orgasm, anal sex: your doctor on contraception and consent."
    ),
    "help": page(
        "Suicide: warning signs",
        "If you want to kill myself thoughts to stop: helpline, therapist, crisis line, treatment.",
    ),
    "drugs at school": page(
        "Tác hại của ma túy",
        "Phòng chống ma túy: cần sa, thuốc lắc, ketamine, bóng cười; cai nghiện.",
    ),
    "a lesson on chance": page(
        "Bài toán xác suất", "Tung xúc xắc, rút thẻ, sách giáo khoa lớp 10."
    ),
    "history": page(
        "War museum", "History of guns, rifles and ammo in the war; victims remembered."
    ),
    "rhetoric": page("Biện pháp tu từ", "Đi từ từ, nói từ từ, các biện pháp tu từ lớp 6."),
    "nothing": b"",
    "no page at all": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", BAD)
def test_a_page_has_the_category_of_its_words(name: str) -> None:
    category, html = BAD[name]
    score = score_page(html)
    assert score.category == category
    assert len(score.words) >= 3


@pytest.mark.parametrize("name", GOOD)
def test_a_page_about_it_is_not_a_page_of_it(name: str) -> None:
    assert score_page(GOOD[name]) == Score()


def test_one_word_is_not_enough_however_often_it_stands() -> None:
    assert score_page(page("porn", *["porn"] * 500)) == Score()


def test_what_scripts_and_styles_say_is_not_read() -> None:
    bad = "nhà cái, tài xỉu, xóc đĩa, nổ hũ, kubet"
    assert score_page(f"<script>{bad}</script><style>{bad}</style><p>Xin chào".encode()) == Score()


def test_a_page_that_calls_itself_adult_is_believed() -> None:
    html = b'<meta name="rating" content="RTA-5042-1996-1400-1577-RTA"><p>Welcome'
    assert score_page(html).category == "adult"


def test_the_menu_of_a_betting_site_tells_on_it() -> None:
    links = "".join(
        f'<a href="/{path}">x</a>' for path in ("tai-xiu", "xoc-dia", "no-hu", "soi-keo")
    )
    assert score_page(links.encode()).category == "gambling"


def test_words_inside_other_words_are_not_met() -> None:
    scanner = Scanner(["sex", "bú"])
    assert not list(scanner.find("essex sussex búa"))
    assert [found.start for found in scanner.find("x sex y")] == [2]


def test_a_phrase_is_met_with_and_without_marks_unless_they_matter() -> None:
    assert variants("tài xỉu") >= {"tài xỉu", "tai xiu", "tai xỉu"}
    assert variants("=tự =tử") == {"tự tử"}
    assert {"hòa bình", "hoà bình", "hoa binh"} <= variants("hòa bình")
    assert plain("Đường đời") == "Duong doi"
