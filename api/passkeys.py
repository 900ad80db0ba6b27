"""Passkeys (WebAuthn): the device itself proves who holds it; nothing secret is ever sent.

A passkey stands for both steps of signing in: it always asks for a finger, a face or a PIN.
The library is loaded by whoever uses one: it would take a tenth of the panel's start.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request

from api.errors import Refused
from api.needs import Desk
from api.panel import Panel
from store import half_steps, second_steps
from store.errors import Taken
from store.half_steps import Kind
from store.second_steps import Passkey
from words.speech import to_say

OURS = "Hải Đăng"
ADDRESS = to_say("Passkeys need the panel at an https:// address with a name, or on this machine.")
NOT_KNOWN = to_say("This passkey is not known here, or its answer came too late. Please try again.")
KNOWN = to_say("This passkey is known already.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the panel stands, as browsers tie passkeys to it."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the browser hands to the authenticator, and the ticket to come back with."""

    ticket: str
    options: dict[str, object]


def place_of(request: Request) -> Place | None:
    """Return where passkeys are tied to; None where browsers offer none: no name, or no HTTPS."""
    url = urlsplit(str(request.base_url))
    public = urlsplit(request.app.state.panel.settings.public_url)
    if public.netloc and public.netloc == url.netloc:
        # Behind a proxy the request itself does not know that it came by HTTPS.
        url = public
    name = url.hostname or ""
    is_name = bool(name) and ":" not in name and not name.replace(".", "").isdecimal()
    if not is_name or (url.scheme != "https" and name != "localhost"):
        return None
    return Place(name, f"{url.scheme}://{url.netloc}")


async def begin_new(request: Request, desk: Desk) -> Challenge:
    """Begin to make a passkey for the adult."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    place = _place(request)
    async with desk.panel.db.read() as store:
        held = await second_steps.of_adult(store, desk.adult.id)
    options = generate_registration_options(
        rp_id=place.name,
        rp_name=OURS,
        user_id=desk.adult.id.bytes,
        user_name=desk.adult.email,
        user_display_name=desk.adult.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=key.credential_id) for key in held.passkeys
        ],
    )
    async with desk.panel.db.write() as store:
        ticket = await half_steps.begin(
            store,
            Kind.PASSKEY_NEW,
            now=desk.now,
            adult_id=desk.adult.id,
            data=options.challenge,
        )
    return Challenge(ticket, json.loads(options_to_json(options)))


async def finish_new(
    request: Request, desk: Desk, ticket: str, name: str, credential: dict[str, object]
) -> Passkey:
    """Keep a new passkey. Raises Refused."""
    from webauthn import verify_registration_response

    place = _place(request)
    async with desk.panel.db.write() as store:
        half = await half_steps.take(store, Kind.PASSKEY_NEW, ticket, now=desk.now)
    if half is None or half.adult_id != desk.adult.id:
        raise Refused(422, "passkey", NOT_KNOWN)
    with _proven():
        made = verify_registration_response(
            credential=credential,
            expected_challenge=half.data,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    try:
        async with desk.change(to_say("added a passkey for signing in")) as tx:
            return await second_steps.add_passkey(
                tx.connection,
                desk.adult.id,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=name,
                now=desk.now,
            )
    except Taken as error:
        raise Refused(409, "taken", KNOWN) from error


async def remove(desk: Desk, passkey_id: UUID) -> None:
    """Remove a passkey; with the last second step the recovery codes go too."""
    async with desk.change(to_say("removed a passkey for signing in")) as tx:
        await second_steps.remove_passkey(tx.connection, desk.adult.id, passkey_id)
        held = await second_steps.of_adult(tx.connection, desk.adult.id)
        if not held.is_asked:
            await second_steps.forget_recovery_codes(tx.connection, desk.adult.id)


async def begin_use(request: Request, panel: Panel, adult_id: UUID | None = None) -> Challenge:
    """Begin to ask for a passkey: of one adult, or of whoever comes."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    place = _place(request)
    async with panel.db.read() as store:
        held = await second_steps.of_adult(store, adult_id) if adult_id else None
    options = generate_authentication_options(
        rp_id=place.name,
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[
            PublicKeyCredentialDescriptor(id=key.credential_id) for key in held.passkeys
        ]
        if held
        else None,
    )
    async with panel.db.write() as store:
        ticket = await half_steps.begin(
            store,
            Kind.PASSKEY_IN,
            now=panel.clock(),
            adult_id=adult_id,
            data=options.challenge,
        )
    return Challenge(ticket, json.loads(options_to_json(options)))


async def finish_use(
    request: Request, panel: Panel, ticket: str, credential: dict[str, object]
) -> UUID:
    """Return the adult whose passkey answered. Raises Refused."""
    from webauthn import verify_authentication_response

    place, now = _place(request), panel.clock()
    async with panel.db.write() as store:
        half = await half_steps.take(store, Kind.PASSKEY_IN, ticket, now=now)
        key = await second_steps.passkey_of(store, _id_of(credential))
    if half is None or key is None or half.adult_id not in (None, key.adult_id):
        raise Refused(422, "passkey", NOT_KNOWN)
    with _proven():
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=half.data,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    async with panel.db.write() as store:
        await second_steps.used_passkey(store, key.id, sign_count=used.new_sign_count, now=now)
    return key.adult_id


def _id_of(credential: dict[str, object]) -> bytes:
    from webauthn import base64url_to_bytes

    given = credential.get("rawId")
    try:
        return base64url_to_bytes(given) if isinstance(given, str) else b""
    except ValueError:
        return b""


@contextmanager
def _proven() -> Iterator[None]:
    """Refuse what a device could not prove, or said in a way that nobody understands."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused(422, "passkey", NOT_KNOWN) from error


def _place(request: Request) -> Place:
    place = place_of(request)
    if place is None:
        raise Refused(409, "passkey-address", ADDRESS)
    return place
