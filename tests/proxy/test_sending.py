"""What a child sends is looked at first: private details to strangers, homework to AI chats."""

import json
from datetime import timedelta
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect

from proxy.who import ensure_key
from rules.alerts import Level, Place
from rules.consent import Agreed
from rules.details import Detail, Kind, digests
from rules.family import ChildRules, Grant
from rules.policy import Policy, UrlRule
from rules.sending import Decides, Homework, Sending, Told
from rules.verdict import Reason
from tests.proxy.clients import trusting, tunnel
from tests.proxy.house import House
from tests.proxy.test_heard import BESIDE, CHATGPT, NAVIGATES, post

pytestmark = pytest.mark.door

STRANGER, SCHOOL = "stranger.example", "olm.vn"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PHONE, NAME = "0912 345 678", "Nguyễn Văn Minh"
GUARDED = Policy(sending=Sending(ask=True, unknown=True))
ESSAY = "Viết giúp em bài văn tả con mèo"
ASKS = Policy(homework=Homework(on=True, told=Told.TOPIC, anyway=1))


async def guard(house: House, policy: Policy = GUARDED, *, agreed: Agreed = Agreed()) -> ChildRules:
    """Put a child under a policy, with a phone number and a name that must not be given away."""
    person = await house.rule(policy, agreed=agreed)
    key = ensure_key(house.door.data)
    kept = []
    for kind, text in ((Kind.PHONE, PHONE), (Kind.NAME, NAME)):
        found = digests(key, kind, text)
        kept.append(Detail(id=uuid4(), kind=kind, heads=found.heads, forms=found.forms))
    household = house.door.current.standing.household
    knowing = person.model_copy(update={"details": tuple(kept)})
    more = {"children": (knowing,), "revision": house.revision + 1}
    await house.adopt(household.model_copy(update=more))
    return knowing


def typed(**fields: str) -> bytes:
    return urlencode(fields).encode()


async def sent(house: House, host: str, body: bytes, kind: str, *headers: str, path="/upload"):
    line = await tunnel(house.device_port, house.ca, host)
    head = await post(line, host, path, body, kind, *headers)
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return head, await line.reader.readexactly(length)


def told(house: House) -> list[tuple[str, str, Place, str]]:
    return [(each.category, each.topic, each.place, each.host) for each in house.notes.alarms]


async def test_a_phone_number_typed_into_a_stranger_s_form_is_held_back(house: House) -> None:
    await guard(house)
    body = typed(name="Minh", tel="+84 912 345 678")
    head, page = await sent(house, STRANGER, body, FORM, *NAVIGATES)
    assert b" 403 " in head
    assert b"telephone number" in page
    assert b"Send once" in page
    assert b"912" not in page
    assert not house.lab.origin.reached(STRANGER)
    assert told(house) == [("private", "phone", Place.FORM, STRANGER)]
    assert house.notes.alarms[0].level is Level.NOTICE
    [stopped] = house.stopped()
    assert (stopped.verdict.reason, stopped.verdict.rule) == (Reason.PRIVATE, "phone")


async def test_the_child_s_own_hand_sends_it_once_as_it_was(house: House) -> None:
    await guard(house)
    body = typed(tel=PHONE, note="chào")
    _, page = await sent(house, STRANGER, body, FORM, *NAVIGATES, path="/upload?a=1")
    word = page.decode().split('name="haidang-send" value="')[1].split('"')[0]
    again = typed(**{"haidang-send": word})
    head, answer = await sent(house, STRANGER, again, FORM, *NAVIGATES, path="/upload?a=1")
    assert b" 200 " in head
    assert json.loads(answer) == {"bytes": len(body)}
    head, page = await sent(house, STRANGER, again, FORM, *NAVIGATES, path="/upload?a=1")
    assert b" 410 " in head
    head, _ = await sent(house, STRANGER, body, FORM, *NAVIGATES)
    assert b" 403 " in head


async def test_what_was_held_back_is_forgotten_after_two_minutes(house: House) -> None:
    await guard(house)
    _, page = await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES)
    word = page.decode().split('name="haidang-send" value="')[1].split('"')[0]
    house.clock.move(minutes=2)
    again = typed(**{"haidang-send": word})
    head, page = await sent(house, STRANGER, again, FORM, *NAVIGATES)
    assert b" 410 " in head
    assert not house.lab.origin.reached(STRANGER)


