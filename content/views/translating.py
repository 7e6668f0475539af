"""What wagtail-localize's views do, with what they leave out: sizes, values, languages, and who may put words live."""

from __future__ import annotations

from typing import Any

import polib
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Locale, Page
from wagtail.snippets.permissions import get_permission_name
from wagtail_localize.models import OverridableSegment, StringSegment, Translation
from wagtail_localize.views import edit_translation, submit_translations, update_translations

from content import values
from lms.parameter_form import ParameterForm
from lms.refusals import Refused

LARGEST_FILE = 1024 * 1024
LARGEST_VALUE = 20_000
FAULTS = (ValidationError, DatabaseError, LookupError, TypeError, ValueError)


def may_publish(user: Any, found: Any) -> bool:
    if isinstance(found, Page):
        return bool(found.permissions_for_user(user).can_publish())
    return bool(user.has_perm(get_permission_name("publish", type(found))))


def may_change(user: Any, found: Any) -> bool:
    return bool(edit_translation.user_can_edit_instance(user, found))


class PoFileForm(forms.Form):
    file = forms.FileField(required=False, allow_empty_file=True)


def sent_value(request: HttpRequest) -> str | None:
    """The value of a PUT, as the editor's script sends it; None where there is none that can be taken."""
    sent = ParameterForm(request.POST, value=LARGEST_VALUE + 1)
    if not sent.has("value") and request.content_type == "application/x-www-form-urlencoded":
        sent = ParameterForm(QueryDict(request.body), value=LARGEST_VALUE + 1)
    value = sent.text("value")
    return None if not sent.has("value") or sent.errors or len(value) > LARGEST_VALUE else value


def refused(sentence: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def checked_words(request: HttpRequest, translation: Translation) -> HttpResponse | None:
    """None: the words of one string can be taken."""
    if request.method == "PUT" and sent_value(request) is None:
        return refused(_("Send the words of this string, at most 20,000 characters."))
    return None


def checked_override(request: HttpRequest, translation: Translation, segment: int) -> HttpResponse:
    """Takes it, looks at the translation as it would then be, and takes it back if a form would refuse that."""
    if request.method == "PUT" and sent_value(request) is None:
        return refused(_("Send a value, at most 20,000 characters."))
    held = get_object_or_404(OverridableSegment.objects.select_related("context"), pk=segment)
    if "." not in held.context.path:
        return refused(_("Only a picture, a file or an address within the text can be another in a translation."))
    before = translation_faults(translation)
    with transaction.atomic():
        answer: HttpResponse = edit_translation.edit_override(request, translation.pk, segment)
        after = translation_faults(translation) if answer.status_code < 300 else before
        if new := [sentence for sentence in after if sentence not in before]:
            transaction.set_rollback(True)
    return refused(" ".join(new)) if new else answer


def translation_faults(translation: Translation) -> list[str]:
    """What the forms would say of the translated object as its strings and overrides now make it."""
    try:
        with transaction.atomic():
            found = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
            found.clean_fields(exclude=[field.name for field in found._meta.fields if field.is_relation])
            sentences = [sentence for _field, sentence in values.value_faults(found)]
            for field in found._meta.fields:
                if field.is_relation and getattr(found, field.attname) is not None:
                    getattr(found, field.name)
    except FAULTS as error:
        return [" ".join(error.messages) if isinstance(error, ValidationError) else _("This value does not fit here.")]
    return sentences


@require_POST
def take_po_file(request: HttpRequest, translation: Translation) -> HttpResponse:
    """The words of a PO file. Read before anything is written; entries that are none of this translation's are left."""
    if not may_change(request.user, translation.get_target_instance()):
        raise PermissionDenied
    try:
        found = read_po_file(request, translation)
    except ValueError as error:
        messages.error(request, str(error))
    else:
        known, others = found
        translation.import_po(known, user=request.user, tool_name="PO File")
        messages.success(request, _("The words of the file are in the translation."))
        if others:
            messages.warning(
                request,
                _("%(count)d entries of the file are no strings of this translation and were left.")
                % {"count": others},
            )
    return redirect(edit_translation.get_valid_next_url_from_request(request) or reverse("wagtailadmin_home"))


def read_po_file(request: HttpRequest, translation: Translation) -> tuple[polib.POFile, int]:
    """(the entries that belong to the translation, how many do not). Raises ValueError with a sentence."""
    form = PoFileForm(request.POST, request.FILES)
    file = form.cleaned_data.get("file") if form.is_valid() else None
    if file is None:
        raise ValueError(_("Choose a PO file."))
    if (file.size or 0) > LARGEST_FILE:
        raise ValueError(_("The file is larger than 1 MB. Download the PO file of this translation and fill that in."))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("The file is not in UTF-8. Save it as UTF-8 and send it again.")) from None
    if "msgid" not in text or "\0" in text:
        raise ValueError(_("This is no PO file. Download the PO file of this translation and fill that in."))
    try:
        # With a line in it the text can be no path, which polib would open.
        po = polib.pofile(f"{text}\n", encoding="utf-8")
    except (OSError, UnicodeDecodeError, LookupError, ValueError, IndexError) as error:
        raise ValueError(_("The PO file cannot be read: %(reason)s.") % {"reason": str(error)[:200]}) from error
    if po.metadata.get("X-WagtailLocalize-TranslationID") != str(translation.uuid):
        raise ValueError(_("This PO file is that of another translation. Download the one of this translation."))
    return known_entries(po, translation)


