"""The certificates shown for opened sites: whose key, how long, and whom they cannot pose as."""

import ssl
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from mitmproxy.certs import Cert, CertStore
from OpenSSL import SSL

from feeds.starter import Starter
from proxy import leaves as module
from proxy.ca import ensure_ca
from proxy.leaves import Leaves, names_of
from proxy.sealed import sealed
from rules.policy import Policy
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House

PAGES = Policy(privacy="pages")


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    return ensure_ca(tmp_path)


def leaves_of(ca: Path) -> Leaves:
    return Leaves(CertStore.from_store(ca.parent, "mitmproxy", 2048))


def shake_hands(context: SSL.Context, name: str, ca: Path) -> x509.Certificate:
    """Let a client that trusts our authority meet a context; return the certificate it saw."""
    client = ssl.create_default_context(cafile=str(ca))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    device = client.wrap_bio(incoming, outgoing, server_hostname=name)
    door = SSL.Connection(context)
    door.set_app_data({"client_alpn": None, "server_alpn": None, "http2": False})
    door.set_accept_state()
    for _ in range(4):
        try:
            device.do_handshake()
        except ssl.SSLWantReadError:
            door.bio_write(outgoing.read())
            with suppress(SSL.WantReadError):
                door.do_handshake()
            incoming.write(door.bio_read(65536))
        else:
            break
    seen = device.getpeercert(binary_form=True)
    assert seen
    return x509.load_der_x509_certificate(seen)


def key_of(certificate: x509.Certificate) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return certificate.public_key().public_bytes(serialization.Encoding.DER, form)


def test_a_leaf_has_a_key_of_its_own_and_not_the_authoritys(ca: Path) -> None:
    seen = shake_hands(
        leaves_of(ca).context_for(names_of(["www.example.com"])), "www.example.com", ca
    )
    assert key_of(seen) != key_of(x509.load_pem_x509_certificate(ca.read_bytes()))


def test_the_key_is_another_one_in_each_process(ca: Path) -> None:
    keys = {
        key_of(shake_hands(leaves_of(ca).context_for(names_of(["a.example"])), "a.example", ca))
        for _ in range(2)
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    "name", ["x.example", f"{'a' * 60}.{'b' * 60}.example", "127.0.0.1", "::1"]
)
def test_a_strict_client_takes_a_leaf_for_any_name(ca: Path, name: str) -> None:
    seen = shake_hands(leaves_of(ca).context_for(names_of([name, "10.1.2.3"])), name, ca)
    assert seen.not_valid_after_utc - seen.not_valid_before_utc < timedelta(days=200)


def test_a_leaf_is_made_once_and_anew_when_it_has_ended(
    ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, names = leaves_of(ca), names_of(["www.example.com"])
    first = ours.context_for(names)
    assert ours.context_for(names) is first
    monkeypatch.setattr(Cert, "has_expired", lambda _: True)
    assert ours.context_for(names) is not first


def test_no_more_leaves_are_kept_than_there_is_room_for(
    ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAVES", 2)
    ours = leaves_of(ca)
    one, two, three = (names_of([f"{name}.example"]) for name in ("one", "two", "three"))
    first, second = ours.context_for(one), ours.context_for(two)
    ours.context_for(one)
    ours.context_for(three)
    assert ours.context_for(one) is first
    assert ours.context_for(two) is not second


@pytest.mark.door
async def test_an_opened_site_is_shown_with_another_key_than_the_authoritys(house: House) -> None:
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    seen = x509.load_der_x509_certificate(line.shown())
    assert key_of(seen) != key_of(x509.load_pem_x509_certificate(house.ca.read_bytes()))


def test_what_is_never_opened_is_sealed_in_the_authority() -> None:
    excluded = {name.value for name in sealed(Starter()).excluded_subtrees or ()}
    assert {"vietcombank.com.vn", "gov.vn", "momo.vn"} <= excluded
    assert not any(name.endswith(".gov.vn") for name in excluded)


@pytest.mark.parametrize(
    "name", ["www.vietcombank.com.vn", "vietcombank.com.vn", "dichvucong.gov.vn"]
)
def test_even_with_our_key_nobody_can_pose_as_a_bank(ca: Path, name: str) -> None:
    context = leaves_of(ca).context_for(names_of([name]))
    with pytest.raises(ssl.SSLCertVerificationError, match="excluded subtree violation"):
        shake_hands(context, name, ca)


@pytest.mark.parametrize("name", ["govt.vn", "notvietcombank.com.vn", "gov.vn.example"])
def test_names_that_only_look_like_those_are_as_any_other(ca: Path, name: str) -> None:
    assert shake_hands(leaves_of(ca).context_for(names_of([name])), name, ca)
