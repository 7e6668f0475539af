"""The signing key: a file of mode 0600 outside the database, with the last signed note fsynced beside it.

The note beside the key is what tells a restored or truncated database from a grown one: the database's own copy is
restored together with the database. Only the process that signs needs the file; verifying needs only genesis.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from certification.ledger.durable_files import write_durably
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
READABLE_BY_ALL = 0o644


class KeyUnusable(RuntimeError):
    """The key file is missing, open to others or damaged; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A public key that signs nothing more: its signature counts up to `last_size` entries. `reason`: see keys."""

    key: VerifierKey
    last_size: int
    reason: str

    def payload(self) -> dict[str, str | int]:
        """What the ledger's `key.revoke` says of it."""
        return {"key": str(self.key), "last_size": self.last_size, "reason": self.reason}


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
        write_durably(path, f"{key}\n")
        return cls(path, (key,))

    @property
    def name(self) -> str:
        return self.keys[0].name

    def with_new_key(self) -> Signer:
        """Adds a key to the file: from now on both sign."""
        return self._rewritten((*self.keys, SigningKey.generate(self.name)))

    def without_key(self, retired: RetiredKey) -> Signer:
        """Takes a key out of the file for good. That it was retired is written down first: see `retired_keys`."""
        known = [item for item in self.retired_keys() if item.key != retired.key]
        lines = [json.dumps(item.payload()) for item in (*known, retired)]
        write_durably(self.retired_path, "".join(f"{line}\n" for line in lines))
        return self._rewritten(tuple(key for key in self.keys if key.verifier != retired.key))

    def retired_keys(self) -> list[RetiredKey]:
        """The keys an operator retired, as it stands beside the key: what the database says of keys is held to it."""
        try:
            rows = [json.loads(line) for line in self.retired_path.read_text(encoding="utf-8").splitlines()]
            return [RetiredKey(VerifierKey.parse(row["key"]), row["last_size"], row["reason"]) for row in rows]
        except FileNotFoundError:
            return []
        except (BadNote, KeyError, TypeError, ValueError) as error:
            raise KeyUnusable(
                gettext("The list of retired keys %(path)s is damaged: %(reason)s. Restore it from a backup.")
                % {"path": self.retired_path, "reason": str(error).rstrip(".")}
            ) from error

    def publish(self, keys: Iterable[VerifierKey]) -> None:
        """Leaves the public keys beside the secret ones: the web's processes believe these and not the database's."""
        text = "".join(f"{key}\n" for key in keys)
        if not self.public_path.is_file() or self.public_path.read_text(encoding="utf-8") != text:
            write_durably(self.public_path, text, READABLE_BY_ALL)

    def _rewritten(self, keys: tuple[SigningKey, ...]) -> Signer:
        write_durably(self.path, "".join(f"{key}\n" for key in keys))
        return Signer(self.path, keys)

    def sign(self, tree: TreeHead) -> str:
        return sign_note(tree.text(), list(self.keys))

    @property
    def note_path(self) -> Path:
        return last_note_path(self.path)

    @property
    def public_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}{PUBLIC}")

    @property
    def losses_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.losses")

    @property
    def retired_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.retired")

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

    def remember(self, note: str) -> None:
        """Makes the note durable beside the key; only after that may it be released."""
        write_durably(self.note_path, note)

    def keep_lost_note(self, size: int, note: str) -> None:
        """Puts the last note of a history that is lost aside, for ever."""
        if note in self.lost_notes():
            return
        path = self.path.with_name(f"{self.path.name}.lost-note.{size}")
        number = 2
        while path.exists():  # a history of the same size was lost before
            path, number = path.with_name(f"{self.path.name}.lost-note.{size}.{number}"), number + 1
        write_durably(path, note)

    def keep_declared_loss(self, payload: Mapping[str, Any]) -> None:
        """What the ledger's `loss.declare` will say: no other is signed. A note is declared lost once, as said last."""
        kept = [item for item in self.declared_losses() if item.get("note") != payload["note"]]
        write_durably(self.losses_path, "".join(f"{json.dumps(item)}\n" for item in (*kept, payload)))

    def declared_losses(self) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in self.losses_path.read_text(encoding="utf-8").splitlines()]
        except FileNotFoundError:
            return []
        except ValueError as error:
            raise KeyUnusable(
                gettext("The list of declared losses %(path)s is damaged. Restore it from a backup.")
                % {"path": self.losses_path}
            ) from error

    def lost_notes(self) -> list[str]:
        """The last notes of histories an operator has declared lost."""
        return [path.read_text(encoding="utf-8") for path in self.path.parent.glob(f"{self.path.name}.lost-note.*")]


def last_note_path(key_file: Path) -> Path:
    return key_file.with_name(f"{key_file.name}.last-note")
