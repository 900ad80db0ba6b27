"""Security headers on every answer, with a fresh nonce for what a page carries itself."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(nonce: str) -> str:
    """Return the Content-Security-Policy: everything from here, scripts from files or by nonce.

    Style attributes are allowed because charts and bars set widths; Vega runs with its own
    interpreter (`ast: true`), so no page needs 'unsafe-eval'.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src-elem 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def dress(headers: MutableHeaders, nonce: str) -> None:
    """Set the security headers on an answer."""
    headers["Content-Security-Policy"] = content_policy(nonce)
    headers["X-Content-Type-Options"] = "nosniff"
    # "no-referrer" would make browsers send “Origin: null” with our own forms.
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers.setdefault("Cache-Control", "no-store")


class SecurityHeaders:
    """Puts the security headers on everything that leaves."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message), nonce)
            await send(message)

        await self.app(scope, receive, send_dressed)
