"""Certificates for the hosts that are opened: their own key, and a context ready for each.

The library would hand the authority's own key to every handshake, and load certificate and key
anew for each connection, which costs a third of a handshake.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from mitmproxy import certs
from mitmproxy.addons import tlsconfig
from mitmproxy.tls import TlsData
from OpenSSL import SSL

LEAVES = 2000
"""Kept ready; the library's hundred is one page of a news site."""
CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
    ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
"""For TLS 1.2; the library's own list ends in ciphers nobody should use any more."""
OURS = b"haidang"

type Names = tuple[x509.GeneralName, ...]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Our authority as the library asks about it, which takes the key for leaves from it, too."""

    subject: x509.Name
    extensions: x509.Extensions
    key: ec.EllipticCurvePrivateKey

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the leaves' key."""
        return self.key.public_key()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate, and the context that answers with it."""

    certificate: certs.Cert
    context: SSL.Context


class Leaves:
    """Signs certificates with the authority's key, for a key that lives in this process only."""

    def __init__(self, store: certs.CertStore) -> None:
        ca = store.default_ca.to_cryptography()
        self._ca_key = store.default_privatekey
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._issuer = Issuer(ca.subject, ca.extensions, self._key)
        self._ready: OrderedDict[Names, Leaf] = OrderedDict()

    def context_for(self, names: Names) -> SSL.Context:
        """Return the context that answers for some names."""
        leaf = self._ready.get(names)
        if leaf is None or leaf.certificate.has_expired():
            leaf = self._ready[names] = self._make(names)
        self._ready.move_to_end(names)
        if len(self._ready) > LEAVES:
            self._ready.popitem(last=False)
        return leaf.context

    def _make(self, names: Names) -> Leaf:
        issuer = cast("x509.Certificate", self._issuer)
        certificate = certs.dummy_cert(self._ca_key, issuer, str(names[0].value), names)
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_COMPRESSION)
        context.set_cipher_list(CIPHERS.encode())
        context.set_alpn_select_callback(tlsconfig.alpn_select_callback)
        # Clients come back with tickets, which take no memory here.
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_session_id(OURS)
        context.use_certificate(certificate.to_cryptography())
        context.use_privatekey(self._key)
        return Leaf(certificate, context)


class Tls(tlsconfig.TlsConfig):
    """The library's TLS, with leaves of ours towards devices."""

    leaves: Leaves

    def configure(self, updated: set[str]) -> None:
        """Take the authority that the library has read."""
        super().configure(updated)
        if "confdir" in updated:
            self.leaves = Leaves(self.certstore)

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
