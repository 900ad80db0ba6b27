"""Certificates for the hosts that are opened: their own key, and a context ready for each.

The library would hand the authority's own key to every handshake, and load certificate and key
anew for each connection, which costs a third of a handshake.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from mitmproxy import certs
from mitmproxy.addons import tlsconfig
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from rules.clock import Clock

LEAVES = 2000
"""Kept ready; the library's hundred is one page of a news site."""
LONGEST_NAME = 63
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
    ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
"""For TLS 1.2; the library's own list ends in ciphers nobody should use any more."""
OURS = b"haidang"

type Names = tuple[x509.GeneralName, ...]


def wall() -> datetime:
    """Tell the time as devices do, which is what they compare a certificate with."""
    return datetime.now(UTC)  # noqa: TID251 whatever time the door is told to believe


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is needed to answer for a host, and until when it may be shown."""

    context: SSL.Context
    until: datetime


class Leaves:
    """Signs certificates with the authority's key, for a key that lives in this process only."""

    def __init__(
        self,
        ca: x509.Certificate,
        ca_key: CertificateIssuerPrivateKeyTypes,
        clock: Clock = wall,
    ) -> None:
        self._ca = ca
        self._ca_key = ca_key
        self._clock = clock
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._ready: OrderedDict[Names, Leaf] = OrderedDict()

    def context_for(self, names: Names) -> SSL.Context:
        """Return the context that answers for some names."""
        leaf = self._ready.get(names)
        if leaf is None or leaf.until <= self._clock():
            leaf = self._ready[names] = self._make(names)
        self._ready.move_to_end(names)
        if len(self._ready) > LEAVES:
            self._ready.popitem(last=False)
        return leaf.context

    def _make(self, names: Names) -> Leaf:
        begin = self._clock() + certs.CERT_VALIDITY_OFFSET
        until = begin + certs.CERT_EXPIRY
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_COMPRESSION)
        context.set_cipher_list(CIPHERS.encode())
        context.set_alpn_select_callback(tlsconfig.alpn_select_callback)
        # Clients come back with tickets, which take no memory here.
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_session_id(OURS)
        context.use_certificate(self._sign(names, begin, until))
        context.use_privatekey(self._key)
        return Leaf(context, until)

    def _sign(self, names: Names, begin: datetime, until: datetime) -> x509.Certificate:
        title = str(names[0].value)
        has_title = len(title) <= LONGEST_NAME
        said = [x509.NameAttribute(NameOID.COMMON_NAME, title)] if has_title else []
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        issuer = self._ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        known_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer)
        builder = (
            x509.CertificateBuilder()
            .issuer_name(self._ca.subject)
            .subject_name(x509.Name(said))
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(until)
            .add_extension(usage, critical=False)
            # RFC 5280, 4.2.1.6: critical where the subject says nothing.
            .add_extension(x509.SubjectAlternativeName(names), critical=not has_title)
            .add_extension(known_by, critical=False)
        )
        return builder.sign(self._ca_key, hashes.SHA256())


class Tls(tlsconfig.TlsConfig):
    """The library's TLS, with leaves of ours towards devices."""

    leaves: Leaves

    def configure(self, updated: set[str]) -> None:
        """Take the authority that the library has read."""
        super().configure(updated)
        if "confdir" in updated:
            store = self.certstore
            self.leaves = Leaves(store.default_ca.to_cryptography(), store.default_privatekey)

    def tls_start_client(self, tls_start: TlsData) -> None:
        """Answer a client's hello."""
        client, server = tls_start.context.client, tls_start.context.server
        here = client.sni or client.sockname[0]
        there = server.address[0] if server.address else here
        connection = SSL.Connection(self.leaves.context_for(names_of((here, there))))
        connection.set_app_data(
            tlsconfig.AppData(client_alpn=client.alpn, server_alpn=server.alpn, http2=False)
        )
        connection.set_accept_state()
        tls_start.ssl_conn = connection


def names_of(hosts: Sequence[str]) -> Names:
    """Write names as certificates do, each once."""
    return tuple(tlsconfig._ip_or_dns_name(host) for host in dict.fromkeys(hosts))  # noqa: SLF001 the library's own way of writing them