async def test_a_script_gets_a_problem_and_no_button(house: House) -> None:
    await guard(house)
    body = json.dumps({"profile": {"phone": PHONE, "who": NAME}}).encode()
    head, answer = await sent(house, STRANGER, body, JSON, *BESIDE)
    assert b" 403 " in head
    assert b"application/problem+json" in head
    problem = json.loads(answer)
    assert problem["kinds"] == ["name", "phone"]
    assert "haidang.internal/held" in problem["detail"]
    assert b"haidang-send" not in answer
    # The child lets it go at our own address, and the page sends it again.
    line = await tunnel(house.device_port, house.ca, "haidang.internal")
    _, page = await line.get("/held", "haidang.internal")
    action = page.decode().split('action="')[2].split('"')[0]
    assert action.endswith("/send")
    head = await post(line, "haidang.internal", action, b"", FORM)
    assert b" 200 " in head
    head, _ = await sent(house, STRANGER, body, JSON, *BESIDE)
    assert b" 200 " in head
    other = json.dumps({"call": PHONE}).encode()
    head, _ = await sent(house, STRANGER, other, JSON, *BESIDE)
    assert b" 403 " in head


async def test_where_an_adult_decides_the_child_can_only_ask(house: House) -> None:
    await guard(house, Policy(sending=Sending(ask=True, unknown=True, decides=Decides.ADULT)))
    _, page = await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES)
    assert b"haidang-send" not in page
    assert b"/ask?url=https%3A%2F%2Fstranger.example%2F&amp;what=send" in page
    held = house.door.held.newest(house.door.current.standing.household.devices[0].id)
    line = await tunnel(house.device_port, house.ca, "haidang.internal")
    await post(line, "haidang.internal", f"/held/{held.token}/send", b"", FORM)
    head, _ = await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES)
    assert b" 403 " in head


@pytest.mark.parametrize(
    ("host", "policy", "opened"),
    [
        (SCHOOL, Policy(sending=Sending(ask=True, unknown=True)), False),
        (STRANGER, Policy(sending=Sending(ask=True)), False),
        (
            "club.example",
            Policy(
                sending=Sending(ask=True, trusted=("site:club.example",)),
                urls=(UrlRule(scope="site:club.example", path="/no"),),
            ),
            True,
        ),
    ],
)
async def test_trusted_sites_and_those_not_opened_for_it_may_know(
    house: House, host: str, policy: Policy, *, opened: bool
) -> None:
    await guard(house, policy)
    line = await tunnel(house.device_port, house.ca if opened else house.lab.ca_path, host)
    assert ("Hải Đăng" in line.issuer()) is opened
    assert b" 200 " in await post(line, host, "/upload", typed(tel=PHONE), FORM, *NAVIGATES)
    assert house.notes.alarms == []


async def test_a_site_opened_anyway_is_looked_at_and_an_address_too(house: House) -> None:
    rule = UrlRule(scope=f"site:{STRANGER}", path="/no")
    await guard(house, Policy(sending=Sending(ask=True), urls=(rule,)))
    line = await tunnel(house.device_port, house.ca, STRANGER)
    head, page = await line.get(f"/find?q={quote_plus(NAME)}", STRANGER, *NAVIGATES)
    assert b" 403 " in head
    assert b"full name" in page
    assert told(house) == [("private", "name", Place.FORM, STRANGER)]


async def test_without_entered_details_nothing_is_opened_or_held(house: House) -> None:
    await house.rule(GUARDED)
    line = await tunnel(house.device_port, house.lab.ca_path, STRANGER)
    assert "Hải Đăng" not in line.issuer()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (typed(tel=PHONE) + b"&x=" + b"a" * 2_100_000, ()),
        (typed(tel=PHONE), ("Content-Encoding: unheard-of",)),
    ],
)
async def test_what_is_too_large_or_too_odd_goes_on_and_is_counted(
    house: House, body: bytes, headers: tuple[str, ...]
) -> None:
    await guard(house)
    head, answer = await sent(house, STRANGER, body, FORM, *NAVIGATES, *headers)
    assert b" 200 " in head
    assert json.loads(answer) == {"bytes": len(body)}
    assert house.door.counters.unread == 1


