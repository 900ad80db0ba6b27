"""Answers for hosts of a recorded page what was answered then: the type and as many bytes."""

from tests.lab.recorded import Load, Piece
from tests.lab.routes import HTML, Receive, Scope, Send, host_of

OPEN_TO_ALL = [
    (b"access-control-allow-origin", b"*"),
    (b"timing-allow-origin", b"*"),
    (b"cache-control", b"no-store"),
]


async def play(load: Load, scope: Scope, receive: Receive, send: Send) -> bool:
    """Answer a request that was recorded; tell whether it was."""
    host, query = host_of(scope), scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    way = f"{path}?{query}" if query else path
    scheme = load.url.partition(":")[0]
    if f"{scheme}://{host}{way}" == load.url:
        await _send(send, Piece(200, HTML, len(load.page)), load.page)
        return True
    piece = load.pieces.get((host, way))
    if piece is None:
        return False
    while (await receive()).get("more_body"):
        pass
    await _send(send, piece, piece.body)
    return True


async def _send(send: Send, piece: Piece, body: bytes) -> None:
    headers = [*OPEN_TO_ALL, (b"content-type", piece.kind.encode())]
    if piece.status != 204:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": piece.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
