"""`haidang rehearse` shows what a draft would have done."""

import json

import pytest

from cli.clock import system_clock
from cli.places import CannotStart
from cli.rehearse import show
from cli.saying import spoken
from cli.settings import Settings
from rules.verdict import Action, Reason, Verdict
from store.database import Database
from store.journal import Journal, Note
from tests.cli.home import command, move_in


@pytest.fixture
async def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    given = Settings(data=tmp_path)
    child = await move_in(given)
    db = await Database.open(given.db_url)
    now = system_clock()
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="t/1")
    for host in ("www.roblox.com", "en.wikipedia.org"):
        journal.note(Note(now, None, child.id, host, Verdict(Action.PASS, Reason.DEFAULT)))
    await journal.flush()
    await db.close()
    return given


async def test_it_says_what_would_have_been_stopped_and_why(settings, tmp_path, capsys) -> None:
    draft = tmp_path / "policy.json"
    draft.write_text(json.dumps({"services": {"roblox": "block"}}))
    command(show, settings, "bong", draft, 3)
    text = " ".join(capsys.readouterr().out.split())
    assert "1 of 2 visits would have been stopped; 1 of them were open." in text
    assert "Roblox" in text
    assert "www.roblox.com" in text
    assert "wikipedia" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "JSON này không hợp lệ: hãy xem dòng 1, cột 1."),
        ('{"allow": ["a b"]}', "allow/0: “a b” không phải là tên trang"),
        ('{"nonsense": 1}', "nonsense: Mục này không có ở đây"),
    ],
)
async def test_a_draft_that_is_no_policy_is_refused_with_the_place(
    settings, tmp_path, monkeypatch, content, said
) -> None:
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    draft = tmp_path / "policy.json"
    draft.write_text(content)
    with pytest.raises(CannotStart) as refused:
        command(show, settings, "bong", draft, 3)
    assert said in spoken(refused.value.sentence)
    with pytest.raises(CannotStart, match="cannot be read"):
        command(show, settings, "bong", tmp_path / "nothing.json", 3)
