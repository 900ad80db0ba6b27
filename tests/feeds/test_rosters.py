"""Lists of pupils as schools have them: every encoding, every title, and what is no list at all."""

import datetime as dt
import io
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from feeds.rosters.columns import Columns, guess, letter, options, plain
from feeds.rosters.errors import NotARoster
from feeds.rosters.pupils import read_pupils
from feeds.rosters.table import MOST_BYTES, MOST_ROWS, read
from feeds.rosters.text import decode
from feeds.rosters.written import as_csv, as_excel
from rules.roster import Pupil

LIST = "STT;Mã học sinh;Họ và tên;Ngày sinh;Lớp\n1;HS01;Nguyễn Đức Ánh;15/03/2014;6A1\n"
ANH = Pupil(2, "Nguyễn Đức Ánh", 2014, "6A1", "HS01")


def workbook(*rows, title="DS", more=()) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, lines in more:
        other = book.create_sheet(name)
        for row in lines:
            other.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def zipped(**files: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name.replace("_csv", ".csv"), text)
    return kept.getvalue()


def pupils_of(data: bytes, year: int = 2026):
    table = read(data)
    return read_pupils(table, guess(table), year=year)


def cp1258(text: str) -> bytes:
    """Write a text as Windows' old Vietnamese does: five accents come after their letters."""
    accents = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    parted = ""
    for sign in text:
        spread = unicodedata.normalize("NFD", sign)
        tone = "".join(each for each in spread if each in accents)
        rest = "".join(each for each in spread if each not in accents)
        parted += unicodedata.normalize("NFC", rest) + tone
    return parted.encode("cp1258")


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.encode("utf-16"),
        LIST.encode("utf-16-le"),
        LIST.encode("utf-16-be"),
        cp1258(LIST),
        LIST.replace(";", "\t").encode("utf-16"),
        LIST.replace(";", ",").encode(),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("15/03/2014", "2014-03-15").encode(),
        LIST.replace("15/03/2014", "15-3-14").encode(),
        LIST.replace("15/03/2014", "41713").encode(),
        LIST.replace("15/03/2014", "2014").encode(),
        LIST.replace("6A1", "Lớp 6A1").encode(),
    ],
    ids=range(14),
)
def test_the_same_list_is_read_however_it_was_saved(data: bytes):
    read_ = pupils_of(data)
    assert (read_.pupils, read_.faults) == ((ANH,), ())


@pytest.mark.parametrize(
    ("titles", "field", "place"),
    [
        (("STT", "Họ và tên", "Ngày sinh"), "name", 1),
        (("Ho va ten", "Nam sinh", "Lop"), "birth", 1),
        (("MÃ HS", "HỌ TÊN", "NĂM SINH", "LỚP"), "number", 0),
        (("Mã định danh", "Họ tên học sinh", "Ngày, tháng, năm sinh"), "number", 0),
        (("Mã định danh", "Họ tên học sinh", "Ngày, tháng, năm sinh"), "birth", 2),
        (("Student ID", "Full name", "Date of birth", "Class"), "class_", 3),
        (("ID", "Student ID", "Name", "DOB"), "number", 1),
        (("Họ đệm", "Tên", "Ngày sinh"), "given", 1),
        (("Last name", "First name", "Birthdate"), "before", 0),
        (("Họ và tên", "Số CCCD", "Ngày sinh"), "number", None),
    ],
)
def test_titles_are_understood_in_both_languages(titles, field: str, place: int | None):
    table = read((",".join(f'"{title}"' for title in titles)).encode())
    assert getattr(guess(table), field) == place


def test_a_name_in_two_columns_below_one_title_is_put_together():
    data = "STT,Họ và tên,,Ngày sinh,Lớp\n1,Trần Thị Bích,Ngọc,01/02/2015,5B\n".encode()
    (ngoc,) = pupils_of(data).pupils
    assert (ngoc.name, ngoc.birth_year, ngoc.class_name) == ("Trần Thị Bích Ngọc", 2015, "5B")


def test_what_stands_above_and_below_a_list_is_no_pupil():
    data = (
        "UBND QUẬN LÊ CHÂN,,,\nTRƯỜNG THCS HẢI ĐĂNG,,,\n,,,\nHọ tên,Ngày sinh,Lớp,Ghi chú\n"
        "Lê An,2014,6A,\n,,,\nTổng số: 1 học sinh,,,\nNgười lập,,,Hiệu trưởng\n"
    ).encode()
    found = pupils_of(data)
    assert [(pupil.row, pupil.name) for pupil in found.pupils] == [(5, "Lê An")]
    assert found.faults == ()


def test_each_row_that_is_wrong_says_why():
    lines = ("Họ tên,Ngày sinh,Lớp", ",2014,6A", "An,hôm qua,6A", "Bình,1980,6A", "Chi,2014,")
    found = pupils_of("\n".join((*lines, '"=HYPERLINK(1)",2014,6A', "Dũng,2014,6A")).encode())
    assert [pupil.name for pupil in found.pupils] == ["Dũng"]
    assert [(fault.row, fault.said.message.split()[0]) for fault in found.faults] == [
        (2, "There"),
        (3, "“{text}”"),
        (4, "{year}"),
        (5, "There"),
        (6, "This"),
    ]


def test_excel_gives_dates_numbers_and_formulas_as_text():
    data = workbook(
        ("Mã HS", "Họ và tên", "Ngày sinh", "Lớp"),
        (1001, "Phạm Gia Huy", dt.datetime.fromisoformat("2013-09-05"), "7C"),
        (1002.0, "Vũ Lan", date(2013, 1, 1), "7C"),
        ("=A2+1", "Đỗ Minh", 2013, "7C"),
    )
    found = pupils_of(data)
    assert [(pupil.number, pupil.birth_year) for pupil in found.pupils] == [
        ("1001", 2013),
        ("1002", 2013),
    ]
    assert found.faults[0].said.message.startswith("This is a formula")


