"""A certificate in the reader's language: its snapshot as words, with the language of every text that falls back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext

from certification.credentials.models import Certificate

SHORT = 12
"""Digits of a digest that are shown where the whole would not fit; the whole stands in the ledger's entry."""


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One module: what was done, on which version, when. `passed` says that it has a test, and it was passed."""

    code: str
    title: str
    edition: int
    language: str
    done_on: date
    valid_until: date | None
    text: str
    passed: bool

    @property
    def words(self) -> str:
        """What was done and when; below, on which version, and how long it counts."""
        done = gettext("Completed and passed on %(day)s.") if self.passed else gettext("Completed on %(day)s.")
        version = gettext("Edition %(number)s, %(language)s, text") % {
            "number": self.edition,
            "language": self.language,
        }
        counts = gettext("Counts until %(day)s.") if self.valid_until else gettext("Counts without an end.")
        return format_html(
            '{}<br><small class="muted">{} <bdi class="mono">{}…</bdi> {}</small>',
            done % {"day": day_in_words(self.done_on)},
            version,
            self.text,
            counts % {"day": day_in_words(self.valid_until)} if self.valid_until else counts,
        )


@dataclass(frozen=True, slots=True)
class CertificateBasis:
    """A basis, with what kind it is in words: law in force, or company policy."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """`title` may hold markup (its language, where that is not the page's); `plain_title` never does."""

    certificate: Certificate
    language: str
    title: str
    plain_title: str
    expired: bool
    address: str

    @property
    def lines(self) -> list[CertificateLine]:
        return [_line(item, self.language) for item in self.certificate.content["items"]]

    @property
    def reasons(self) -> list[CertificateBasis]:
        return [_reason(basis, self.language) for basis in self.certificate.content["basis"]]

    @property
    def done(self) -> list[tuple[str, str]]:
        """Module by module: (which one, what was done on which version and when), for the theme's list of facts."""
        return [(format_html("<bdi>{}</bdi> {}", line.code, line.title), line.words) for line in self.lines]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """(label, value) pairs for the theme's list of facts."""
        path, valid_until = self.certificate.content["path"], self.certificate.valid_until
        version = gettext("Version %(number)s") % {"number": path["number"]}
        reasons = format_html_join(mark_safe("<br>"), "{}: {}", ((one.label, one.text) for one in self.reasons))
        return [
            (gettext("Learning path"), format_html('{} <bdi class="mono">{}…</bdi>', version, path["sha256"][:SHORT])),
            (gettext("Issued on"), day_in_words(self.certificate.issued_on)),
            (gettext("Valid until"), day_in_words(valid_until) if valid_until else gettext("Without an end")),
            (gettext("Required by"), reasons or gettext("Nobody: it was done freely")),
        ]

    @property
    def sentence(self) -> str:
        """What was done; that tests were passed is said only where every module has one."""
        if all(line.passed for line in self.lines):
            return gettext(
                "All compulsory modules of this learning path were completed, and the test of each was passed."
            )
        return gettext("All compulsory modules of this learning path were completed.")

    @property
    def qr(self) -> SafeString:
        """The public address as an inline picture: sized by attributes, because the site's policy allows no styles."""
        code = segno.make(self.address, error="m", micro=False)
        drawn: str = code.svg_inline(scale=3, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
        return mark_safe(drawn)  # noqa: S308 - made here from our own address


def make_sheet(certificate: Certificate, day: date) -> CertificateSheet:
    """The certificate as it reads on `day`, the holder's own calendar day. No queries.

    Its lines and facts are for certificates that passed their check: they trust the shape of the content.
    """
    language = get_language() or settings.LANGUAGE_CODE
    titles = certificate.content.get("path", {}).get("titles", {})
    return CertificateSheet(
        certificate,
        language,
        text_in_language(titles, language),
        titles.get(language_to_show(titles, language), certificate.path_key),
        has_expired(certificate, day),
        settings.BASE_URL + reverse("verify:certificate", args=[certificate.pk]),
    )


def has_expired(certificate: Certificate, day: date) -> bool:
    """The last valid day is the day named."""
    return certificate.valid_until is not None and certificate.valid_until < day


def day_in_words(day: date) -> str:
    return date_format(day, "j F Y")


def language_to_show(texts: Mapping[str, str], language: str) -> str:
    """The language to show: the reader's, else the source language, else any there is."""
    return next((code for code in (language, settings.LANGUAGE_CODE, *texts) if texts.get(code)), language)


def text_in_language(texts: Mapping[str, str], language: str) -> str:
    """The text; marked with its language where that is not the reader's, so that it is read out and set right."""
    found = language_to_show(texts, language)
    if found == language:
        return texts.get(found, "")
    direction = "rtl" if get_language_info(found)["bidi"] else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', found, direction, texts[found])


def _line(item: Mapping[str, Any], language: str) -> CertificateLine:
    return CertificateLine(
        code=item["code"].upper(),
        title=text_in_language(item["titles"], language),
        edition=item["edition"],
        language=get_language_info(item["locale"])["name_translated"],
        done_on=date.fromisoformat(item["effective_on"]),
        valid_until=date.fromisoformat(item["valid_until"]) if item.get("valid_until") else None,
        text=item["text_sha256"][:SHORT],
        passed=item.get("passed", False),
    )


def _reason(basis: Mapping[str, Any], language: str) -> CertificateBasis:
    label = gettext("Law in force") if basis["kind"] == "law" else gettext("Company policy")
    return CertificateBasis(label, text_in_language(basis["texts"], language))
