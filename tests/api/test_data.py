"""Who looks after the machine decides how long is kept; who runs a family erases, with proof."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from api import proofs
from api.panel import Upkeep, follow_keeping
from cli import backups as made
from cli.settings import Settings
from rules.findings import Finding
from rules.verdict import Action, Reason
from store import erasing, sessions
from store.keeping import Keeping
from store.tables import metadata
from store.tables import sessions as sessions_table
from tests.api.conftest import House

COUNTED = {"child_id", "owner_id"}
PLANT = "geheimer-leuchtturm.example"


def test_every_table_that_an_erasure_counts_has_a_name_in_words():
    counted = {name for name, table in metadata.tables.items() if COUNTED & set(table.c.keys())}
    assert counted - erasing.STAYS <= set(proofs.NAMED)


@pytest.fixture
def kept(house: House, tmp_path: Path) -> House:
    """Give the panel the hands of the command line, as it has when it runs."""

    async def examine() -> list[Finding]:
        return []

    # Signing in was proof; that was an hour ago.
    house.clock.move(hours=1)
    settings = Settings(data=tmp_path)
    folder = made.folder_of(settings)

    async def back_up() -> Path:
        return await made.make(settings, folder, house.panel.db)

    house.panel.upkeep = Upkeep(
        tmp_path,
        examine,
        spool=tmp_path / "spool",
        snapshot=tmp_path / "household.json",
        backups=folder,
        list_backups=lambda: made.list_all(folder),
        back_up=back_up,
    )
    return house


async def prove(house: House, who: str) -> None:
    """Let somebody have shown a moment ago that it is they."""
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens[who], now=house.clock())
        assert session
        await sessions.prove(store, session.id, now=house.clock())


async def test_before_less_is_kept_one_sees_what_is_forgotten(kept: House, note):
    mai, now = kept.children["Mai"].id, kept.clock()
    for days in (1, 20, 60):
        await note(mai, "a.example", now - timedelta(days=days), Action.PASS, Reason.DEFAULT)
    wanted = {"visits_days": "14", "pages_days": "7"}
    async with kept.client("alice") as alice:
        asked = await alice.post("/settings/data/keep", data=wanted)
        assert "2 rows of visits" in asked.text
        assert kept.panel.keep_visits_days == 90
        sure = await alice.post("/settings/data/keep/sure", data=wanted)
        assert sure.headers["location"].startswith("/confirm")
        await prove(kept, "alice")
        sure = await alice.post("/settings/data/keep/sure", data=wanted)
        assert sure.headers["location"] == "/settings/data"
        assert (await alice.get("/api/v1/keeping")).json() == {"visits_days": 14, "pages_days": 7}
        wrong = await alice.post("/settings/data/keep", data=wanted | {"visits_days": "0"})
        assert wrong.status_code == 422
        longer = await alice.post(
            "/settings/data/keep", data={"visits_days": "365", "pages_days": "7"}
        )
        assert "longer than what you and the children agreed" in longer.text
    # Another panel, or this one after a restart, follows within a second.
    kept.panel.keep_visits_days = 90
    await follow_keeping(kept.panel, Keeping(90, 30))
    assert (kept.panel.keep_visits_days, kept.panel.keep_pages_days) == (14, 7)


@pytest.mark.parametrize("who", ["vera", "charlie"])
async def test_who_does_not_look_after_the_machine_changes_and_copies_nothing(
    kept: House, who: str
):
    await prove(kept, who)
    async with kept.client("alice") as alice:
        backup = (await alice.post("/api/v1/backups")).json()["name"]
    async with kept.client(who) as somebody:
        for path in ("/settings/data/keep", "/settings/data/keep/sure", "/settings/data/backups"):
            answer = await somebody.post(path, data={"visits_days": "1", "pages_days": "1"})
            assert answer.status_code == 403, path
        page = (await somebody.get("/settings/data")).text
        assert "Back up now" not in page
        for path in (f"/settings/data/backups/{backup}", f"/api/v1/backups/{backup}"):
            assert (await somebody.get(path)).status_code == 403, path
        assert (await somebody.get("/api/v1/backups")).status_code == 403
        for path in ("erase", "export.zip"):
            answer = await somebody.get(f"/children/{kept.children['Mai'].id}/{path}")
            assert answer.status_code in {403, 404}, path


async def test_a_child_is_taken_along_as_a_file_and_the_ledger_says_who_took_it(kept: House, note):
    mai = kept.children["Mai"]
    await note(mai.id, PLANT, kept.clock(), Action.PASS, Reason.DEFAULT)
    async with kept.client("alice") as alice:
        first = await alice.get(f"/children/{mai.id}/export.zip")
        assert first.headers["location"].startswith("/confirm")
        await prove(kept, "alice")
        got = await alice.get(f"/children/{mai.id}/export.zip")
        with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
            told = json.loads(archive.read("data.json"))
            rows = list(csv.DictReader(io.StringIO(archive.read("visits.csv").decode("utf-8-sig"))))
        assert told["about"]["name"] == "Mai"
        assert [visit["host"] for visit in told["visits"]] == [PLANT]
        assert rows[0]["host"] == PLANT
        assert {"rules", "minutes", "letters", "pages", "asks", "ledger"} <= told.keys()
        assert (await alice.get(f"/api/v1/children/{mai.id}/export")).json()["visits"]
        line = (await alice.get("/api/v1/ledger")).json()[0]
        assert line["sentence"] == "took along everything kept about Mai"
        counts = {"privacy": "counts"}
        await alice.put(f"/api/v1/children/{mai.id}/policy", json=counts)
        hidden = (await alice.get(f"/api/v1/children/{mai.id}/export")).text
        assert PLANT not in json.dumps(json.loads(hidden)["visits"])


async def test_a_child_is_erased_with_a_proof_and_no_file_says_its_name(
    kept: House, note, tmp_path: Path
):
    mai = kept.children["Mai"]
    await note(mai.id, PLANT, kept.clock(), Action.PASS, Reason.DEFAULT)
    let_something_wait(tmp_path, mai.id)
    async with kept.client("alice") as alice:
        await alice.put(f"/api/v1/children/{mai.id}/policy", json={"block": [PLANT]})
        assert left_behind(tmp_path)
        assert "versions of the rules" in (await alice.get(f"/children/{mai.id}/erase")).text
        await prove(kept, "alice")
        wrong = await alice.post(f"/children/{mai.id}/remove", data={"confirm": "Nam"})
        assert wrong.status_code == 422
        answer = await alice.post(f"/children/{mai.id}/remove", data={"confirm": "Mai"})
        proof = await alice.get(answer.headers["location"])
        assert "the chain holds" in proof.text
        assert "written anew" in proof.text
        [receipt] = (await alice.get("/api/v1/erasures")).json()
        told = (await alice.get(f"/api/v1/erasures/{receipt['number']}")).json()
        assert told["tables"]["visits"] == 1
        assert told["rows"] == sum(told["tables"].values())
        assert (told["holds"], told["clean"], told["spooled"]) == (True, True, 1)
        listing = (await alice.get("/settings/data")).text
        assert f"/settings/data/receipts/{receipt['number']}" in listing
    async with kept.client("charlie") as charlie:
        assert (await charlie.get(f"/api/v1/erasures/{receipt['number']}")).status_code == 404
    assert left_behind(tmp_path) == []


def let_something_wait(data: Path, child_id: UUID) -> None:
    """Leave a batch in the spool, and the doors' snapshot."""
    (data / "spool").mkdir(exist_ok=True)
    lines = [{"batch": "x", "lines": 1}, {"visits": {"child_id": str(child_id), "host": PLANT}}]
    waiting = data / "spool" / "x-home_1.jsonl"
    waiting.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (data / "household.json").write_text(json.dumps({"id": str(child_id), "said": PLANT}))