def known_entries(po: polib.POFile, translation: Translation) -> tuple[polib.POFile, int]:
    segments = StringSegment.objects.filter(source=translation.source)
    held = set(segments.values_list("string__data", "context__path"))
    known = polib.POFile()
    known.metadata = dict(po.metadata)
    others = 0
    for entry in po:
        if entry.obsolete:
            continue
        if (entry.msgid, entry.msgctxt) in held:
            held.discard((entry.msgid, entry.msgctxt))
            known.append(entry)
        else:
            others += 1
    if long := next((entry for entry in known if len(entry.msgstr) > LARGEST_VALUE), None):
        raise ValueError(
            _("The translation of “%(words)s” is longer than 20,000 characters.") % {"words": long.msgid[:60]}
        )
    return known, others


def asked_languages(request: HttpRequest) -> list[str]:
    ids = [
        int(text)
        for text in ParameterForm(request.POST, "locales").texts("locales")
        if text.isdigit() and len(text) < 10
    ]
    return list(Locale.objects.filter(pk__in=ids).values_list("language_code", flat=True))


def begin_refusal(user: Any, page: Page, languages: list[str]) -> str:
    """Why these translations may not be begun, in a sentence: more than a draft would come of it. '' if they may.

    wagtail-localize makes live copies of the pages above that are not there yet, and of a live alias a live page.
    """
    parent = page.get_parent()
    if may_publish(user, page):
        return ""
    for locale in Locale.objects.filter(language_code__in=languages):
        if page.get_translations().filter(locale=locale, live=True).exists():
            return _("This page is live in that language already. Somebody who may publish has to begin.")
        if not parent.get_translations(inclusive=True).filter(locale=locale).exists():
            return _("The page above is not there in that language yet. Somebody who may publish has to begin.")
    return ""


class BeginPageTranslation(submit_translations.SubmitPageTranslationView):
    """A draft to translate; nothing of it is live before a reviewer has approved it."""


class BeginSnippetTranslation(submit_translations.SubmitSnippetTranslationView):
    """As BeginPageTranslation, for questions, cases and quizzes."""


class BringUpToDate(update_translations.UpdateTranslationsView):
    """The strings follow their source. What goes live with it is for those who may publish in each language."""

    def get_form(self) -> forms.Form:
        form: forms.Form = super().get_form()
        if not self.publishes():
            if ParameterForm(self.request.POST, "publish_translations").text("publish_translations"):
                raise Refused(_("Only somebody who may publish in all these languages can do that here."))
            form.fields["publish_translations"].disabled = True
            form.fields["publish_translations"].initial = False
            form.fields["publish_translations"].widget = forms.HiddenInput()
        return form

    def publishes(self) -> bool:
        user: Any = self.request.user
        targets = self.object.translations.filter(enabled=True).select_related("target_locale")
        return all(
            user.acts_in(each.target_locale.language_code) and may_publish(user, each.get_target_instance())
            for each in targets
        )
