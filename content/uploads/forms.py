"""Wagtail's forms for images and documents, on whichever page or dialogue: what is uploaded is cleaned first."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from content.uploads.checking import DOCUMENTS, PICTURES, cleaned_upload
from content.uploads.kinds import FileKind, UploadRefused
from content.uploads.pictures import damaged_picture


class PictureField(WagtailImageField):
    def check_image_pixel_size(self, f: Any) -> None:
        try:
            super().check_image_pixel_size(f)
        except (OSError, SyntaxError, ValueError, KeyError, IndexError, struct.error) as error:
            # Wagtail believes that what begins like a picture is one.
            raise forms.ValidationError(damaged_picture()) from error


class ImageForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if given := self.fields.get("file"):
            self.fields["file"] = PictureField(required=given.required, label=given.label, widget=given.widget)

    def clean_file(self) -> Any:
        return kept_upload(self.cleaned_data["file"], PICTURES)


class DocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        return kept_upload(self.cleaned_data["file"], DOCUMENTS)


def kept_upload(given: Any, wanted: tuple[FileKind, ...]) -> Any:
    """What is stored of an upload, under the ending that its bytes deserve; what was stored before, as it is."""
    if not isinstance(given, UploadedFile):
        return given
    assert given.file is not None  # noqa: S101 -- an upload has its bytes
    try:
        kind, instead = cleaned_upload(given.file, wanted)
    except UploadRefused as refusal:
        raise forms.ValidationError(list(refusal.sentences)) from refusal
    name = PurePath(given.name or "file")
    given.name = name.name if name.suffix.lower() in kind.endings else name.stem + kind.endings[0]
    if instead is None:
        return given
    return InMemoryUploadedFile(BytesIO(instead), "file", given.name, kind.mime, len(instead), None)
