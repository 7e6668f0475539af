"""The one settings file. Every choice a site makes comes from the environment; docs/administrator.md lists them."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lms import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

SECRET_KEY = env.kept_secret("SECRET_KEY", VAR_DIR / "secret-key")
DEBUG = env.flag("DEBUG", False)
HTTPS = env.flag("HTTPS", True)
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
COMPRESS_PAGES = env.flag("COMPRESS_PAGES", not BEHIND_PROXY)  # a proxy does it with less memory
COOKIE_PREFIX = "__Host-" if HTTPS else ""  # no other host of the domain can set such a cookie
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
THEME = env.text("THEME", "default")

INSTALLED_APPS = [
    "lms",
    "themes",
    "lms.people",
    "certification",
    "lms.signatures",
    "lms.mail",
    "lms.xapi",
    "quizzes",
    "content",
    "courses",
    "lms.reports",
    "lms.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "lms.people.wagtail_users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # the built-in widgets' templates, found last
]

MIDDLEWARE = [
    "lms.security.OneOrigin",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.compression.CompressedPages",  # within what serves static files, around all that reads or writes a page
    "lms.script_sources.ScriptSources",
    "lms.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.security.KeptNowhere",
    "lms.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lms.request_bounds.RequestBounds",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.people.admin_doors.ConfirmedDoors",
    "lms.people.middleware.RequestPerson",
    "lms.typed_entries.TypedEntries",
    "lms.wrong_method.WrongMethodInWords",
    "lms.people.middleware.AdminDoor",
    "lms.people.door.session_limits.SessionLimits",
    "lms.refusals.RefusalsInWords",
    "content.doors.MountedDoors",
    "lms.statement_limit.TooLong",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

THEME_DIRS = [BASE_DIR / "themes" / name for name in dict.fromkeys([THEME, "default"])]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [theme / "templates" for theme in THEME_DIRS],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "themes.templatetags.components",
                "themes.templatetags.lesson",
                "django.templatetags.i18n",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.navigation.site",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {"default": env.database("DATABASE_URL", VAR_DIR / "litmus.sqlite3")}
if DATABASE_PASSWORD := env.secret("DATABASE_PASSWORD"):  # so that the address may be public and the password a file
    DATABASES["default"]["PASSWORD"] = DATABASE_PASSWORD
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Evidence deserves synchronous=FULL; IMMEDIATE transactions are what keeps writers from deadlocking.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000",
    }
else:
    # Compiling a statement takes longer than any of ours runs: half a second on a search of ten milliseconds.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c jit=off".strip()
# Seconds after which a process that serves the web gives up a statement on PostgreSQL; 0 = never.
STATEMENT_SECONDS = env.number("STATEMENT_SECONDS", 10)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, sessions, background work -------------------------------------------------------------------------

REDIS_URL = env.secret("REDIS_URL")
if REDIS_URL:
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            # Not pickle: who can write to Redis must not be able to run code here.
            "OPTIONS": {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"},
        },
        # Wagtail keeps model instances of pictures' sizes, which are no JSON: in each process.
        "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "litmus"}}
    SESSION_ENGINE = "lms.people.sessions"
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # workers log as everything else does: JSON lines
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- People and sign-in -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["lms.people.backend.SignInBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
ACCOUNT_ADAPTER = "lms.mail.account.MailingAdapter"
ACCOUNT_FORMS = {"login": "lms.people.forms.LoginForm", "reset_password": "lms.mail.account.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_number"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody makes this site write to strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed"
ACCOUNT_USER_DISPLAY = "lms.people.adapter.display_name"
# Ours count in the database and answer 429 (lms/people/door/limits.py); allauth's count in the cache of a process.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds: a reviewer signs ten texts with one confirmation
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]  # no codes by mail: who reads the mailbox can set a password
MFA_ADAPTER = "lms.people.door.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "lms.people.door.factor_forms.SignInCodeForm",
    "reauthenticate": "lms.people.door.factor_forms.ConfirmCodeForm",
    "activate_totp": "lms.people.door.factor_forms.AddAppForm",
    "add_webauthn": "lms.people.door.factor_forms.AddKeyForm",
    "generate_recovery_codes": "lms.people.door.factor_forms.PrintCodesForm",
}
MFA_TOTP_ISSUER = "Litmus"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: clocks differ
MFA_RATE_LIMITS = False
# Minutes without use, and altogether. A day is what WCAG 2.2.1 calls no time limit; the other is warned of.
SESSION_LIMITS = {
    "everyone": env.lengths("SESSION_EVERYONE", (120, 1440)),
    "writers": env.lengths("SESSION_WRITERS", (60, 1440)),
    "offices": env.lengths("SESSION_OFFICES", (30, 1440)),
}
SESSION_COOKIE_AGE = 60 * max(whole for _idle, whole in SESSION_LIMITS.values())  # what is older is nobody's session
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# --- Languages --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ar", _("Arabic"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
# Deadlines hang on time zone data: the pinned package decides, so that every host of a site computes the same ones.
zoneinfo.reset_tzpath(to=())
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [theme / "static" for theme in THEME_DIRS]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.flag("PLAIN_STATIC", False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Wagtail ----------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Litmus"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Names only open the dialogue; what a file is, its bytes say (content/uploads/).
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.uploads.forms.ImageForm"
WAGTAILDOCS_EXTENSIONS = ["mp4", "m4v", "webm", "vtt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 200 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "content.uploads.forms.DocumentForm"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Whoever asks for a translation has a draft to translate, and nothing in another language goes live with it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# --- Bounds: see lms/request_bounds.py -----------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a long module in the editor has some thousand
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Security ---------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Both bind a whole domain, other people's hosts included: only where somebody decided so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.flag("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS and env.flag("HSTS_PRELOAD", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie's names anybody can read
X_FRAME_OPTIONS = "SAMEORIGIN"  # the editor's preview frames the page it previews,
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # which is why DENY is not for us
    "security.W005",  # HSTS_SUBDOMAINS and
    "security.W021",  # HSTS_PRELOAD are the administrator's to decide
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
    }
}

# --- The ledger -------------------------------------------------------------------------------------------------

LEDGER_KEY_FILE = Path(env.text("LEDGER_KEY_FILE", str(VAR_DIR / "ledger" / "signing-key")))
# By which key pages call a certificate valid; "" = the file LEDGER_KEY_FILE.pub, where this process can read it.
LEDGER_PUBLIC_KEY = env.secret("LEDGER_PUBLIC_KEY")
# Addresses to which the newest checkpoint is mailed once a day: outside this organisation's reach, if possible.
AUDITOR_MAIL = env.words("AUDITOR_MAIL")

# --- Mail, xAPI -------------------------------------------------------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "litmus@localhost")
# Without a mail server, messages are written as files an administrator (and the demo) can read.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
LRS_ENDPOINT = env.text("LRS_ENDPOINT").rstrip("/")
LRS_KEY = env.text("LRS_KEY")
LRS_SECRET = env.secret("LRS_SECRET")

# What /healthz tells beyond one word it tells to administrators, and to whoever sends this as a bearer token.
HEALTH_TOKEN = env.secret("HEALTH_TOKEN")

# --- Logs: structured, and without personal data -----------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lms.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("django", "django_tasks", "wagtail", "allauth", "celery")},
}