def test_no_day_of_birth_is_kept_even_before_anything_is_chosen():
    data = workbook(("Tên", "Ngày sinh", "Ngày vào"), ("An", date(2014, 3, 15), "05/09/2020"))
    assert read(data).rows[1].cells == ("An", "2014", "2020")


def test_a_sheet_for_each_class_is_one_list():
    lines = [("Họ tên", "Ngày sinh"), ("An", 2014)]
    found = pupils_of(workbook(*lines, title="6A", more=[("6B", [lines[0], ("Bình", 2014)])]))
    assert [(pupil.name, pupil.class_name) for pupil in found.pupils] == [
        ("An", "6A"),
        ("Bình", "6B"),
    ]


def test_oneroster_is_read_as_its_parts_say():
    found = pupils_of(
        zipped(
            manifest_csv="propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n",
            orgs_csv="sourcedId,status,name,type\no1,active,THCS,school\n",
            academicSessions_csv="sourcedId,status,title\na1,active,2026\n",
            users_csv=(
                "sourcedId,status,enabledUser,username,givenName,middleName,familyName,identifier\n"
                "u1,active,true,an,An,Thị,Nguyễn,HS1\nu2,tobedeleted,true,b,Bình,,Lê,HS2\n"
                "u3,active,true,co,Hoa,,Cô,GV1\n"
            ),
            classes_csv="sourcedId,status,title\nc1,active,6A\nc2,active,Toán 6\n",
            enrollments_csv=(
                "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,primary\n"
                "e0,active,c2,o1,u1,student,false\ne1,active,c1,o1,u1,student,true\n"
                "e2,active,c1,o1,u3,teacher,true\n"
            ),
            demographics_csv="sourcedId,status,birthDate\nu1,active,2014-05-06\n",
        )
    )
    assert found.faults == ()
    assert found.pupils == (Pupil(2, "Nguyễn Thị An", 2014, "6A", "HS1"),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing in this file"),
        (b"\n\n;;;\n", "nothing in this file"),
        (b"%PDF-1.7 ...", "no list we can read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (b"a,b\n" * (MOST_ROWS + 1), "more than"),
        (zipped(any_txt="x"), "no list we can read"),
        (zipped(manifest_csv="propertyName,value\noneroster.version,1.0\n"), "is not in it"),
        (bytes(range(256)) * 4, "no list we can read"),
    ],
    ids=range(10),
)
def test_what_is_no_list_says_what_to_do(data: bytes, said: str):
    with pytest.raises(NotARoster) as wrong:
        read(data)
    assert said in wrong.value.sentence.message


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unread():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 70_000_000)
    assert len(kept.getvalue()) < 100_000
    with pytest.raises(NotARoster, match="unpacks to more"):
        read(kept.getvalue())


def test_xml_that_defines_entities_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    data = zipped(**{"xl/workbook.xml": bomb})
    with pytest.raises(NotARoster, match="damaged"):
        read(data)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
@example(b"PK\x03\x04")
@example(b'"')
@example(b"\xff\xfe\x00")
def test_any_bytes_are_pupils_and_faults_or_a_clear_refusal(data: bytes):
    said, table = "", None
    try:
        table = read(data)
    except NotARoster as refused:
        said = refused.sentence.message
    assert bool(said) != bool(table)
    if table:
        columns = guess(table)
        found = read_pupils(table, columns, year=2026, class_name="6A")
        assert len(found.pupils) + len(found.faults) <= len(table.rows)
        assert options(table, columns)


@given(st.binary(min_size=1, max_size=60), st.integers(0, 5000))
def test_a_damaged_excel_file_is_refused_or_read_and_never_breaks(noise: bytes, at: int):
    whole = workbook(("Họ tên", "Ngày sinh", "Lớp"), ("An", 2014, "6A"))
    place = at % len(whole)
    try:
        table = read(whole[:place] + noise + whole[place + len(noise) :])
    except NotARoster:
        return
    read_pupils(table, guess(table), year=2026)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=50))
def test_text_comes_through_utf8_and_utf16_as_it_was(text: str):
    wanted = unicodedata.normalize("NFC", text).removeprefix("\ufeff")
    assert decode(text.encode("utf-8-sig")) == wanted
    assert decode(b"\xff\xfe" + text.encode("utf-16-le")) == wanted


def test_an_export_is_harmless_in_a_spreadsheet_and_reads_back():
    titles = ("Mã học sinh", "Họ và tên", "Năm sinh", "Lớp")
    rows = [("HS1", "=cmd|'/c calc'!A1", "2014", "6A"), ("-2", "Lê Ánh", "2014", "6A")]
    written = as_csv(titles, rows).decode("utf-8-sig")
    assert "\n=cmd" not in written
    assert ",=cmd" not in written
    assert "'=cmd" in written
    book = load_workbook(io.BytesIO(as_excel(titles, rows, "6A: [x]")))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}
    assert [pupil.name for pupil in pupils_of(as_csv(titles, rows)).pupils][-1] == "Lê Ánh"


def test_columns_can_be_named_as_a_spreadsheet_does():
    assert [letter(place) for place in (0, 25, 26, 39)] == ["A", "Z", "AA", "AN"]
    assert plain("Ngày, tháng, năm sinh (Đ)") == "ngay thang nam sinh d"
    assert Columns().missing == ("name", "birth")
