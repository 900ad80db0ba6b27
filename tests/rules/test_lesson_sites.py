"""“Only these sites for 45 minutes”: the strictest layer wins, and it ends by itself."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from rules.compile import compile_layers
from rules.decide import decide
from rules.diff import describe
from rules.explain import for_child
from rules.lesson_sites import Lesson
from rules.meanwhile import meanwhile
from rules.policy import Policy
from rules.verdict import Layer, Reason
from rules.visit import Known, Visit
from tests.rules.kit import MONDAY_NOON, book, games, granted, hours, judge

END = MONDAY_NOON + timedelta(minutes=45)
LESSON = Lesson(by="Cô Thu", since=MONDAY_NOON, until=END, sites=("olm.vn", "play.vn"))
CLASS = Policy(lesson=LESSON, categories={"games": "block"})
NEWS = Visit("news.vn", Known(categories=("news",)))


def lesson(*layers, grants=()):
    return book((Layer.CLASS, CLASS), *layers, grants=list(grants))


def test_only_the_chosen_sites_are_open_and_the_child_is_told_until_when():
    stopped = judge(lesson(), NEWS)
    assert (stopped.reason, stopped.layer, stopped.until) == (Reason.LESSON, Layer.CLASS, END)
    assert not judge(lesson(), Visit("www.olm.vn")).blocks
    said = for_child(stopped)
    assert said.message == "It’s a lesson until {until}: only the sites that {by} chose are open."
    open_now, then = meanwhile(lesson(), stopped, MONDAY_NOON, {})
    assert open_now.values["sites"] == "olm.vn, play.vn"
    assert then.values == {"until": END}


def test_what_the_teacher_chose_is_open_in_the_class_and_closed_where_the_family_closed_it():
    # A site of games: the class blocks games, but the teacher wants this one now.
    assert not judge(lesson(), games()).blocks
    at_home = (Layer.FAMILY, Policy(categories={"games": "block"}))
    stopped = judge(lesson(at_home), games())
    assert (stopped.reason, stopped.layer) == (Reason.CATEGORY, Layer.FAMILY)


def test_it_ends_by_itself_and_does_not_begin_early():
    assert not judge(lesson(), NEWS, END).blocks
    before = judge(lesson(), NEWS, MONDAY_NOON - timedelta(minutes=1))
    assert (before.blocks, before.until) == (False, MONDAY_NOON)


def test_the_hours_of_the_class_and_help_still_hold():
    closed = Policy(lesson=LESSON, hours=(hours("11:00", "13:00"),))
    assert judge(book((Layer.CLASS, closed)), Visit("olm.vn")).reason is Reason.HOURS
    assert not judge(lesson(), Visit("111.vn", Known(never_block=True))).blocks
    assert not judge(lesson(), Visit("fonts.example", Known(categories=("system",)))).blocks


def test_what_a_chosen_page_needs_comes_with_it_but_no_site_that_a_list_knows():
    part = Visit("cdn.example", companion="olm.vn")
    assert judge(lesson(), part).reason is Reason.COMPANION
    assert judge(lesson(), NEWS._replace(companion="olm.vn")).reason is Reason.LESSON


def test_the_teacher_s_own_grant_lifts_it_and_the_family_s_does_not():
    assert judge(lesson(grants=[granted(layer=Layer.FAMILY)]), NEWS).reason is Reason.LESSON
    assert not judge(lesson(grants=[granted(layer=Layer.CLASS)]), NEWS).blocks


def test_a_lesson_needs_sites_and_zones_and_is_told_in_the_history():
    for wrong in ({"sites": ()}, {"until": END.replace(tzinfo=None)}):
        with pytest.raises(ValidationError):
            Lesson.model_validate(LESSON.model_dump() | wrong)
    (begun,) = describe(Policy(), Policy(lesson=LESSON))
    assert begun.values["sites"] == "olm.vn, play.vn"
    (over,) = describe(Policy(lesson=LESSON), Policy())
    assert over.message == "The lesson was ended"


def test_two_classes_with_lessons_open_what_both_chose():
    other = Policy(lesson=LESSON.model_copy(update={"sites": ("olm.vn",)}))
    both = compile_layers(((Layer.CLASS, CLASS), (Layer.CLASS, other)), "Asia/Ho_Chi_Minh")
    assert not decide(both, Visit("olm.vn"), MONDAY_NOON, {}).blocks
    assert decide(both, Visit("play.vn"), MONDAY_NOON, {}).reason is Reason.LESSON
