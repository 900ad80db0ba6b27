"""The lab's certificate authorities and the certificates its origins show, good and bad."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

EXPIRED = "expired.lab.example"
WRONG_HOST = "wronghost.lab.example"
UNKNOWN_CA = "unknownca.lab.example"
SHARED = "shared.lab.example"
"""Hosts below it show one certificate for all of them, as the big names do."""
BAD_HOSTS = (EXPIRED, WRONG_HOST, UNKNOWN_CA)

# Fixed dates: what the lab shows must not depend on the day on which a test runs.
BEGIN, PAST, END = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021, 2045))

_SIGNS = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Authority:
    """One certificate authority that exists only as long as the lab runs."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        self.certificate = self._build_own()

    def pem(self) -> bytes:
        """Return the public certificate."""
        return _pem(self.certificate)

    def leaf(self, host: str, *, until: datetime = END) -> bytes:
        """Return key and certificate for a host, as one PEM."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = self._builder(_name(host), self._leaf_key.public_key(), until)
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(host)]), critical=False
        )
        certificate = builder.add_extension(usage, critical=False).sign(self._key, hashes.SHA256())
        key = self._leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return key + _pem(certificate)

    def _build_own(self) -> x509.Certificate:
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = self._builder(self._name, self._key.public_key(), END)
        builder = builder.add_extension(constraints, critical=True)
        builder = builder.add_extension(_SIGNS, critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, until: datetime
    ) -> x509.CertificateBuilder:
        own = x509.SubjectKeyIdentifier.from_public_key(key)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(until)
            .add_extension(own, critical=False)
            .add_extension(issuer, critical=False)
        )


@dataclass
class Certificates:
    """Makes and keeps, for any host, the TLS context its origin answers with."""

    folder: Path
    good: Authority = field(default_factory=lambda: Authority("Hai Dang lab CA"))
    unknown: Authority = field(default_factory=lambda: Authority("Nobody's CA"))
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)

    @property
    def ca_path(self) -> Path:
        """Return the file with the certificate of the lab's CA (PEM)."""
        path = self.folder / "lab-ca.crt"
        if not path.exists():
            path.write_bytes(self.good.pem())
        return path

    def context_for(self, host: str) -> ssl.SSLContext:
        """Return the server context of a host, made on first use."""
        if host not in self._contexts:
            self._contexts[host] = self._make(host)
        return self._contexts[host]

    def _make(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["h2", "http/1.1"])
        file = self.folder / "leaf.pem"
        file.write_bytes(self._leaf(host))
        context.load_cert_chain(file)
        file.unlink()
        return context

    def _leaf(self, host: str) -> bytes:
        if host == EXPIRED:
            return self.good.leaf(host, until=PAST)
        if host == WRONG_HOST:
            return self.good.leaf("somebody-else.example")
        if host == UNKNOWN_CA:
            return self.unknown.leaf(host)
        if host.endswith(f".{SHARED}"):
            return self.good.leaf(f"*.{SHARED}")
        return self.good.leaf(host)
