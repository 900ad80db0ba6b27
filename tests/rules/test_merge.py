"""Two adults change the same rules at once: what only one changed, holds."""

import pytest

from rules.merge import merge
from rules.policy import Policy

BASE = Policy.model_validate(
    {
        "categories": {"games": "block", "social": "allow"},
        "allow": ["a.example", "b.example"],
        "hours": [{"name": "bedtime", "windows": [{"start": "21:00", "end": "06:00"}]}],
        "allowances": [{"scope": "everything", "minutes": [60] * 7}],
    }
)


def changed(**parts: object) -> Policy:
    return Policy.model_validate(BASE.model_dump() | parts)


SHORT = [{"scope": "everything", "minutes": [30] * 7}]
LONG = [{"scope": "everything", "minutes": [90] * 7}]
GAMES = [{"scope": "category:games", "minutes": [15] * 7}]
EARLY = [{"name": "bedtime", "windows": [{"start": "20:00", "end": "06:00"}]}]


@pytest.mark.parametrize(
    ("mine", "theirs", "holds", "both"),
    [
        ({"safe_search": True}, {"searches": True}, {"safe_search": True, "searches": True}, ()),
        (
            {"categories": {"games": "allow", "social": "allow"}},
            {"categories": {"games": "block"}},
            {"categories": {"games": "allow"}},
            (),
        ),
        (
            {"allow": ["a.example", "b.example", "c.example"]},
            {"allow": ["b.example"]},
            {"allow": ["b.example", "c.example"]},
            (),
        ),
        ({"hours": EARLY}, {"allowances": SHORT}, {"hours": EARLY, "allowances": SHORT}, ()),
        (
            {"allowances": [*SHORT, *GAMES]},
            {"allowances": LONG},
            {"allowances": [*SHORT, *GAMES]},
            ("allowances",),
        ),
        ({"privacy": "counts"}, {"privacy": "pages"}, {"privacy": "counts"}, ("privacy",)),
        ({"hours": []}, {"hours": EARLY}, {"hours": []}, ("hours",)),
        ({"hours": EARLY}, {"hours": []}, {"hours": EARLY}, ("hours",)),
        ({}, {"hours": []}, {"hours": []}, ()),
        ({"hours": []}, {}, {"hours": []}, ()),
    ],
)
def test_what_only_one_changed_holds_and_where_both_did_mine_does(mine, theirs, holds, both):
    merged = merge(BASE, changed(**mine), changed(**theirs))
    assert merged is not None
    assert merged.policy == changed(**holds)
    assert merged.both == both


def test_the_same_change_made_twice_is_no_quarrel():
    merged = merge(BASE, changed(allowances=LONG), changed(allowances=LONG))
    assert merged is not None
    assert (merged.policy, merged.both) == (changed(allowances=LONG), ())