async def test_a_fault_while_looking_stops_the_visit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken eye")

    await guard(house)
    monkeypatch.setattr("proxy.sending.find", broken)
    head, page = await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES)
    assert b" 403 " in head
    assert b"Something of ours broke" in page
    assert not house.lab.origin.reached(STRANGER)


async def test_a_message_of_a_socket_is_held_back_and_the_next_goes_on(house: House) -> None:
    await guard(house)
    async with connect(
        f"wss://{STRANGER}/socket",
        proxy=f"http://127.0.0.1:{house.device_port}",
        ssl=trusting(house.ca),
    ) as socket:
        await socket.send(json.dumps({"say": f"sđt {PHONE}"}))
        assert "telephone number" in json.loads(await socket.recv())["detail"]
        await socket.send("chào")
        assert await socket.recv() == "chào"


CHATS = [
    ({"messages": [{"author": {"role": "user"}, "content": {"parts": [ESSAY]}}]}, CHATGPT),
    ({"prompt": ESSAY, "parent_message_uuid": "x"}, "claude.ai"),
    ({"chat_session_id": "1", "prompt": ESSAY, "ref_file_ids": []}, "chat.deepseek.com"),
    ({"params": {"source": "default"}, "query_str": ESSAY}, "www.perplexity.ai"),
    ({"queryName": "sendMessage", "variables": {"bot": "a", "query": ESSAY}}, "poe.com"),
    ({"chatId": "1", "messageInput": [{"type": "text", "text": ESSAY}]}, "chat.mistral.ai"),
]


@pytest.mark.parametrize(("body", "host"), CHATS, ids=[host for _, host in CHATS])
async def test_a_chat_that_should_do_homework_is_answered_by_us(
    house: House, body: dict[str, object], host: str
) -> None:
    await house.rule(ASKS)
    path = "/backend-api/conversation"
    head, answer = await sent(house, host, json.dumps(body).encode(), JSON, *BESIDE, path=path)
    assert b" 403 " in head
    assert "Try it yourself first" in json.loads(answer)["error"]["message"]
    assert not house.lab.origin.reached(host)
    assert told(house) == [("homework", "writing", Place.CHAT, host)]


async def test_gemini_s_form_is_understood(house: House) -> None:
    await house.rule(ASKS)
    inner = json.dumps([[ESSAY, 0, None], ["vi"]])
    body = typed(**{"f.req": json.dumps([None, inner]), "at": "x"})
    path = "/_/BardChatUi/data/StreamGenerate"
    head, _ = await sent(house, "gemini.google.com", body, FORM, *BESIDE, path=path)
    assert b" 403 " in head


@pytest.mark.parametrize("stream", [True, False])
async def test_the_common_shape_is_answered_in_its_own_way(house: House, *, stream: bool) -> None:
    await house.rule(ASKS)
    asked = {"model": "m", "stream": stream, "messages": [{"role": "user", "content": ESSAY}]}
    head, answer = await sent(house, CHATGPT, json.dumps(asked).encode(), JSON, *BESIDE)
    assert b" 200 " in head
    assert (b"text/event-stream" in head) is stream
    assert b"Try it yourself first" in answer


@pytest.mark.parametrize("words", ["Giải thích cho em quang hợp là gì", "xin chào bạn"])
async def test_an_explanation_passes_and_nobody_hears_of_it(house: House, words: str) -> None:
    await house.rule(ASKS)
    body = json.dumps({"prompt": words}).encode()
    head, answer = await sent(house, CHATGPT, body, JSON, *BESIDE)
    assert b" 200 " in head
    assert json.loads(answer) == {"bytes": len(body)}
    assert house.notes.alarms == []


async def test_what_a_chat_s_page_sends_while_the_child_types_is_no_request(house: House) -> None:
    await house.rule(ASKS)
    body, path = json.dumps({"partial_query": ESSAY}).encode(), "/upload/prepare"
    head, _ = await sent(house, CHATGPT, body, JSON, *BESIDE, path=path)
    assert b" 200 " in head
    assert house.notes.alarms == []


