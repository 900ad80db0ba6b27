"""What is searched, watched and typed is heard where the family wants it, and nowhere else."""

import asyncio
import json
from urllib.parse import quote, quote_plus

import pytest
from websockets.asyncio.client import connect

from rules.alerts import Level, Place
from rules.policy import Policy, YouTube
from tests.proxy.clients import Line, trusting, tunnel
from tests.proxy.house import BANK, House
from tests.proxy.test_scored import whole

pytestmark = pytest.mark.door

GOOGLE, YOUTUBE, CHATGPT = "www.google.com", "www.youtube.com", "chatgpt.com"
NAVIGATES = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
BESIDE = ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
HEARS = Policy(searches=True)
KEEPS = Policy(searches=True, privacy="pages")
CRY = "em muốn tự tử"
VIDEO = "dQw4w9WgXcQ"


def search(words: str) -> str:
    return f"/search?q={quote_plus(words)}"


def kept(house: House, kind: str) -> list[tuple[str, str, str]]:
    notes = [note for note in house.notes.notes if note.page and note.kind == kind]
    return [(note.name, note.title, note.detail) for note in notes]


async def post(line: Line, host: str, path: str, body: bytes, kind: str, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Type: {kind}", *headers]
    lines += [f"Content-Length: {len(body)}", "", ""]
    await line.send("\r\n".join(lines).encode() + body)
    return await line.head()


async def test_a_search_is_kept_with_its_engine_where_pages_are_kept(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    head, _ = await line.get(search("núi lửa"), GOOGLE, *NAVIGATES)
    assert b" 200 " in head
    assert kept(house, "search") == [("Google", "núi lửa", "")]
    assert kept(house, "page") == []
    assert [note.page for note in house.notes.notes if note.page] == [f"https://{GOOGLE}/search"]
    assert sum(note.visits for note in house.notes.notes) == 1


async def test_a_search_site_is_not_opened_unless_the_family_chose_it(house: House) -> None:
    await house.rule(Policy(safe_search=True))
    line = await tunnel(house.device_port, house.lab.ca_path, GOOGLE)
    await line.get(search(CRY), GOOGLE, *NAVIGATES)
    assert "Hải Đăng" not in line.issuer()
    assert house.notes.alarms == []


@pytest.mark.parametrize("trusts", [None, False])
async def test_a_device_that_may_not_trust_us_is_never_opened_for_its_words(
    house: House, trusts: bool | None
) -> None:
    await house.rule(HEARS, trusts_ca=trusts)
    line = await tunnel(house.device_port, house.lab.ca_path, GOOGLE)
    assert b" 200 " in (await line.get(search(CRY), GOOGLE, *NAVIGATES))[0]
    assert house.notes.alarms == []


@pytest.mark.parametrize("host", ["r1.googlevideo.com", "www.gstatic.com", "shopee.vn", BANK])
async def test_sites_where_nobody_types_a_search_stay_closed(house: House, host: str) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.lab.ca_path, host)
    assert "Hải Đăng" not in line.issuer()


async def test_a_bank_behind_the_name_of_a_search_site_stays_closed(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.lab.ca_path, GOOGLE, BANK)
    assert "Hải Đăng" not in line.issuer()


async def test_safe_search_holds_while_words_are_heard(house: House) -> None:
    await house.rule(Policy(searches=True, safe_search=True))
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    await line.get(search("núi lửa"), GOOGLE, *NAVIGATES)
    assert "Hải Đăng" in line.issuer()
    assert {note.verdict.to for note in house.notes.notes} == {"forcesafesearch.google.com"}


async def test_words_suggested_while_typing_are_no_search(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    for typed in ("em", "em muon", "em muon tu tu"):
        await line.get(f"/complete/search?q={quote_plus(typed)}", GOOGLE, *BESIDE)
    assert kept(house, "search") == []
    assert house.notes.alarms == []


async def test_a_second_page_of_results_is_the_same_search(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    for start in (0, 10, 20):
        await line.get(f"{search('mèo')}&start={start}", GOOGLE, *NAVIGATES)
    house.clock.move(minutes=11)
    await line.get(search("mèo"), GOOGLE, *NAVIGATES)
    assert len(kept(house, "search")) == 2


async def test_a_cry_shows_help_first_and_then_the_search_goes_on(house: House) -> None:
    child = await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    head, body = await line.get(search(CRY), GOOGLE, *NAVIGATES)
    assert b" 200 " in head
    assert b"You are not alone" in body
    assert b'href="tel:111"' in body
    assert f'href="https://{GOOGLE}{search(CRY)}"'.encode() in body
    assert b"but not the words" in body
    assert not house.lab.origin.reached(GOOGLE)
    head, body = await line.get(search(CRY), GOOGLE, *NAVIGATES)
    assert b"You are not alone" not in body
    assert house.lab.origin.reached(GOOGLE)
    [alarm] = house.notes.alarms
    assert (alarm.child_id, alarm.category, alarm.level) == (child.id, "selfharm", Level.URGENT)
    assert (alarm.place, alarm.host, alarm.words) == (Place.SEARCH, GOOGLE, "")
    assert house.stopped() == []


async def test_other_alerts_do_not_stand_before_the_search(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    await line.ask(search("mua cần sa ở đâu"), GOOGLE, *NAVIGATES)
    _, body = await whole(line)
    assert GOOGLE.encode() in body
    assert [alarm.category for alarm in house.notes.alarms] == ["drugs"]


@pytest.mark.parametrize(
    ("privacy", "host", "words"),
    [("counts", "", ""), ("sites", GOOGLE, ""), ("pages", GOOGLE, "mua cần sa ở đâu")],
)
async def test_an_alert_says_no_more_than_was_agreed(
    house: House, privacy: str, host: str, words: str
) -> None:
    await house.rule(Policy(searches=True, privacy=privacy))
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    await line.get(search("mua cần sa ở đâu"), GOOGLE, *NAVIGATES)
    assert [(alarm.host, alarm.words) for alarm in house.notes.alarms] == [(host, words)]
    assert len(kept(house, "search")) == (privacy == "pages")


async def test_a_search_sent_as_a_form_is_heard_and_arrives_whole(house: House) -> None:
    await house.rule(KEEPS)
    host = "html.duckduckgo.com"
    line = await tunnel(house.device_port, house.ca, host)
    body = f"q={quote_plus('núi lửa')}&b=".encode()
    head = await post(line, host, "/html/", body, "application/x-www-form-urlencoded", *NAVIGATES)
    assert b" 200 " in head
    assert kept(house, "search") == [("DuckDuckGo", "núi lửa", "")]


async def test_a_search_inside_the_page_of_a_video_site_is_heard(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, YOUTUBE)
    body = json.dumps({"context": {"client": {}}, "query": "học đàn"}).encode()
    await post(line, YOUTUBE, "/youtubei/v1/search?key=1", body, "application/json", *BESIDE)
    assert kept(house, "search") == [("YouTube", "học đàn", "")]


async def test_a_video_is_kept_with_title_and_channel(house: House) -> None:
    await house.rule(Policy(searches=True, privacy="pages", youtube=YouTube.STRICT))
    line = await tunnel(house.device_port, house.ca, YOUTUBE)
    packing = "Accept-Encoding: br, gzip, zstd"
    await line.ask(f"/watch?v={VIDEO}", YOUTUBE, packing, *NAVIGATES)
    head, body = await whole(line)
    assert b"content-encoding: gzip" in head.lower()
    assert body[:2] == b"\x1f\x8b"
    await house.until(lambda: kept(house, "video") != [])
    assert kept(house, "video") == [("YouTube", 'Học đàn "ghi ta" - bài 1', "Thầy Minh")]
    assert kept(house, "page") == []
    assert [note.page for note in house.notes.notes if note.page] == [
        f"https://{YOUTUBE}/watch?v={VIDEO}"
    ]


async def test_the_next_video_on_the_same_page_is_kept_and_a_preview_is_not(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, YOUTUBE)
    here = f"Referer: https://{YOUTUBE}/watch?v=aaaaaaaaaaa"
    for number in (VIDEO, "aaaaaaaaaaa"):
        body = json.dumps({"videoId": number}).encode()
        await line.send(b"")
        lines = (here, *BESIDE)
        head = await post(line, YOUTUBE, "/youtubei/v1/player", body, "application/json", *lines)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await line.reader.readexactly(length)
    await house.until(lambda: kept(house, "video") != [])
    assert kept(house, "video") == [("YouTube", "Núi lửa phun trào thế nào?", "Khoa học vui")]


async def test_below_pages_no_video_is_kept_and_its_page_is_left_as_it_is(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, YOUTUBE)
    head, _ = await line.get(f"/watch?v={VIDEO}", YOUTUBE, "Accept-Encoding: br", *NAVIGATES)
    assert b"content-encoding" not in head.lower()
    assert all(not note.page for note in house.notes.notes)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"author": {"role": "user"}, "content": {"parts": [CRY]}}]},
        {"messages": [{"role": "user", "content": "chào"}, {"role": "user", "content": CRY}]},
        {"prompt": CRY, "timezone": "Asia/Ho_Chi_Minh"},
    ],
)
async def test_a_cry_in_a_chat_is_told_and_its_words_are_kept_nowhere(
    house: House, body: dict[str, object]
) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    sent = json.dumps(body).encode()
    await post(line, CHATGPT, "/backend-api/conversation", sent, "application/json", *BESIDE)
    [alarm] = house.notes.alarms
    assert (alarm.place, alarm.level, alarm.words) == (Place.CHAT, Level.URGENT, "")
    assert kept(house, "search") == []


