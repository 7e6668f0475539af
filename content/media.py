"""Files as they were shown, kept under the digest of their content."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from content.editions import FrozenMedia
from content.uploads.checking import check_upload
from content.uploads.kinds import UploadRefused

DEFAULT_TYPE = "application/octet-stream"


def holds(kept: FrozenMedia) -> bool:
    """Whether the file is there and is the one whose digest it is kept under."""
    try:
        with kept.file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == kept.sha256
    except OSError:
        return False


@dataclass(slots=True)
class Media:
    """Gathers the files of a closure. Nothing is stored until `store`, so that a preview leaves no trace.

    `refusals` says in sentences which of them may not be shown: whoever freezes or publishes looks there first.
    """

    files: dict[str, File[bytes]] = field(default_factory=dict)
    mimes: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def take(self, file: File[bytes], title: str) -> dict[str, Any]:
        """What a body says of a file: {"sha256", "mime"}. What it is, its bytes say: its name may say anything."""
        digest, mime = "", DEFAULT_TYPE
        try:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                mime = check_upload(stream).mime
        except UploadRefused as refusal:
            self._refuse(title, str(refusal))
        except OSError:
            self._refuse(title, _("It is not in the store of files any more. Upload it again."))
        self.files[digest] = file
        self.mimes[digest] = mime
        self.urls[digest] = getattr(file, "url", "")
        return {"sha256": digest, "mime": mime}

    def image(self, image: Any) -> dict[str, Any]:
        """As `take`, with the size, so that the page does not jump while it loads."""
        return {**self.take(image.file, image.title), "width": image.width, "height": image.height}

    def _refuse(self, title: str, why: str) -> None:
        self.refusals.append(_("The file “%(title)s” cannot be shown: %(why)s") % {"title": title, "why": why})

    def store(self) -> None:
        """Keeps every file that is not kept yet."""
        kept = set(FrozenMedia.objects.filter(sha256__in=self.files).values_list("sha256", flat=True))
        for digest, file in self.files.items():
            if digest not in kept:
                with file.open("rb") as stream:
                    copy = File(stream, name=digest + (mimetypes.guess_extension(self.mimes[digest]) or ""))
                    FrozenMedia.objects.create(sha256=digest, file=copy, mime=self.mimes[digest])
