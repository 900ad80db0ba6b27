"""A list of pupils on the command line: rehearsed, brought in, written out, taken back."""

import pytest

from cli import groups, rosters
from cli.places import CannotStart
from cli.settings import Settings
from tests.cli.home import command, move_in

LIST = "Mã HS;Họ và tên;Ngày sinh;Lớp\n1;Lê An;2014;9A\n2;;2014;6B\n3;Vũ Bình;5/5/2015;6B\n"


@pytest.fixture
async def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    given = Settings(data=tmp_path)
    await move_in(given)
    return given


async def test_a_list_is_rehearsed_brought_in_written_out_and_taken_back(
    settings, tmp_path, capsys
):
    command(groups.add, settings, "THCS", "school", "", "")
    file, out = tmp_path / "ds.csv", tmp_path / "out.csv"
    file.write_text(LIST)

    def bring(*, dry_run: bool) -> str:
        command(
            lambda given: rosters.bring_in(given, "THCS", file, dry_run=dry_run, leave=False),
            settings,
        )
        return capsys.readouterr().out

    def written() -> list[str]:
        command(rosters.export, settings, "THCS", out)
        return out.read_text("utf-8-sig").split()[1:]

    assert "3: There is no name." in bring(dry_run=True)
    assert "Lê" not in str(written())
    bring(dry_run=False)
    assert "9A" in str(written())
    command(lambda given: rosters.begin_year(given, "THCS", dry_run=False), settings)
    assert capsys.readouterr().out.splitlines() == ["6B → 7B", "9A → leaves the school"]
    assert "9A" not in str(written())
    command(rosters.undo, settings, "THCS")
    assert "9A" in str(written())
    command(rosters.undo, settings, "THCS")
    assert len(out.read_text("utf-8-sig").splitlines()) > 1
    assert "Bình" not in str(written())
    with pytest.raises(CannotStart, match="nothing to take back"):
        command(rosters.undo, settings, "THCS")
    with pytest.raises(CannotStart, match=r"\.xlsx or \.csv"):
        command(rosters.export, settings, "THCS", tmp_path / "x.pdf")
