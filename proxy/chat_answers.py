"""What we say in a chat in place of its machine, in the shapes in which chats take answers."""

import json
from http import HTTPStatus

from proxy.reply import ALWAYS, Reply

TYPE = "https://haidang.internal/held"


def in_chat(text: str, body: bytes, accepts: str) -> Reply:
    """Say something where a chat shows answers; where its shape is not known, as its error.

    Chats that speak as OpenAI's interface does are answered in their own shape. The error carries
    its text under every name that known chats look at.
    """
    asked = _asked(body)
    if _is_common(asked):
        return _completion(text, asked)
    if "text/event-stream" in accepts and "json" not in accepts:
        return _events([_problem(text)], HTTPStatus.FORBIDDEN)
    return problem(text)


def problem(text: str, **more: object) -> Reply:
    """Say it as a problem (RFC 9457) to a page's script."""
    body = json.dumps(_problem(text) | more, ensure_ascii=False).encode()
    headers = {**ALWAYS, "Content-Type": "application/problem+json"}
    return Reply(HTTPStatus.FORBIDDEN, headers, body)


def message(text: str) -> bytes:
    """Say it as one message of a socket."""
    return json.dumps({"event": "error", **_problem(text)}, ensure_ascii=False).encode()


def _problem(text: str) -> dict[str, object]:
    return {
        "type": TYPE,
        "title": "Hải Đăng",
        "status": int(HTTPStatus.FORBIDDEN),
        "detail": text,
        "message": text,
        "msg": text,
        "error": {"type": "haidang", "code": "held_back", "message": text},
    }


def _asked(body: bytes) -> dict[str, object]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _is_common(asked: dict[str, object]) -> bool:
    """Tell whether a body is in the shape that most machines speak: messages with role, content."""
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages or "model" not in asked:
        return False
    return all(isinstance(each, dict) and {"role", "content"} <= set(each) for each in messages)


def _completion(text: str, asked: dict[str, object]) -> Reply:
    known = {"id": "haidang", "created": 0, "model": asked.get("model")}
    said = {"role": "assistant", "content": text}
    if asked.get("stream"):
        begun = {"index": 0, "delta": said, "finish_reason": None}
        ended = {"index": 0, "delta": {}, "finish_reason": "stop"}
        chunk = {**known, "object": "chat.completion.chunk"}
        return _events([{**chunk, "choices": [begun]}, {**chunk, "choices": [ended]}, "[DONE]"])
    choice = {"index": 0, "message": said, "finish_reason": "stop"}
    value = {**known, "object": "chat.completion", "choices": [choice]}
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(HTTPStatus.OK, {**ALWAYS, "Content-Type": "application/json"}, body)


def _events(values: list[object], status: HTTPStatus = HTTPStatus.OK) -> Reply:
    lines = [
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
    ]
    body = "".join(f"data: {line}\n\n" for line in lines).encode()
    return Reply(status, {**ALWAYS, "Content-Type": "text/event-stream; charset=utf-8"}, body)
