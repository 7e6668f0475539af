"""Pages come compressed where no proxy does it; files and streams come as they are."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from lms.compression import CompressedPages

ASKED = {"HTTP_ACCEPT_ENCODING": "gzip, deflate"}


@pytest.mark.django_db
def test_a_page_is_compressed_for_who_understands_it(client: Client) -> None:
    plain = client.get(reverse("account_login"))
    packed = client.get(reverse("account_login"), **ASKED)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert b"<h1" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2


@pytest.mark.django_db
def test_its_length_is_a_little_random(client: Client) -> None:
    """Twelve times the same page: a hundred possible lengths, and never all the same."""
    page = HttpResponse("<p>The same.</p>" * 100)
    request = RequestFactory().get("/", **ASKED)
    lengths = {len(CompressedPages(lambda _: HttpResponse(page.content))(request).content) for _ in range(12)}
    assert len(lengths) > 1


def test_what_is_no_page_is_left_alone(tmp_path: Any) -> None:
    """A film is asked for in parts: compressed, its parts would not fit together."""
    (tmp_path / "film.mp4").write_bytes(b"0" * 4000)
    request = RequestFactory().get("/", **ASKED)
    film = CompressedPages(lambda _: FileResponse((tmp_path / "film.mp4").open("rb")))(request)
    table = CompressedPages(lambda _: HttpResponse("a,b\n" * 400, content_type="text/csv"))(request)
    for answer in (film, table):
        assert "Content-Encoding" not in answer
    assert film["Content-Length"] == "4000"
    film.file_to_stream.close()


def test_where_a_proxy_compresses_the_application_does_not(settings: Any) -> None:
    settings.COMPRESS_PAGES = False
    with pytest.raises(MiddlewareNotUsed):
        CompressedPages(lambda _: HttpResponse())