async def test_a_question_in_the_address_of_a_chat_is_told_but_not_kept(house: House) -> None:
    await house.rule(KEEPS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    _, body = await line.get(f"/?q={quote(CRY)}", CHATGPT, *NAVIGATES)
    assert b"You are not alone" in body
    assert [alarm.words for alarm in house.notes.alarms] == [""]
    assert kept(house, "search") == []


async def test_what_the_machine_said_before_is_not_the_child_s(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    talk = [{"role": "assistant", "content": CRY}, {"role": "user", "content": "cảm ơn"}]
    sent = json.dumps({"messages": talk}).encode()
    await post(line, CHATGPT, "/backend-api/conversation", sent, "application/json", *BESIDE)
    assert house.notes.alarms == []


async def test_a_chat_over_a_websocket_is_heard(house: House) -> None:
    await house.rule(HEARS)
    async with connect(
        "wss://copilot.microsoft.com/c/api/chat",
        proxy=f"http://127.0.0.1:{house.device_port}",
        ssl=trusting(house.ca),
    ) as socket:
        await socket.send(json.dumps({"event": "send", "content": [{"type": "text", "text": CRY}]}))
        await socket.recv()
    await house.until(lambda: house.notes.alarms != [])
    assert house.notes.alarms[0].place is Place.CHAT


async def test_a_large_upload_to_a_chat_streams_and_is_not_collected(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    size = 3_000_000
    start = f"POST /upload HTTP/1.1\r\nHost: {CHATGPT}\r\nContent-Type: application/json\r\n"
    await line.send(f"{start}Content-Length: {size}\r\n\r\n".encode())
    await line.send(b'{"prompt": "' + b"x" * (size - 14) + b'"}')
    _, body = await line.answer()
    assert json.loads(body) == {"bytes": size}
    assert house.notes.alarms == []


async def test_a_chat_gets_the_first_part_of_a_large_body_before_the_last_is_sent(
    house: House,
) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    body = json.dumps({"a": "x" * 70_000}).encode()
    start = f"POST /upload HTTP/1.1\r\nHost: {CHATGPT}\r\nContent-Type: application/json\r\n"
    await line.send(f"{start}Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
    await house.until(lambda: house.lab.origin.reached(CHATGPT))
    await line.send(body[5:])
    assert b" 200 " in await line.head()


async def test_the_same_alarm_within_a_minute_is_one(house: House) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    for words in (CRY, f"{CRY} quá", f"{CRY} lắm rồi"):
        sent = json.dumps({"prompt": words}).encode()
        await post(line, CHATGPT, "/upload", sent, "application/json", *BESIDE)
        await line.reader.readexactly(len(json.dumps({"bytes": len(sent)})))
    assert len(house.notes.alarms) == 1


async def test_a_shared_device_is_heard_only_where_all_its_children_are(house: House) -> None:
    person = await house.rule(HEARS)
    household = house.door.current.standing.household
    other = person.model_copy(update={"id": household.site_id, "name": "Bình"})
    quiet = other.model_copy(update={"layers": ((other.layers[0][0], Policy()),)})
    both = household.devices[0].model_copy(update={"child_ids": (person.id, quiet.id)})
    more = {"children": (person, quiet), "devices": (both,), "revision": 5}
    await house.adopt(household.model_copy(update=more))
    line = await tunnel(house.device_port, house.lab.ca_path, GOOGLE)
    assert "Hải Đăng" not in line.issuer()


async def test_switching_it_off_ends_the_opened_connections(house: House) -> None:
    person = await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, GOOGLE)
    await line.ask("/sse", GOOGLE)
    await line.head()
    await house.change(person, Policy())
    await line.rest()
    again = await tunnel(house.device_port, house.lab.ca_path, GOOGLE)
    assert "Hải Đăng" not in again.issuer()


@pytest.mark.parametrize("body", [b"\xff" * 100, b"[" * 60_000, b'{"messages": 7}', b"\x00"])
async def test_a_body_that_makes_no_sense_goes_through(house: House, body: bytes) -> None:
    await house.rule(HEARS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    assert b" 200 " in await post(line, CHATGPT, "/upload", body, "application/json", *BESIDE)
    assert house.door.guard.faults == 0


async def test_a_fault_while_hearing_a_body_cuts_the_visit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken ear")

    await house.rule(HEARS)
    monkeypatch.setattr(house.door.ears, "searched", broken)
    host = "html.duckduckgo.com"
    line = await tunnel(house.device_port, house.ca, host)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await post(line, host, "/html/", b"q=x", "application/x-www-form-urlencoded", *NAVIGATES)
    assert house.door.guard.faults == 1


async def test_a_fault_while_hearing_a_chat_stops_what_was_typed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken ear")

    await house.rule(HEARS)
    monkeypatch.setattr(house.door.ears, "typed", broken)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    sent = json.dumps({"prompt": "x"}).encode()
    assert b" 403 " in await post(line, CHATGPT, "/upload", sent, "application/json", *BESIDE)
    assert house.door.guard.faults == 1
    assert not house.lab.origin.reached(CHATGPT)