def left_behind(data: Path) -> list[Path]:
    """Return the files that still say something of the child."""
    files = [path for path in data.rglob("*") if path.is_file()]
    secrets = (PLANT.encode(), "Mai’s phone".encode())
    return [path for path in files if any(secret in path.read_bytes() for secret in secrets)]


async def test_backups_are_made_planned_taken_away_and_removed(kept: House):
    async with kept.client("alice") as alice:
        first = await alice.post("/settings/data/backups")
        assert first.headers["location"] == "/settings/data#backups"
        [backup] = (await alice.get("/api/v1/backups")).json()
        plan = await alice.post("/settings/data/backups/plan", data={"every": "day", "keep": "3"})
        assert plan.status_code == 303
        assert (await alice.get("/api/v1/backup-plan")).json() == {"every": "day", "keep": 3}
        page = (await alice.get("/settings/data")).text
        assert backup["name"] in page
        assert "haidang restore" in page
        path = f"/settings/data/backups/{backup['name']}"
        assert (await alice.get(path)).headers["location"].startswith("/confirm")
        await prove(kept, "alice")
        assert (await alice.get(path)).content[:2] == b"\x1f\x8b"
        for name in ("../haidang.db", "haidang.db", "haidang-20200101-000000.tar.gz"):
            assert (await alice.get(f"/settings/data/backups/{name}")).status_code == 404
        assert (await alice.post(f"{path}/remove")).status_code == 303
        assert (await alice.get("/api/v1/backups")).json() == []
        said = [line["what"] for line in (await alice.get("/api/v1/ledger")).json()]
    assert said[:2] == ["removed the backup {file}", "took away the backup {file}"]


async def test_without_the_machine_s_tools_the_panel_says_so(house: House):
    async with house.client("alice") as alice:
        answer = await alice.post("/api/v1/backups")
        assert (answer.status_code, answer.json()["code"]) == (409, "no-upkeep")
        assert (await alice.get("/settings/data")).status_code == 200
    async with house.panel.db.read() as store:
        assert await store.scalar(sa.select(sa.func.count()).select_from(sessions_table))
