"""The signing key: a file of mode 0600 outside the database, with the last signed note fsynced beside it.

The note beside the key is what tells a restored or truncated database from a grown one: the database's own copy is
restored together with the database. Only the process that signs needs the file; verifying needs only genesis.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from certification.ledger.note import (
    BadNote,
    SignedNote,
    SigningKey,
    TreeHead,
    VerifierKey,
    parse_note,
    parse_tree_head,
    sign_note,
)

PUBLIC = ".pub"
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyUnusable(RuntimeError):
    """The key file is missing, open to others or damaged; the message says what to do."""


@dataclass(frozen=True)
class Signer:
    """One key, or two during a rotation: then every note carries both signatures."""

    path: Path
    keys: tuple[SigningKey, ...]

    @classmethod
    def from_file(cls, path: Path) -> Signer:
        """Reads the key file. Raises KeyUnusable; never makes a key."""
        try:
            mode = path.stat().st_mode
            lines = path.read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnusable(
                gettext(
                    "The ledger's signing key %(path)s cannot be read (%(reason)s). Restore it from where it is "
                    "kept safe: a ledger that was begun with one key is never signed with a fresh one."
                )
                % {"path": path, "reason": getattr(error, "strerror", None) or error}
            ) from error
        if mode & READABLE_BY_OTHERS:
            raise KeyUnusable(
                gettext("The signing key %(path)s can be read by others. Run: chmod 600 %(path)s") % {"path": path}
            )
        try:
            keys = tuple(SigningKey.parse(line) for line in lines)
        except BadNote as error:
            raise KeyUnusable(
                gettext("The signing key %(path)s is damaged: %(reason)s") % {"path": path, "reason": error}
            ) from error
        if len({key.name for key in keys}) != 1:
            raise KeyUnusable(
                gettext("The file %(path)s must hold keys of one ledger, one on a line.") % {"path": path}
            )
        return cls(path, keys)

    @classmethod
    def create(cls, path: Path, origin: str) -> Signer:
        """Makes a key for a new ledger. Raises FileExistsError rather than overwrite one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = SigningKey.generate(origin)
        if path.exists():
            raise FileExistsError(path)
        _write_durably(path, f"{key}\n")
        return cls(path, (key,))

    @property
    def name(self) -> str:
        return self.keys[0].name

    def with_new_key(self) -> Signer:
        """Adds a key to the file: from now on both sign."""
        grown = Signer(self.path, (*self.keys, SigningKey.generate(self.name)))
        _write_durably(self.path, "".join(f"{key}\n" for key in grown.keys))
        return grown

    def sign(self, tree: TreeHead) -> str:
        return sign_note(tree.text(), list(self.keys))

    @property
    def note_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.last-note")

    def last_note(self) -> str | None:
        """The text of the last note this key signed; None before the first."""
        try:
            return self.note_path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def last_tree(self) -> TreeHead | None:
        """What the last note says, its signature checked. Raises KeyUnusable if the file was changed."""
        text = self.last_note()
        if text is None:
            return None
        try:
            note: SignedNote = parse_note(text)
            if not [key for key in self.keys if key.verifier.signed(note)]:
                raise BadNote(gettext("it carries no signature of this key"))
            return parse_tree_head(note.text)
        except BadNote as error:
            raise KeyUnusable(
                gettext(
                    "%(path)s, the copy of the last signed checkpoint, is damaged: %(reason)s. Restore it from "
                    "the place where checkpoints were sent to."
                )
                % {"path": self.note_path, "reason": str(error).rstrip(".")}
            ) from error

    def publish(self, keys: Iterable[VerifierKey]) -> None:
        """Leaves the public keys beside the secret ones: the web's processes believe these and not the database's."""
        _write_durably(self.path.with_name(f"{self.path.name}{PUBLIC}"), "".join(f"{key}\n" for key in keys), 0o644)

    def remember(self, note: str) -> None:
        """Makes the note durable beside the key; only after that may it be released."""
        _write_durably(self.note_path, note)


def _write_durably(path: Path, text: str, mode: int = 0o600) -> None:
    """Replaces a file so that after a crash either the old or the new content is there, whole."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
