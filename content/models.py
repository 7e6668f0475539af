"""What is taught, as editors see it: Wagtail pages. What learners see are frozen texts (editions.py)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import AbstractGroupApprovalTask, Page, WorkflowState
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField

from content import hooks
from content.blocks import ObjectiveBlock, SectionBlock, SourceBlock
from content.curriculum_models import LoadedSection
from content.editions import (
    ChangeClass,
    EmergencyCorrection,
    Freezing,
    FrozenMedia,
    Module,
    ModuleEdition,
    ModuleText,
    Provenance,
    SignOff,
)
from content.fact_models import Fact, FactProposal, FactSet
from content.forms import ModulePageForm
from lms.refusals import Refused
from lms.signatures.authored import AuthoredInLanguage
from quizzes.lab_models import LabConfidence, LabMode
from quizzes.models import Quiz

__all__ = [
    "ChangeClass",
    "CoursePage",
    "EmergencyCorrection",
    "Fact",
    "FactProposal",
    "FactSet",
    "Freezing",
    "FrozenMedia",
    "HomePage",
    "LoadedSection",
    "Module",
    "ModuleEdition",
    "ModulePage",
    "ModuleText",
    "Provenance",
    "ReviewTask",
    "SignOff",
]

APPROVE = "approve"


class HomePage(Page):
    """The public front of a site in one language."""

    intro = RichTextField(_("introduction"), features=["bold", "italic", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.CoursePage", "content.ModulePage"]
    template = "content/home.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | hooks.public_context(self, request)


class CoursePage(Page):
    """A grouping of modules in the catalogue; nothing is assigned or certified by it."""

    intro = RichTextField(_("introduction"), features=["bold", "italic", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    # Each language has a home page of its own, so the same address below it can serve in every language.
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.ModulePage"]
    template = "content/course.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | hooks.public_context(self, request)


CHANGES = _(
    "Substantive and obligation make a new edition for whoever begins from then on. None of the three asks anybody "
    "who has completed the module to learn it again."
)
CASE_FAMILIES = _(
    "Only for a module with a lab. benefit_eligibility: applications for a heating grant, the family of the shipped "
    "module. expense_claims: travel expenses; the wording of the advice partly gives away which advice is wrong, so "
    "its figures say less about reliance."
)


class ModulePage(AuthoredInLanguage, Page):
    """A module being written, in one language. Publishing it freezes a text; learners never see this page live."""

    code = models.SlugField(_("code"), max_length=20, help_text=_("The same in every language, for example m01."))
    summary = models.TextField(_("summary"), max_length=400)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        help_text=_("Leave it empty: it is computed from the words and questions."),
    )
    objectives = StreamField([("objective", ObjectiveBlock())], verbose_name=_("objectives"), blank=True)
    sections = StreamField([("section", SectionBlock())], verbose_name=_("sections"), blank=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)
    quiz = models.ForeignKey(
        Quiz, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("graded questions")
    )
    lab_family = models.CharField(_("family of cases"), max_length=40, blank=True, help_text=CASE_FAMILIES)
    lab_mode = models.CharField(
        _("when the advice comes"), max_length=12, choices=LabMode.choices, default=LabMode.FIRST
    )
    lab_rationale = models.BooleanField(_("the advice gives reasons"), default=True)
    lab_confidence = models.CharField(
        _("certainty shown with the advice"),
        max_length=10,
        choices=LabConfidence.choices,
        default=LabConfidence.NONE,
    )
    provenance = models.CharField(
        _("how the text was written"), max_length=16, choices=Provenance.choices, default=Provenance.HUMAN
    )
    change_class = models.CharField(
        _("what the next publication changes"),
        max_length=12,
        choices=ChangeClass.choices,
        default=ChangeClass.EDITORIAL,
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("summary"), FieldPanel("audience"), FieldPanel("minutes")],
            heading=_("About this module"),
        ),
        FieldPanel("objectives"),
        FieldPanel("sections"),
        FieldPanel("quiz"),
        MultiFieldPanel(
            [
                FieldPanel("lab_family"),
                FieldPanel("lab_mode"),
                FieldPanel("lab_rationale"),
                FieldPanel("lab_confidence"),
            ],
            heading=_("Automation-bias lab"),
            classname="collapsed",
        ),
        FieldPanel("sources"),
        MultiFieldPanel(
            [FieldPanel("provenance"), FieldPanel("change_class", help_text=CHANGES)], heading=_("This version")
        ),
    ]
    override_translatable_fields = [
        SynchronizedField("slug", overridable=False),
        SynchronizedField("code", overridable=False),
        SynchronizedField("quiz", overridable=False),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("lab_family", overridable=False),
        SynchronizedField("lab_mode", overridable=False),
        SynchronizedField("lab_confidence", overridable=False),
        SynchronizedField("lab_rationale", overridable=False),
        # Neither translated nor copied: a translation has come about in its own way.
        BaseTranslatableField("provenance"),
    ]
    parent_page_types = ["content.HomePage", "content.CoursePage"]
    subpage_types: list[str] = []
    base_form_class = ModulePageForm
    template = "content/module.html"

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuses to make an incomplete module live, whatever the route: the admin, a schedule, a script.

        Raises ValidationError with a sentence for everything that is missing. Saves of single columns
        (`update_fields`: a lock, a revision's number) say nothing about the content and are not judged.
        """
        self._refuse_going()
        if self.live and kwargs.get("update_fields") is None and not self.alias_of_id:
            missing = hooks.publish_gaps(self)
            if missing:
                raise ValidationError(missing)
        super().save(*args, **kwargs)

    def _refuse_going(self) -> None:
        """What paths ask for does not go offline, and what is taught does not become an alias. Raises Refused."""
        if not self.pk or (self.live and not self.alias_of_id):
            return
        before = ModulePage.objects.filter(pk=self.pk).values_list("live", "alias_of").first()
        if before is None:
            return
        was_live, was_alias = before
        offline = hooks.withdrawal_refusal(self) if was_live and not self.live else ""
        refusal = offline or (hooks.alias_refusal(self) if self.alias_of_id and not was_alias else "")
        if refusal:
            raise Refused(refusal)

    def copied_from(self) -> str:
        """A copy has the code of its original until an editor gives it one of its own."""
        same = ModulePage.objects.filter(code=self.code, locale=self.locale).exclude(
            translation_key=self.translation_key
        )
        original = same.order_by("pk").first()
        return original.subject() if original else ""

    def words_digest(self) -> str:
        return hooks.page_digest(self)

    @cached_property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The overview and one mode a section, for the editor's choice above the preview."""
        sections = [(str(number), child.value["title"]) for number, child in enumerate(self.sections, 1)]
        return [("", gettext("Overview")), *sections]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return hooks.module_preview(request, self, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | hooks.public_context(self, request)


class ReviewTask(AbstractGroupApprovalTask):
    """A task for reviewers. Its approval is the signature under the words that are approved."""

    class Meta:
        verbose_name = _("review of a text")
        verbose_name_plural = _("reviews of texts")

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Raises Refused, with the sentence, where this user may not approve the newest draft."""
        found = task_state.workflow_state.content_object
        if action_name == APPROVE:
            refusal = hooks.approval_refusal(found, user)
            if refusal:
                raise Refused(refusal, AdminURLFinder(user).get_edit_url(found) or "")
            hooks.approval_signed(found, user)
        done = super().on_action(task_state, user, action_name, **kwargs)
        if action_name == APPROVE:
            return hooks.approval_recorded(found, user) or done
        draft = found.get_latest_revision_as_object()  # a page comes here as a bare Page
        if isinstance(draft, AuthoredInLanguage) and draft.is_put_together():
            # Its strings are mended in a view that knows no review, and then handed in anew.
            WorkflowState.objects.get(pk=task_state.workflow_state_id).cancel(user=user)
        return done

    @classmethod
    def get_description(cls) -> str:
        return gettext("Reviewers approve, but nobody approves a text of their own. Approving publishes and signs off.")
