"""Who learns (Person), who signs in (User), and the dated facts about them: never overwritten, only superseded."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from certification.ledger import clock
from lms.people import declarations, spelling
from lms.people.access_models import AccessDelay as AccessDelay
from lms.people.access_models import AccessLog as AccessLog
from lms.people.change_models import PeopleChange as PeopleChange
from lms.people.conflict_models import FactConflict as FactConflict
from lms.people.conflict_models import FactJoin as FactJoin
from lms.people.conflict_models import ImportRun as ImportRun
from lms.people.door_models import FactorRecovery as FactorRecovery
from lms.people.door_models import TryCount as TryCount


def true_on(day: date, prefix: str = "") -> Q:
    """The one rule for "this dated row is true on that day": half-open, [true_from, true_to)."""
    return Q(**{f"{prefix}true_from__lte": day}) & (
        Q(**{f"{prefix}true_to__isnull": True}) | Q(**{f"{prefix}true_to__gt": day})
    )


def known_at(instant: datetime | None, prefix: str = "") -> Q:
    """What the system believed at that instant; None asks for what it believes now."""
    if instant is None:
        return Q(**{f"{prefix}known_to__isnull": True})
    return Q(**{f"{prefix}known_from__lte": instant}) & (
        Q(**{f"{prefix}known_to__isnull": True}) | Q(**{f"{prefix}known_to__gt": instant})
    )


class DatedQuerySet(models.QuerySet[Any]):
    def on(self, day: date, known: datetime | None = None) -> Self:
        return self.filter(true_on(day), known_at(known))

    def current(self) -> Self:
        """Rows the system believes now, whatever day they speak of."""
        return self.filter(known_at(None))


class Dated(models.Model):
    """True on [true_from, true_to) as dates; believed during [known_from, known_to) as instants."""

    true_from = models.DateField(_("true from"))
    true_to = models.DateField(_("true until (exclusive)"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_start",
                condition=Q(true_to__isnull=True) | Q(true_to__gt=F("true_from")),
                violation_error_message=_("The end must lie after the start."),
            ),
        ]


class DatedFact(Dated):
    """A dated row about a person. `fact` names what it tells of and survives every correction: what hangs on a fact
    hangs on that, never on a date. A fact may have several rows, where its value changed on a day (a move)."""

    fact = models.UUIDField(_("fact"), default=uuid.uuid4, editable=False)

    class Meta(Dated.Meta):
        abstract = True


class OrgUnit(Dated):
    """A node of the organisation. A unit never moves: a reorganisation ends it and opens another."""

    class Kind(models.TextChoices):
        GROUP = "group", _("Group")
        ENTITY = "entity", _("Legal entity")
        DIVISION = "division", _("Division")
        DEPARTMENT = "department", _("Department")
        TEAM = "team", _("Team")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    entity = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("legal entity"),
        help_text=_("The legal entity this unit belongs to; empty for a group."),
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="UTC")

    class Meta(Dated.Meta):
        verbose_name = _("organisational unit")
        verbose_name_plural = _("organisational units")

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Who learns and is evidenced. Needs no login and no e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    email = models.EmailField(_("e-mail for messages"), blank=True)
    created_at = models.DateTimeField(_("created"))

    personal_data = declarations.PERSON

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["family_name", "given_name"], name="person_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return " ".join(f"{part[0]}." for part in (self.given_name, self.family_name) if part)

    @cached_property
    def group_names(self) -> frozenset[str]:
        """The access groups of this person's login; asked once per instance."""
        return frozenset(Group.objects.filter(user__person=self).values_list("name", flat=True))


