"""Files as they were shown, kept under the digest of their content."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile, File

from content.editions import FrozenMedia

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
    """Gathers the files of a closure. Nothing is stored until `store`, so that a preview leaves no trace."""

    files: dict[str, File[bytes]] = field(default_factory=dict)
    mimes: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def take(self, file: File[bytes]) -> dict[str, Any]:
        """What a body says of a file: {"sha256", "mime"}."""
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        self.files[digest] = file
        self.mimes[digest] = mimetypes.guess_type(file.name or "")[0] or DEFAULT_TYPE
        self.urls[digest] = getattr(file, "url", "")
        return {"sha256": digest, "mime": self.mimes[digest]}

    def image(self, image: Any) -> dict[str, Any]:
        """As `take`, with the size, so that the page does not jump while it loads."""
        return {**self.take(image.file), "width": image.width, "height": image.height}

    def store(self) -> None:
        """Keeps every file that is not kept yet."""
        kept = set(FrozenMedia.objects.filter(sha256__in=self.files).values_list("sha256", flat=True))
        for digest, file in self.files.items():
            if digest not in kept:
                with file.open("rb") as stream:
                    copy = ContentFile(
                        stream.read(), name=digest + (mimetypes.guess_extension(self.mimes[digest]) or "")
                    )
                FrozenMedia.objects.create(sha256=digest, file=copy, mime=self.mimes[digest])