async def test_homework_is_sent_all_the_same_as_often_as_agreed(house: House) -> None:
    await house.rule(ASKS)
    body = json.dumps({"prompt": ESSAY}).encode()
    line = await tunnel(house.device_port, house.ca, "haidang.internal")
    await sent(house, CHATGPT, body, JSON, *BESIDE)
    _, page = await line.get("/held", "haidang.internal")
    assert b"1 left today" in page
    action = page.decode().split('action="')[2].split('"')[0]
    head = await post(line, "haidang.internal", action, b"", FORM)
    assert b" 200 " in head
    for _ in range(2):
        # Some pages send the same twice.
        assert b" 200 " in (await sent(house, CHATGPT, body, JSON, *BESIDE))[0]
    another = json.dumps({"prompt": f"{ESSAY} và con chó"}).encode()
    assert b" 403 " in (await sent(house, CHATGPT, another, JSON, *BESIDE))[0]
    line = await tunnel(house.device_port, house.ca, "haidang.internal")
    _, page = await line.get("/held", "haidang.internal")
    assert b"left today" not in page


@pytest.mark.parametrize(
    ("level", "alarms"), [(Told.NOTHING, []), (Told.COUNT, [""]), (Told.TOPIC, ["writing"])]
)
async def test_adults_are_told_of_homework_as_they_chose(
    house: House, level: Told, alarms: list[str]
) -> None:
    await house.rule(Policy(homework=Homework(on=True, told=level)))
    await sent(house, CHATGPT, json.dumps({"prompt": ESSAY}).encode(), JSON, *BESIDE)
    assert [alarm.topic for alarm in house.notes.alarms] == alarms
    assert [note.verdict.rule for note in house.stopped()] == alarms


async def test_a_cry_in_a_chat_brings_help_at_once_and_then_goes_on(house: House) -> None:
    await house.rule(Policy(searches=True, homework=Homework(on=True)))
    body = json.dumps({"prompt": "em muốn tự tử"}).encode()
    head, answer = await sent(house, CHATGPT, body, JSON, *BESIDE)
    assert "111" in json.loads(answer)["detail"]
    assert not house.lab.origin.reached(CHATGPT)
    assert [alarm.category for alarm in house.notes.alarms] == ["selfharm"]
    head, answer = await sent(house, CHATGPT, body, JSON, *BESIDE)
    assert b" 200 " in head


async def test_homework_typed_into_the_address_of_a_chat_meets_a_page(house: House) -> None:
    await house.rule(ASKS)
    line = await tunnel(house.device_port, house.ca, CHATGPT)
    head, page = await line.get(f"/?q={quote_plus(ESSAY)}", CHATGPT, *NAVIGATES)
    assert b" 403 " in head
    assert b"Try it yourself first" in page
    assert b"all the same (1 left today)" in page


async def test_homework_in_a_socket_is_answered_there(house: House) -> None:
    await house.rule(ASKS)
    async with connect(
        "wss://copilot.microsoft.com/c/api/chat",
        proxy=f"http://127.0.0.1:{house.device_port}",
        ssl=trusting(house.ca),
    ) as socket:
        said = {"event": "send", "content": [{"type": "text", "text": ESSAY}]}
        await socket.send(json.dumps(said))
        assert "Try it yourself first" in json.loads(await socket.recv())["message"]


async def test_what_an_adult_said_may_be_sent_goes_on_for_as_long(house: House) -> None:
    rules = Policy(sending=Sending(ask=True, unknown=True, decides=Decides.ADULT))
    person = await guard(house, rules)
    now = house.clock()
    given = Grant(
        id=uuid4(),
        child_id=person.id,
        scope=f"send:{STRANGER}",
        since=now,
        until=now + timedelta(minutes=15),
        by="Mum",
    )
    household = house.door.current.standing.household
    more = {
        "children": (person.model_copy(update={"grants": (given,)}),),
        "revision": house.revision + 1,
    }
    await house.adopt(household.model_copy(update=more))
    assert b" 200 " in (await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES))[0]
    house.clock.move(minutes=16)
    assert b" 403 " in (await sent(house, STRANGER, typed(tel=PHONE), FORM, *NAVIGATES))[0]
