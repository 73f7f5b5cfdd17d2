"""A client certificate and the authority that an API server must trust for it; both last a day."""

import base64
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LIFETIME = timedelta(days=1)
_LEEWAY = timedelta(minutes=5)


def client_certificate(user: str, group: str) -> tuple[bytes, dict[str, str]]:
    """The authority's PEM, and a kubeconfig's user: Kubernetes reads user and group from the certificate's subject."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dr-syncer-tests")])
    authority = _signed(name, name, authority_key, authority_key, is_authority=True)
    parts = ((NameOID.ORGANIZATION_NAME, group), (NameOID.COMMON_NAME, user))
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])
    certificate = _signed(subject, name, key, authority_key, is_authority=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fields = {"client-certificate-data": certificate, "client-key-data": private}
    return authority, {field: base64.b64encode(value).decode() for field, value in fields.items()}


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - _LEEWAY).not_valid_after(now + _LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
