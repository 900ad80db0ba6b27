"""`haidang preset`, `calendar` and `rules`: shown first, taken, told, undone."""

import json

import pytest

from cli.adopting import set_rules, show_presets, show_rules, take_calendar, take_preset
from cli.history import go_back, show
from cli.places import CannotStart
from cli.saying import spoken
from cli.settings import Settings
from rules.policy import Choice, Policy
from rules.presets import PRESETS
from rules.times import Like
from tests.cli.home import command, move_in
from tests.rules.test_adopting import event
from tests.rules.test_icalendar import TET, calendar


@pytest.fixture
async def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "250")
    given = Settings(data=tmp_path)
    await move_in(given)
    return given


def said(capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


def rules_of(settings, capsys, owner: str = "bong") -> Policy:
    command(show_rules, settings, owner)
    return Policy.model_validate_json(capsys.readouterr().out)


async def test_a_preset_is_shown_taken_and_undone(settings, capsys) -> None:
    command(show_presets, settings)
    assert "Games as Decree 147 says" in said(capsys)
    command(take_preset, settings, "bong", "teen", only_show=True)
    assert "YouTube filter: unfiltered → moderate" in said(capsys)
    assert rules_of(settings, capsys) == Policy(categories={"games": Choice.BLOCK})
    command(take_preset, settings, "bong", "teen", only_show=False)
    assert said(capsys).endswith(
        "This is version 3 of the rules of Bống. To undo: haidang undo Bống 2"
    )
    taken = rules_of(settings, capsys)
    # What was blocked by hand stays.
    assert taken.categories == {**PRESETS["teen"].categories, "games": Choice.BLOCK}
    command(take_preset, settings, "bong", "teen", only_show=False)
    assert said(capsys) == "Nothing changes."
    command(go_back, settings, "bong", 2)
    assert "version 2 again" in said(capsys)
    assert rules_of(settings, capsys) == Policy(categories={"games": Choice.BLOCK})


async def test_a_calendar_is_taken_for_a_family_and_what_is_left_out_is_told(
    settings, tmp_path, capsys
) -> None:
    file = tmp_path / "holidays.ics"
    file.write_text(calendar(TET, event("c", "20270301T090000Z")))
    assert command(take_calendar, settings, "nhà", file, Like.HOLIDAY, only_show=False) is None
    out, err = capsys.readouterr()
    assert "Tết Nguyên đán was put in the calendar" in out
    assert "only whole days can be taken over" in err
    assert [each.end.day for each in rules_of(settings, capsys, "nhà").exceptions] == [11]
    command(take_calendar, settings, "nhà", file, Like.HOLIDAY, only_show=False)
    assert "Nothing changes." in said(capsys)
    command(show, settings, "nhà")
    assert "Tết Nguyên đán was put in the calendar" in said(capsys)
    file.write_text("hello")
    trouble = command(take_calendar, settings, "nhà", file, Like.EXAM, only_show=False)
    assert "There is nothing in" in spoken(trouble)
    with pytest.raises(CannotStart, match="cannot be read"):
        command(take_calendar, settings, "nhà", tmp_path / "no", Like.EXAM, only_show=False)


async def test_whole_rules_go_out_and_come_back_as_json(settings, tmp_path, capsys) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps({"allow": ["a.vn"]}))
    command(set_rules, settings, "bong", file, only_show=True)
    assert "a.vn was put on the allow list" in said(capsys)
    command(set_rules, settings, "bong", file, only_show=False)
    capsys.readouterr()
    assert rules_of(settings, capsys) == Policy(allow=("a.vn",))
    with pytest.raises(CannotStart, match="no child or group called"):
        command(show_rules, settings, "nobody")
