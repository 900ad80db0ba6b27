import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rules.verdict import Action, Layer, Reason, Verdict
from store.devices import Sighting
from store.ids import new_id
from store.journal import MinuteMark, Note
from store.pending import Pending
from store.spool import Spool
from store.visits import VisitRow, key_of
from tests.store.family import ALLOWED, BLOCKED, note

hosts = st.sampled_from(["a.vn", "b.vn", "c.vn"])


verdicts = st.sampled_from([ALLOWED, BLOCKED, ALLOWED._replace(rule="x")])


@given(
    st.lists(
        st.tuples(hosts, verdicts, st.integers(0, 200), st.integers(0, 1000), st.booleans()),
        max_size=60,
    )
)
def test_folding_loses_and_adds_nothing(
    taken: list[tuple[str, Verdict, int, int, bool]],
) -> None:
    began = datetime.fromisoformat("2026-11-23T13:30:00+00:00")
    pending = Pending(limit=1000)
    expected: Counter[tuple[object, ...]] = Counter()
    for host, verdict, second, down, opened in taken:
        at = began + timedelta(seconds=second)
        pending.note(Note(at, None, None, host, verdict, bytes_down=down, opened=opened))
        minute = at.replace(second=0)
        same = (minute, host, verdict.action, verdict.rule, opened)
        expected[(*same, "visits")] += 1
        expected[(*same, "down")] += down
    found: Counter[tuple[object, ...]] = Counter()
    rows = pending.seal().visits
    for row in rows:
        same = (row.minute, row.host, row.action, row.rule, row.opened)
        found[(*same, "visits")] += row.visits
        found[(*same, "down")] += row.bytes_down
    assert found == expected
    assert len({(row.minute, key_of(row)) for row in rows}) == len(rows)


def test_everything_that_tells_rows_apart_is_in_the_key(now: datetime) -> None:
    row = VisitRow(
        minute=now,
        last=now,
        device_id=new_id(),
        child_id=new_id(),
        host="a.vn",
        category="news",
        service="zalo",
        action=Action.PASS,
        reason=Reason.DEFAULT,
        rule="rule",
        layer=Layer.CHILD,
        visits=1,
        bytes_up=1,
        bytes_down=1,
        opened=False,
    )
    different = [
        replace(row, device_id=None),
        replace(row, child_id=None),
        replace(row, host="b.vn"),
        replace(row, category=""),
        replace(row, service=""),
        replace(row, action=Action.BLOCK),
        replace(row, reason=Reason.GRANT),
        replace(row, rule=""),
        replace(row, layer=Layer.HOUSE),
        replace(row, opened=True),
    ]
    assert len({key_of(each) for each in (row, *different)}) == 11
    assert key_of(replace(row, last=now, visits=9, bytes_up=9, bytes_down=9)) == key_of(row)


def test_a_spooled_batch_comes_back_as_it_was(tmp_path: Path, now: datetime) -> None:
    pending = Pending(limit=10)
    device, child = new_id(), new_id()
    pending.note(
        note(
            now,
            child=child,
            device=device,
            opened=True,
            page="https://a.vn/ă",
            title="“Chào”\u2028",
        )
    )
    pending.note(note(now, verdict=BLOCKED))
    pending.mark(MinuteMark(child, "2026-11-23", "service:youtube", 1439))
    pending.sight(Sighting(device, now, "10.0.0.1", trusts_ca=False))
    batch = pending.seal()
    spool = Spool(tmp_path, "w")
    spool.add(batch)
    found = Spool(tmp_path, "other").oldest()
    assert found is not None
    assert found[1] == batch
    assert len(batch) == 5
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_full_disk_share_drops_the_oldest_allowed_visits(tmp_path: Path, now: datetime) -> None:
    spool = Spool(tmp_path, "w", limit_bytes=2000)
    dropped = 0
    for number in range(5):
        pending = Pending(limit=10)
        pending.note(note(now, f"allowed{number}.vn", visits=2))
        pending.note(note(now, f"blocked{number}.vn", verdict=BLOCKED))
        dropped += spool.add(pending.seal())
    kept = []
    while (oldest := spool.oldest()) is not None:
        kept += [row.host for row in oldest[1].visits]
        spool.remove(oldest[0])
    assert [host for host in kept if "blocked" in host] == [f"blocked{n}.vn" for n in range(5)]
    allowed = [host for host in kept if "allowed" in host]
    assert dropped == 2 * (5 - len(allowed)) > 0
    assert allowed == [f"allowed{n}.vn" for n in range(5)][5 - len(allowed) :]


def test_what_memory_cannot_hold_goes_oldest_first_and_never_a_block(now: datetime) -> None:
    pending = Pending(limit=3)
    pending.note(note(now, "blocked1.vn", verdict=BLOCKED))
    for number in range(4):
        pending.note(note(now, f"allowed{number}.vn", visits=10))
    for number in range(2, 5):
        pending.note(note(now, f"blocked{number}.vn", verdict=BLOCKED))
    batch = pending.seal()
    kept = sorted(row.host for row in batch.visits)
    assert kept == ["blocked1.vn", "blocked2.vn", "blocked3.vn", "blocked4.vn"]
    assert pending.dropped == 40


def test_a_line_of_the_spool_is_plain_json(tmp_path: Path, now: datetime) -> None:
    pending = Pending(limit=10)
    pending.note(note(now))
    Spool(tmp_path, "home/1").add(pending.seal())
    [path] = tmp_path.iterdir()
    header, line = [json.loads(text) for text in path.read_text().splitlines()]
    assert header["lines"] == 1
    assert line["visits"]["host"] == "vnexpress.net"


def test_a_note_that_is_no_note_takes_no_other_with_it(now: datetime) -> None:
    pending = Pending(limit=10)
    pending.note(note(now))
    pending.note(replace(note(now), at="yesterday"))  # type: ignore[arg-type]
    assert len(pending.seal().visits) == 1
    assert pending.dropped == 1
