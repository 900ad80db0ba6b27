"""Our certificate authority."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from mitmproxy.certs import CertStore

from proxy.ca import ensure_ca


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_a_ca_for_ten_years_that_makes_no_other_ca(tmp_path: Path) -> None:
    certificate = read(ensure_ca(tmp_path))
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert basic.value == x509.BasicConstraints(ca=True, path_length=0)
    assert isinstance(certificate.public_key(), EllipticCurvePublicKey)
    valid = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert timedelta(days=3650) < valid < timedelta(days=3660)


def test_the_key_is_readable_for_us_alone(tmp_path: Path) -> None:
    ensure_ca(tmp_path)
    assert (tmp_path / "mitmproxy-ca.pem").stat().st_mode & 0o777 == 0o600


def test_with_a_passphrase_the_key_is_encrypted(tmp_path: Path) -> None:
    ensure_ca(tmp_path, passphrase=b"secret")
    raw = (tmp_path / "mitmproxy-ca.pem").read_bytes()
    assert b"ENCRYPTED" in raw
    with pytest.raises((TypeError, ValueError)):
        load_pem_private_key(raw, None)
    assert CertStore.from_store(tmp_path, "mitmproxy", 2048, b"secret").default_ca


def test_it_is_made_only_once(tmp_path: Path) -> None:
    first = ensure_ca(tmp_path).read_bytes()
    assert ensure_ca(tmp_path).read_bytes() == first


def test_workers_that_start_together_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(ensure_ca, [tmp_path] * 8))
    key_file = (tmp_path / "mitmproxy-ca.pem").read_bytes()
    assert paths[0].read_bytes() in key_file
    assert (tmp_path / "haidang-ca.der").exists()


def test_two_installations_have_different_names(tmp_path: Path) -> None:
    one, two = read(ensure_ca(tmp_path / "a")), read(ensure_ca(tmp_path / "b"))
    assert one.subject != two.subject
