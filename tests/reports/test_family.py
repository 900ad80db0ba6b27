"""What a family letter finds in a week, and how it says it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from reports import plain
from reports.blocks import Facts, Lines, Picture
from reports.family import bright, questions
from reports.family.day import day_sheet, term_sheet
from reports.family.questions import choose
from reports.family.sheet import sheet_of
from reports.family.table import rows, table
from reports.family.value import FamilyLetter, Point, opened
from reports.family.wording import said
from rules.asks import State, Wish
from rules.family import Grant
from rules.policy import Policy, Privacy
from tests.reports.letters import BEDTIME, LAN, RULES, around, asked, letter, lived, month
from tests.reports.make import MINH, WEEK, span
from words.speech import Speech

ENGLISH, VIETNAMESE = (Speech(each, WEEK.zone) for each in ("en", "vi"))
SITES = ("roblox.com", "vioedu", "casino", "google", "mèo")


def name_of(_: str, each: str) -> str:
    return each.capitalize()


def rules_of(points: tuple[Point, ...]) -> list[str]:
    return [point.rule for point in points]


def text_of(found: FamilyLetter, speech: Speech = ENGLISH) -> str:
    sheet = sheet_of(found, speech, name_of)
    lines = [part for block in sheet.blocks for part in block.parts if isinstance(part, Lines)]
    facts = [part for block in sheet.blocks for part in block.parts if isinstance(part, Facts)]
    told = [text for part in lines for text in part.texts]
    told += [f"{row.name} {row.value} {row.note}" for part in facts for row in part.rows]
    return "\n".join(told)


def test_a_letter_survives_being_kept():
    assert opened(letter().model_dump_json()) == letter()


def test_a_letter_of_the_first_kind_opens_with_its_sums():
    old = letter().week
    assert opened(old.model_dump_json()) == FamilyLetter(week=old)


def test_what_went_well_comes_first_and_is_true():
    sheet = sheet_of(letter(), ENGLISH, name_of)
    [lines] = sheet.blocks[0].parts

    assert sheet.blocks[0].key == "well"
    assert lines.texts[0] == "Bedtime was kept on 6 of 7 days."
    assert rules_of(letter().went_well) == ["nights", "learning", "limit", "spent_less", "reasons"]


def test_nothing_good_is_made_up_about_an_empty_week():
    nothing = letter(bitmaps={}, asks=(), credits=(), alerts=(), comment="")
    empty = nothing.model_copy(
        update={"week": nothing.week.model_copy(update={"sites": (), "stopped_times": 0})}
    )
    assert empty.is_empty
    assert "nights" not in rules_of(nothing.went_well)
    assert "limits" not in rules_of(nothing.went_well)
    assert choose(empty, frozenset()) == ()


def test_bedtime_is_kept_where_an_adult_gave_the_minutes():
    saturday = WEEK.since + timedelta(days=5, hours=21)
    grant = Grant(
        id=UUID(int=5), child_id=MINH, since=saturday, until=saturday + timedelta(hours=1), by="Lan"
    )
    alone, given = letter().nights, letter(grants=(grant,)).nights

    assert (alone.kept, alone.late[5], alone.given) == (6, 25, 0)
    assert (given.kept, given.late[5], given.given) == (7, 0, 25)


def test_study_time_is_no_bedtime():
    study = BEDTIME.model_validate(
        {"name": "study", "windows": [{"start": "14:00", "end": "17:00"}]}
    )
    assert letter(policies=(Policy(hours=(study,)),)).nights is None


def test_limits_tell_what_was_allowed_with_what_was_earned():
    everything, games = letter().limits

    assert (everything.scope, games.scope) == ("everything", "category:games")
    assert everything.allowed == (120, 120, 120, 140, 120, 120, 120)
    assert games.used == (35, 50, 20, 40, 30, 75, 60)


def test_days_to_come_keep_no_limit():
    friday = letter(now=WEEK.since + timedelta(days=4, hours=12))

    assert [len(limit.used) for limit in friday.limits] == [5, 5]
    assert "kept on 5 of 5 days" in text_of(friday)
    assert {row[1] for row in rows(friday) if row[0] == "limit"} == {
        day.isoformat() for day in WEEK.days[:5]
    }


def test_the_four_weeks_before_are_told_the_oldest_first():
    earlier = letter().earlier

    assert [week.first for week in earlier] == [WEEK.moved(-n).first for n in (4, 3, 2, 1)]
    assert earlier[0].minutes > earlier[-1].minutes > 0


def test_a_service_is_new_when_four_weeks_knew_nothing_of_it():
    bitmaps = month() | {(WEEK.first, "service:tiktok"): span("10:00", "10:20")}

    assert letter(bitmaps=bitmaps).new_services == ("tiktok",)
    assert letter(bitmaps=lived(WEEK.first)).new_services == ()


def test_questions_are_two_and_never_those_of_the_week_before():
    first = letter()
    second = letter(last=first.model_dump_json())
    third = letter(last=second.model_dump_json())

    assert len(first.questions) == len(second.questions) == len(third.questions) == 2
    assert not {*rules_of(first.questions)} & {*rules_of(second.questions)}
    assert not {*rules_of(second.questions)} & {*rules_of(third.questions)}
    assert rules_of(first.questions)[0] == "help"


def test_a_no_that_was_taken_is_told_and_one_that_was_not_is_not():
    once = asked(1, State.NO, Wish(scope="category:games"))
    again = asked(3, State.NO, Wish(scope="category:games"))

    assert "accepted" in rules_of(letter(asks=(once,), credits=()).went_well)
    assert "accepted" not in rules_of(letter(asks=(once, again), credits=()).went_well)


@pytest.mark.parametrize("level", list(Privacy))
def test_a_letter_tells_no_more_than_the_level(level: Privacy):
    found = letter(level=level)
    kept = found.model_dump_json()
    told = text_of(found) + table(found)

    assert ("mèo" in kept) is (level is Privacy.PAGES)
    assert ("vioedu" in kept) is level.names_sites
    # Where only counts are agreed no app is named either.
    assert ("Youtube" in told) is level.names_sites
    if level is Privacy.MINUTES:
        for word in ("roblox", "Roblox", "category", "Video", "gambling"):
            assert word not in told.replace("category:games", "")
    assert found.week.minutes == letter().week.minutes


def test_what_leaves_the_house_says_how_many_searches_and_never_which():
    away = letter().without_words()

    assert "mèo" not in away.model_dump_json()
    assert "1 search" in text_of(away)


def test_names_in_what_adults_changed_are_left_out_where_no_site_may_be_named():
    line = around().lines[0]
    told = replace(line, what="closed {what}", values={"what": "secret.example"})
    found = letter(lines=(told,), level=Privacy.COUNTS)

    assert "secret.example" not in found.model_dump_json()
    assert found.deeds[0].by == LAN.name


def test_the_letter_is_said_in_both_languages_with_nothing_left_over():
    english, vietnamese = text_of(letter()), text_of(letter(), VIETNAMESE)

    assert "We saw about 82 % of the time of Điện thoại của Minh" in english
    assert "Chúng tôi thấy được khoảng 82 %" in vietnamese
    assert "Mẹ Lan đồng ý: 30 phút" in vietnamese
    for text in (english, vietnamese):
        assert "{" not in text
    for word in ("kept", "asked", " of ", "minutes"):
        assert word not in vietnamese


def test_every_question_and_every_good_word_is_known_in_both_languages():
    values = {"what": "category:games", "time": 5, "more": 3, "child": "Minh"}
    values |= {"n": 2, "kept": 6, "days": 7}
    for rule in bright.SAID | questions.SAID:
        point = Point(rule=rule, values=values)
        [one], [other] = (said([point], each, name_of) for each in (ENGLISH, VIETNAMESE))
        assert one != other
        assert "{" not in one + other


def test_the_page_and_the_paper_draw_the_same_specification():
    pictures = sheet_of(letter(), VIETNAMESE, name_of).pictures

    assert [picture.key for picture in pictures] == ["by-day", "by-week"]
    assert all(isinstance(picture, Picture) and picture.alt for picture in pictures)


def test_a_table_begins_no_cell_as_a_formula():
    credit = around().credits[0].model_copy(update={"why": "=cmd()"})
    assert "'=cmd()" in table(letter(credits=(credit,)))


def test_the_rules_of_the_letter_are_those_that_hold():
    assert RULES.allowances[0].minutes[0] == letter().limits[0].allowed[0]


def test_a_week_without_records_pulls_no_average_of_a_term_down():
    empty = letter(bitmaps={}, asks=(), credits=())
    found = term_sheet([empty, letter()], ENGLISH, name_of)
    [lead] = found.block("short").parts
    [grid] = found.block("weeks").parts

    assert lead.texts == ("12 h 48 min online in an average week.",)
    assert [row[-1] for row in grid.rows] == ["–", "6 / 7"]


def test_a_day_in_short_tells_that_day_alone():
    found = day_sheet(letter(), WEEK.days[1], ENGLISH, name_of)
    text = plain.text(found)

    assert found.title == "Minh’s day"
    assert "1 h 53 min online." in text
    assert "50 minutes used, 45 minutes allowed" in text
    assert "Mẹ Lan said yes: 30 minutes" in text
    assert "Mẹ Lan said no" not in text
