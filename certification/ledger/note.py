"""Signed notes and checkpoints in the text formats of C2SP (signed-note, tlog-checkpoint), Ed25519 only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certification.ledger import merkle

ED25519 = b"\x01"
MOST_SIGNATURES = 100
LARGEST_NOTE = 1_000_000
KEY_ID_SIZE = 4
LARGEST_SIZE = 2**63 - 1
SIGNATURE_LINE = re.compile(r"— (\S+) (\S+)")
DECIMAL = re.compile(r"0|[1-9][0-9]*")
PRIVATE = "PRIVATE+KEY+"


class BadNote(ValueError):
    """The text is not a signed note, checkpoint or key; the message says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """`text` ends in a newline and is what was signed."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name; `str()` gives the `name+id+key` line that is compared by phone or on paper."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encode(ED25519 + self.public)}"

    @classmethod
    def parse(cls, line: str) -> VerifierKey:
        name, key_id, public = _key_parts(line)
        key = cls(name, public)
        if key.key_id.hex() != key_id:
            raise BadNote(f"The key id {key_id!r} does not belong to this name and key.")
        return key

    def signed(self, note: SignedNote) -> bool:
        """Whether this key signed the note. Raises BadNote if a line claims so and the signature is wrong."""
        lines = [line for line in note.signatures if (line.name, line.key_id) == (self.name, self.key_id)]
        for line in lines:
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(line.blob, note.text.encode())
            except InvalidSignature as error:
                raise BadNote(f"The signature of {self.name} ({self.key_id.hex()}) does not fit the text.") from error
        return bool(lines)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name; `str()` is the secret line of the key file."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        check_key_name(name)
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, line: str) -> SigningKey:
        if not line.startswith(PRIVATE):
            raise BadNote(f"A private key's line begins with {PRIVATE}.")
        name, key_id, seed = _key_parts(line.removeprefix(PRIVATE))
        key = cls(name, seed)
        if key.verifier.key_id.hex() != key_id:
            raise BadNote(f"The key id {key_id!r} does not belong to this name and key.")
        return key

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def __str__(self) -> str:
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_encode(ED25519 + self.seed)}"

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    def line(self, text: str) -> str:
        """The signature line under `text`."""
        blob = self.verifier.key_id + self._private().sign(text.encode())
        return f"— {self.name} {_encode(blob)}\n"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The body of a checkpoint: the log's origin, how many entries, the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, _encode(self.root), *self.extensions))


def sign_note(text: str, keys: list[SigningKey]) -> str:
    """The signed note over `text`, one line for each key."""
    _check_text(text)
    return text + "\n" + "".join(key.line(text) for key in keys)


def parse_note(data: str | bytes) -> SignedNote:
    """Reads a signed note strictly. Signatures are not yet verified: see VerifierKey.signed."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST_NOTE:
        raise BadNote(f"The note is longer than {LARGEST_NOTE} bytes.")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote("The note is not UTF-8 text.") from error
    _check_characters(whole)
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise BadNote("The note has no signature lines after an empty line.")
    _check_text(text + "\n")
    signatures = lines.removesuffix("\n").split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote(f"The note has more than {MOST_SIGNATURES} signatures.")
    return SignedNote(text + "\n", tuple(_signature(line) for line in signatures))


def parse_tree_head(text: str) -> TreeHead:
    """Reads the body of a checkpoint, strictly."""
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 3 or not all(lines):
        raise BadNote("A checkpoint has at least three lines, none of them empty: origin, size, root.")
    origin, size, root, *extensions = lines
    if not DECIMAL.fullmatch(size) or int(size) > LARGEST_SIZE:
        raise BadNote(f"The checkpoint's size {size!r} is not a whole number in its usual spelling.")
    decoded = _decode(root)
    if len(decoded) != merkle.HASH_SIZE:
        raise BadNote(f"The checkpoint's root has {len(decoded)} bytes instead of {merkle.HASH_SIZE}.")
    return TreeHead(origin, int(size), decoded, tuple(extensions))


def public_keys(text: str) -> tuple[VerifierKey, ...]:
    """Verifier keys, one on a line. Raises BadNote."""
    return tuple(VerifierKey.parse(line) for line in text.split())


def check_key_name(name: str) -> None:
    """Raises BadNote unless `name` can name a key: not empty, no space, no plus, no control character."""
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 0x20 for letter in name):
        raise BadNote(f"{name!r} cannot name a key: it must not be empty nor hold a space, a plus or a line break.")


def _signature(line: str) -> Signature:
    match = SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise BadNote(f"This is not a signature line: {line!r}.")
    check_key_name(match[1])
    blob = _decode(match[2])
    if len(blob) <= KEY_ID_SIZE:
        raise BadNote(f"The signature of {match[1]} is too short.")
    return Signature(match[1], blob[:KEY_ID_SIZE], blob[KEY_ID_SIZE:])


def _key_parts(line: str) -> tuple[str, str, bytes]:
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    check_key_name(name)
    key = _decode(encoded)
    if key[:1] != ED25519 or len(key) != 33:
        raise BadNote(f"The key of {name} is not an Ed25519 key.")
    return name, key_id, key[1:]


def _check_text(text: str) -> None:
    _check_characters(text)
    if not text.endswith("\n"):
        raise BadNote("The text of a note ends with a line break.")


def _check_characters(text: str) -> None:
    if any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("The note holds a control character.")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"{text!r} is not base64.") from error
    if _encode(data) != text:
        raise BadNote(f"{text!r} is not base64 in its usual spelling.")
    return data
