"""Pages are sent compressed where no proxy does it: an Arabic quiz is half as heavy on a phone's line."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """HTML only. Files are compressed in themselves or are asked for in parts, and a stream should not wait for a chunk
    to fill. Django adds up to a hundred random bytes to each answer and masks its form tokens anew on each page, so
    that lengths tell nothing of what stands beside a visitor's own words (BREACH).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.COMPRESS_PAGES:
            raise MiddlewareNotUsed
        super().__init__(get_response)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
