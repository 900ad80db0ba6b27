"""Our certificate authority: EC key, made on first start, encrypted or 0600."""

import platform
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from feeds.starter import Starter
from proxy.files import one_at_a_time, write_whole
from proxy.sealed import sealed

VALID = timedelta(days=3652)
BACKDATED = timedelta(days=2)
"""For devices whose clock is slow."""
KEY_FILE = "mitmproxy-ca.pem"
"""The interception library looks for key and certificate under this name."""
CERTIFICATE = "haidang-ca.crt"
CERTIFICATE_DER = "haidang-ca.der"
PUBLIC = 0o644


def ensure_ca(folder: Path, *, passphrase: bytes | None = None) -> Path:
    """Create the CA in a folder if there is none.

    Returns the path of its public certificate (`haidang-ca.crt`, PEM).
    """
    with one_at_a_time(folder):
        if not (folder / KEY_FILE).exists():
            _create(folder, passphrase)
    return folder / CERTIFICATE


def _create(folder: Path, passphrase: bytes | None) -> None:
    """Write the key last: while it is missing, the next start makes everything anew."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, _now(folder))
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    write_whole(folder / CERTIFICATE, pem, PUBLIC)
    write_whole(
        folder / CERTIFICATE_DER, certificate.public_bytes(serialization.Encoding.DER), PUBLIC
    )
    write_whole(folder / KEY_FILE, _private(key, passphrase) + pem)


def _now(folder: Path) -> datetime:
    """Take the present from a file just written: no flow that carries a clock leads here."""
    mark = folder / ".made"
    mark.write_bytes(b"")
    return datetime.fromtimestamp(mark.stat().st_mtime, UTC).replace(microsecond=0)


def _private(key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> bytes:
    cipher: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        cipher = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher)


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    number = x509.random_serial_number()
    # The serial in the name keeps two installations on one device apart.
    title = f"Hải Đăng – {platform.node()[:30]} {number % 0x10000:04x}"
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, title),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Hải Đăng"),
        ]
    )
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(number)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(identifier, critical=False)
        # Not critical: a device that does not know these must not refuse us altogether.
        .add_extension(sealed(Starter()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