class ExternalId(models.Model):
    """Ties a row of a feed to a person, so that an import finds the same person again.

    `normal` and `loose` are the key as keys are compared, and as spreadsheets damage them (lms.people.spelling). `said`
    is what the feed last claimed of the employment (FactConflict.claims) and, under "words", said beside it
    (directory.feed_words), so that feeds that disagree are noticed.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="external_ids")
    feed = models.SlugField(_("feed"), max_length=40)
    key = models.CharField(_("key in the feed"), max_length=80)
    normal = models.CharField(_("key as it is compared"), max_length=80, default="", editable=False)
    loose = models.CharField(_("key as spreadsheets damage it"), max_length=80, default="", editable=False)
    said = models.JSONField(_("what the feed last said"), null=True, blank=True)

    personal_data = declarations.EXTERNAL_ID

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="external_id_names_one_person")]
        indexes = [
            models.Index(fields=["feed", "normal"], name="external_id_compared"),
            models.Index(fields=["feed", "loose"], name="external_id_damaged"),
        ]

    def __str__(self) -> str:
        return f"{self.feed}:{self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normal, self.loose = spelling.number_key(self.key), spelling.loose_key(self.key)
        super().save(*args, **kwargs)

    @classmethod
    def naming(cls, person: Person, feed: str, key: str, said: dict[str, Any] | None = None) -> Self:
        """Unsaved. The key is kept without signs that nobody sees."""
        normal, loose = spelling.number_key(key), spelling.loose_key(key)
        clean = spelling.clean_number(key)
        return cls(person=person, feed=feed, key=clean, normal=normal, loose=loose, said=said)


class UserManager(BaseUserManager["User"]):
    def create_user(self, staff_number: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(staff_number=staff_number, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, staff_number: str, password: str | None = None, **fields: Any) -> User:
        """For `createsuperuser`: makes the Person too, because every User has one."""
        if "person" not in fields and "person_id" not in fields:
            fields["person"] = Person.objects.create(given_name=staff_number, created_at=clock.now())
        return self.create_user(staff_number, password, is_superuser=True, **fields)


# What locks drafts of quizzes points here, and modelcluster, their base, has no types.
class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A login. Optional for a person; every login has exactly one person.

    `is_active` is what follows of two reasons: `blocked`, which only an administrator sets and lifts, and employment,
    after whose last day (`access_until`, an instant; empty while no end is known) nothing opens, whether or not the
    drain has run. `session_epoch` stands in every session: counting it up ends them all. `suspended_rights` holds what
    was taken until a conflict about the person is settled (logins.suspend_rights); None: nothing is suspended.
    """

    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    staff_number = models.CharField(_("staff number"), max_length=40, unique=True)
    email = models.EmailField(_("e-mail for sign-in"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    blocked = models.BooleanField(_("blocked by an administrator"), default=False)
    access_until = models.DateTimeField(_("access ends"), null=True, blank=True)
    languages = models.JSONField(_("languages in which they review or translate"), default=list, blank=True)
    session_epoch = models.PositiveIntegerField(_("sessions ended"), default=0)
    suspended_rights = models.JSONField(_("rights suspended"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(_("created"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "staff_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    personal_data = declarations.USER

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        constraints = [models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="login_email_is_unique")]
        indexes = [models.Index(Upper("staff_number"), name="login_number_in_any_case")]

    def __str__(self) -> str:
        return self.staff_number

    @property
    def is_staff(self) -> bool:
        return self.is_superuser

    def acts_in(self, language: str) -> bool:
        """Whether they may review or translate texts of this language. Where none was given, none is withheld."""
        return not self.languages or language in self.languages

    def is_open(self, at: datetime) -> bool:
        """Whether this login may be used at that instant."""
        return self.is_active and (self.access_until is None or at < self.access_until)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        held = f"{self.password}:{self.session_epoch}"
        return salted_hmac("lms.people.models.User", held, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.person.name

    def get_short_name(self) -> str:
        return self.person.given_name


class Employment(DatedFact):
    """One period with one legal entity. A re-hire is a new row; true_from is the first working day."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        CONTRACTOR = "contractor", _("Contractor")
        PARTNER = "partner", _("Partner")

    person = models.ForeignKey(Person, models.CASCADE, related_name="employments")
    entity = models.ForeignKey(OrgUnit, models.PROTECT, related_name="employments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.EMPLOYEE)
    zone = models.CharField(_("time zone"), max_length=40)

    personal_data = declarations.EMPLOYMENT

    class Meta(Dated.Meta):
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        indexes = [models.Index(fields=["person", "known_to"], name="employment_of_person")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.true_from}"


class Placement(DatedFact):
    person = models.ForeignKey(Person, models.CASCADE, related_name="placements")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="placements")

    personal_data = declarations.PLACEMENT

    class Meta(Dated.Meta):
        verbose_name = _("placement")
        verbose_name_plural = _("placements")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.true_from}"


class ReportingLine(DatedFact):
    class Kind(models.TextChoices):
        LINE = "line", _("Line manager")
        FUNCTIONAL = "functional", _("Functional manager")

    person = models.ForeignKey(Person, models.CASCADE, related_name="reporting_lines")
    manager = models.ForeignKey(Person, models.CASCADE, related_name="managed_lines")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.LINE)

    personal_data = declarations.REPORTING_LINE

    class Meta(Dated.Meta):
        verbose_name = _("reporting line")
        verbose_name_plural = _("reporting lines")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="nobody_reports_to_themselves",
                condition=~Q(person=F("manager")),
                violation_error_message=_("A person cannot be their own manager."),
            ),
        ]
        indexes = [models.Index(fields=["manager", "known_to"], name="line_of_manager")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.manager_id}"


class JobRole(models.Model):
    """A training role ("overseer of a high-risk system"). Never an access right: those are Groups."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("job role")
        verbose_name_plural = _("job roles")

    def __str__(self) -> str:
        return self.name


class RoleHolding(DatedFact):
    person = models.ForeignKey(Person, models.CASCADE, related_name="role_holdings")
    role = models.ForeignKey(JobRole, models.PROTECT, related_name="holdings")

    personal_data = declarations.ROLE_HOLDING

    class Meta(Dated.Meta):
        verbose_name = _("role holding")
        verbose_name_plural = _("role holdings")
        indexes = [models.Index(fields=["role", "known_to"], name="holding_of_role")]

    def __str__(self) -> str:
        return f"{self.role_id} {self.true_from}"


class Leave(models.Model):
    """An absence, as dates only: the reason is nobody's business here. Both days are inclusive."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="leaves")
    fact = models.UUIDField(_("fact"), default=uuid.uuid4, editable=False)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    personal_data = declarations.LEAVE

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_start",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day must not lie before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
