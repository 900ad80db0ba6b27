"""What a list of pupils changes, and what becomes of classes in a new school year."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rules.roster import (
    Enrolled,
    Pupil,
    Step,
    by_given_name,
    doubled,
    folded,
    next_year,
    plan,
    with_number,
)

A, B = UUID(int=1), UUID(int=2)


def known(key: int, name: str, class_name: str = "6A", **more: object) -> Enrolled:
    return Enrolled(UUID(int=key), name, 2014, A, class_name, **more)


def test_a_child_is_found_by_number_else_by_name_and_year_where_only_one_is_meant():
    there = [known(1, "An", number="1"), known(2, "Bình"), known(3, "Chi"), known(4, "Chi", "6B")]
    found = plan(
        [
            Pupil(2, "An Đổi Tên", 2014, "6A", "1"),
            Pupil(3, "BÌNH", 2014, "lớp 6a", "2"),
            Pupil(4, "Chi", 2014, "6C"),
        ],
        there,
        ["6A", "6B", "6C"],
    )
    assert [(one.known.child_id.int, one.what) for one in found.altered] == [
        (1, ("name",)),
        (2, ("name", "number")),
    ]
    # Two are called Chi, and the list does not say which of them: neither is taken for her.
    assert [pupil.name for pupil in found.new] == ["Chi"]
    assert [one.child_id.int for one in found.missing] == [3, 4]


def test_a_child_of_a_family_keeps_the_name_its_family_gave():
    (mai,) = plan(
        [Pupil(2, "Trần Ngọc Mai", 2013, "6B", "9")],
        [known(1, "Mai", number="9", at_home=False)],
        ["6A", "6B"],
    ).altered
    assert mai.what == ("class",)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["", "1", "2"])), max_size=8))
def test_whatever_a_list_says_each_child_is_counted_once_and_a_second_time_changes_nothing(rows):
    pupils = [Pupil(row, name, 2014, "6A", number) for row, (name, number) in enumerate(rows)]
    first = plan(pupils, [], ["6A"])
    assert len(first.new) + len(first.faults) == len(rows)
    there = [known(place + 1, one.name, number=one.number) for place, one in enumerate(first.new)]
    again = plan(pupils, there, ["6A"])
    assert not again.altered
    assert len({one.child_id for one in again.unchanged}) == len(again.unchanged)
    assert len(again.unchanged) + len(again.missing) == len(there)


def test_classes_move_up_and_the_last_grade_leaves():
    names = {"6A1": "7A1", "9B": "", "10 Toán": "11 Toán", "Lớp 8C": "Lớp 9C", "Chuyên": "Chuyên"}
    for name, to in names.items():
        others = ["9Z"] if not name.startswith("10") else ["12Z"]
        steps = next_year([(A, name), *((B, other) for other in others)])
        assert steps[0] == Step(A, name, to), name
    # In a school for nine years the fifth grade goes on.
    assert [step.to for step in next_year([(A, "5A"), (B, "9A")])] == ["6A", ""]
    assert next_year([]) == []
    assert doubled([Step(A, "6A", "7A"), Step(B, "6B", "7a")]) == ["7A", "7a"]


def test_names_are_compared_and_sorted_as_people_do():
    assert folded("Lớp  6A ") == folded("6a")
    assert with_number("x" * 60, "HS1").endswith(" (HS1)")
    assert len(with_number("x" * 60, "HS1")) == 60
    names = ["Trần Đức", "Lê Dũng", "Phạm An"]
    assert sorted(names, key=by_given_name) == ["Phạm An", "Lê Dũng", "Trần Đức"]
