"""What models hold about people, for the register: how to say it, and what this room and other packages hold."""

from __future__ import annotations

PersonalData = dict[str, dict[str, str]]

WITH_RECORD = "As long as the person's record"
WITH_PERSON = "Deleted with the person"
DIRECTORY_READERS = "The person, the managers above them, HR administrators, auditors"


def declare(
    fields: str, purpose: str, seen_by: str, retention: str = WITH_RECORD, erasure: str = WITH_PERSON
) -> PersonalData:
    """One entry for several fields, named with spaces between them."""
    entry = {"purpose": purpose, "seen_by": seen_by, "retention": retention, "erasure": erasure}
    return {field: entry for field in fields.split()}


def _dated(subject: str, fields: str, seen_by: str = DIRECTORY_READERS) -> PersonalData:
    when = "true_from true_to known_from known_to"
    return {
        **declare(fields, f"{subject}: it decides which training is mandatory and who answers for it", seen_by),
        **declare("fact", "That a correction is told from something new", "The platform itself"),
        **declare(
            when, f"Since when and until when {subject.lower()} holds, and when the platform learned it", seen_by
        ),
    }


PERSON: PersonalData = {
    **declare(
        "given_name family_name",
        "To name the person on their record, their certificates and in their manager's list",
        DIRECTORY_READERS,
        erasure="The person is deleted, and with them everything that hangs on them; ledger entries name nobody",
    ),
    **declare("language", "To show pages and send messages in the person's language", "The person, HR administrators"),
    **declare("email", "To tell the person what is due", "The person, HR administrators"),
    **declare("created_at", "To know when the platform first learned of the person", "HR administrators"),
}
EXTERNAL_ID: PersonalData = {
    **declare(
        "person feed normal loose",
        "To find the same person again at the next directory import",
        "HR administrators",
    ),
    **declare(
        "said",
        "To notice that two feeds say different things of one employment, name, unit, manager, role or leave",
        "HR administrators, where feeds disagree",
        retention="Until the feed says something else; as long as the person's record",
    ),
    **declare(
        "key",
        "To find the same person again at the next directory import, and to tell people of one name apart in their "
        "manager's table",
        "HR administrators, the managers above them",
    ),
}
USER: PersonalData = {
    **declare("person staff_number email", "To sign in", "The person, administrators", erasure="The login is deleted"),
    **declare(
        "password", "To check who signs in; only a salted hash is kept", "Nobody", erasure="The login is deleted"
    ),
    **declare(
        "is_active blocked access_until session_epoch suspended_rights languages is_superuser groups user_permissions",
        "Whether the login is open, and what it may do",
        "Administrators",
        erasure="The login is deleted",
    ),
    **declare(
        "last_login date_joined",
        "To find logins nobody uses",
        "Administrators",
        retention="The last sign-in only",
        erasure="The login is deleted",
    ),
}
EMPLOYMENT = _dated("Employment", "person entity kind zone")
PLACEMENT = _dated("The place in the organisation", "person unit")
REPORTING_LINE = _dated("Who manages whom", "person manager kind")
ROLE_HOLDING = _dated("The training role", "person role")
LEAVE = declare(
    "person fact first_day last_day known_from known_to",
    "To pause due dates while somebody is away; the reason is never stored",
    "The person, HR administrators; neither managers nor auditors",
)
PEOPLE_CHANGE = declare(
    "person kind effective_on recorded_at handled_at cause",
    "To look again at somebody's mandatory training when something about them changed",
    "Nobody: the platform itself",
)
ACCESS_LOG = declare(
    "person viewer at capacity what reason",
    "That people can see who looked at their record, and for what",
    "The person it is about, auditors",
    erasure="Deleted with the person looked at; with the person who looked, their name is removed",
)
ACCESS_DELAY = declare(
    "person reason asked_by asked_at confirmed_by confirmed_at until",
    "That two people may look into suspected fraud; the person reads it afterwards, after 90 days at the latest",
    "Auditors; afterwards the person it is about",
    erasure="Deleted with the person looked at; with one who looked, their name is removed",
)

_ADMIN = "To show editors who changed, uploaded or commented on content"
_EDITORS = "Editors, translators, reviewers, administrators"
_SETTINGS = "To keep an editor's own settings and unfinished work"
# Models of other packages, by label: one entry for all fields of a model.
OTHERS: dict[str, dict[str, str]] = {
    **declare(
        "account.EmailAddress", "To sign in and to set a new password", "The person", erasure="Deleted with the login"
    ),
    **declare(
        "sessions.Session",
        "To stay signed in, and to find a form again that came back or was sent too late: what was typed, for an hour",
        "Nobody; what was typed, the person who typed it",
        retention="Until signing out, at most a day; what is over is deleted every hour",
        erasure="Deleted on signing out, or within the hour after the session ended",
    ),
    **declare(
        "usersessions.UserSession",
        "That people see where they are signed in, and can end it: address and browser of each session",
        "The person",
        retention="As long as the session",
        erasure="Deleted with the session",
    ),
    **declare(
        "mfa.Authenticator",
        "To ask for a second factor: a key's public half, the secret of an app, printed codes",
        "The person, who sees names and dates; printed codes are shown to them only",
        retention="Until the person removes it, or two people do for them",
        erasure="Deleted with the login",
    ),
    **declare(
        "wagtailcore.Page wagtailcore.Revision wagtailcore.PageLogEntry wagtailcore.ModelLogEntry "
        "wagtailcore.WorkflowState wagtailcore.TaskState wagtailcore.UploadedFile wagtailimages.Image "
        "wagtaildocs.Document wagtail_localize.StringTranslation wagtail_localize.SegmentOverride",
        _ADMIN,
        _EDITORS,
        retention="As long as the content's history",
        erasure="The link to the login is emptied when the login is deleted",
    ),
    **declare(
        "wagtailcore.Comment wagtailcore.CommentReply",
        _ADMIN,
        _EDITORS,
        retention="As long as the page",
        erasure="Deleted with the login",
    ),
    **declare(
        "wagtailusers.UserProfile wagtailadmin.EditingSession wagtailadmin.FormState wagtailcore.PageSubscription "
        "wagtailcore.APIToken",
        _SETTINGS,
        "The editor",
        retention="As long as the login",
        erasure="Deleted with the login",
    ),
}
