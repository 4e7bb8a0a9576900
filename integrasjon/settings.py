"""All settings. What differs between places comes from the environment; see README, "For real"."""

import datetime
import os
import re
import secrets
from pathlib import Path

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from milestones.append_only import YOUNGEST_TO_GO

from . import broker, environment
from .logs import without_words

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
"""The host's own: who parses now, and beat's schedule. The embedded default keeps its database, documents and messages
there, too."""
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=DEBUG)
"""Whether an empty database is filled with the demo story at start. Never outside debug: its passwords are public."""


def _secret_key() -> str:
    if key := env("SECRET_KEY", default=""):
        return str(key)
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set. Outside debug the app does not start without it.")
    kept = VAR / "secret_key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
"""Keys before it, which still open what they sealed or signed."""
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Outside debug the app does not start without it.")
if DEMO and not DEBUG:
    raise ImproperlyConfigured("DEMO puts people with public passwords in the database; it needs DEBUG.")

# --- What the project is made of

INSTALLED_APPS = [
    "integrasjon.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_fsm",
    "django_structlog",
    "milestones",
]
MIDDLEWARE = [
    "milestones.middleware.proxy.ProxyMiddleware",
    "milestones.middleware.request_id.RequestIdMiddleware",
    "milestones.middleware.probes.ProbeMiddleware",
    "milestones.middleware.latency.LatencyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "milestones.middleware.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "milestones.middleware.api.ApiMiddleware",
    "milestones.middleware.traces.TracesMiddleware",
    "milestones.middleware.admission.AdmissionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "milestones.middleware.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "milestones.middleware.sessions.SessionEndMiddleware",
    "milestones.middleware.limits.LimitMiddleware",
    "milestones.middleware.sign_in.SignInMiddleware",
    "milestones.middleware.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "milestones.middleware.logline.LogMiddleware",
    "milestones.middleware.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "integrasjon.urls"
WSGI_APPLICATION = "integrasjon.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Where it keeps things

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a transaction that writes later takes its lock at once, and waits its turn
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    _database["TEST"] = {"NAME": str(VAR / "test.sqlite3")}  # a file, so that threads connect for themselves
else:
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # seconds for each of its addresses
    # Behind a pooler that hands a connection to others after each transaction no cursor outlives one.
    _database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DATABASE_POOLED", default=False)
# What web, worker and beat have as DATABASE_URL, where that is not the tables' owner: `release` makes the role.
APP_DATABASE = env.db_url("APP_DATABASE_URL", default="") if env("APP_DATABASE_URL", default="") else {}

REDIS_URL = env("REDIS_URL", default="")  # rediss:// for TLS, by which the server must show a certificate that holds
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "serializer": "django.core.signing.JSONSerializer",  # Django's own choice, pickle, runs what it reads
            "socket_connect_timeout": 1,  # seconds
            "socket_timeout": 1,
        },
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
MEDIA_ROOT = env("DOCUMENT_ROOT", default=str(VAR / "documents"))  # no MEDIA_URL: views alone hand documents out
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DOCUMENT_ACCEL = env("DOCUMENT_ACCEL", default="")
"""The proxy's place for documents; the app streams them where it is empty."""
if not re.fullmatch(r"(/.*/)?", DOCUMENT_ACCEL):
    raise ImproperlyConfigured("DOCUMENT_ACCEL is no path between two slashes, for example /_documents/.")
DOCUMENT_QUOTA = env.int("DOCUMENT_QUOTA", default=500 * 1024 * 1024)  # bytes for each integration
PARSER_PLACES = VAR / "parsers"  # of this host alone: at most two documents are parsed at once on it
CLAMAV_ADDRESS = env("CLAMAV_ADDRESS", default="")  # host:port of a ClamAV daemon; none is asked where it is empty
if CLAMAV_ADDRESS and not re.fullmatch(r".+:\d{1,5}", CLAMAV_ADDRESS):
    raise ImproperlyConfigured("CLAMAV_ADDRESS is no host:port, for example 127.0.0.1:3310.")
CLAMAV_TIMEOUT = env.int("CLAMAV_TIMEOUT", default=30)  # seconds
ENTITY_REGISTER_URL = environment.origin(
    "ENTITY_REGISTER_URL", env("ENTITY_REGISTER_URL", default=""), over_tls=not DEBUG
)
"""Where Enhetsregisteret is asked about organisations; nobody asks where it is empty."""
TEAMS_HOSTS = environment.host_endings(
    "TEAMS_HOSTS",
    env.list("TEAMS_HOSTS", default=[".logic.azure.com", ".powerplatform.com", ".webhook.office.com", ".office.com"]),
)
"""What the hosts of workflow addresses in Microsoft Teams end with: messages are sent to no other."""
WEBHOOKS_TO_PRIVATE = environment.networks("WEBHOOKS_TO_PRIVATE", env.list("WEBHOOKS_TO_PRIVATE", default=[]))
"""Addresses or networks of our own to which webhooks may be sent all the same."""
TEAMS_ON_LOOPBACK = False
"""Whether a workflow address may be one of this machine, over plain HTTP: for tests alone, so no variable sets it."""
ACCOUNT_EVENT_DAYS = env.int("ACCOUNT_EVENT_DAYS", default=400)
"""How long it is kept who signed in, or tried to, and from where."""
if ACCOUNT_EVENT_DAYS < YOUNGEST_TO_GO:
    raise ImproperlyConfigured(f"ACCOUNT_EVENT_DAYS must be {YOUNGEST_TO_GO} or more.")
RETENTION_MONTHS = env.int("RETENTION_MONTHS", default=24)
"""How long after it was closed an integration is anonymised."""
if RETENTION_MONTHS < 1:
    raise ImproperlyConfigured("RETENTION_MONTHS must be 1 or more: what is anonymised does not come back.")
FILE_UPLOAD_PERMISSIONS = 0o600
# Uploads come in by memory: they are no larger than that, and a full disk takes nobody's form away.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 22 * 1024 * 1024  # of a whole request; AdmissionMiddleware takes 21 MB
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a form without its files
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)  # seconds
BASE_URL = env("BASE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}")
"""Where people reach the product: what mails link to."""
MAIL_LEASE = env.int("MAIL_LEASE", default=600)  # seconds until another worker takes a claimed mail over
if not 0 < 10 * EMAIL_TIMEOUT <= MAIL_LEASE:  # one mail may wait for the server eight times (mails/sending.py)
    raise ImproperlyConfigured("MAIL_LEASE must be at least ten times EMAIL_TIMEOUT, or no mail would ever be sent.")
if MAIL_LEASE < 15:  # a message to Teams, or to a webhook, may take ten of them (channels.py)
    raise ImproperlyConfigured("MAIL_LEASE must be at least 15 seconds, or Teams and webhooks would get no message.")
MAIL_ATTEMPTS = env.int("MAIL_ATTEMPTS", default=12)
MAIL_BACKOFF = env.float("MAIL_BACKOFF", default=60)  # seconds before the second attempt; doubled for each after that
MAIL_BACKOFF_LIMIT = env.float("MAIL_BACKOFF_LIMIT", default=3600)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Digipost integrasjoner <ikke-svar@localhost>")

# --- Celery: a message is only a hint, work to do lives in rows

_broker = broker.settings_for(env("BROKER_URL", default="") or REDIS_URL, VAR / "broker")
CELERY_BROKER_URL: str = _broker["CELERY_BROKER_URL"]
vars().update(_broker)
CELERY_ACCEPT_CONTENT = ["json"]  # pickle runs what it reads
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING holds for workers too
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: whoever brings the broker back need not think of the workers
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
TICK_SECONDS = env.float("TICK_SECONDS", default=30)  # how often beat looks for mail that is due
# Seconds until a hint that no worker took is forgotten. The worker's clock says when, and may be a good deal ahead.
HINT_HOLDS = 3600
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "milestones.tasks.tick", "schedule": TICK_SECONDS, "options": {"expires": HINT_HOLDS}},
    "watch-heartbeats": {
        "task": "milestones.tasks.watch_heartbeats",
        "schedule": TICK_SECONDS,
        "options": {"expires": HINT_HOLDS},
    },
    "remove-orphans": {"task": "milestones.tasks.remove_orphans", "schedule": crontab(hour=3, minute=30)},
    "forget-sessions": {"task": "milestones.tasks.forget_sessions", "schedule": crontab(hour=3, minute=45)},
    "forget-account-events": {
        "task": "milestones.tasks.forget_account_events",
        "schedule": crontab(hour=3, minute=50),
    },
    "forget-forms": {"task": "milestones.tasks.forget_forms", "schedule": crontab(hour=3, minute=55)},
    "forget-answers": {"task": "milestones.tasks.forget_answers", "schedule": crontab(hour=3, minute=57)},
    "discard-old-imports": {
        "task": "milestones.tasks.discard_old_imports",
        "schedule": crontab(hour=4, minute=0),
    },
    "forget-old-results": {
        "task": "milestones.tasks.forget_old_results",
        "schedule": crontab(hour=4, minute=5),
    },
    "keep-up-with-register": {
        "task": "milestones.tasks.keep_up_with_register",
        "schedule": crontab(hour=4, minute=20),
    },
    "anonymise": {"task": "milestones.tasks.anonymise", "schedule": crontab(hour=2, minute=30)},
    # Shortly after midnight in Oslo: exceptions end and certificates expire with the date alone.
    "refresh-snapshots": {"task": "milestones.tasks.refresh_snapshots", "schedule": crontab(hour=0, minute=5)},
}

# --- People and languages

AUTH_USER_MODEL = "milestones.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "milestones.entry.passwords.BreachedPasswordValidator"}]
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "integrasjon.formats"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# --- How people come in (django-allauth, fitted in milestones/entry)

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CODE_HOLDS = datetime.timedelta(minutes=10)
ACCOUNT_ADAPTER = "milestones.entry.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth asks for a password where this names it
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation, or a code, shows whose address it is
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(CODE_HOLDS.total_seconds())
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # asks the adapter to send, which then does as much for whoever is unknown
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True  # entry/sessions.py says how long
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "milestones.forms.entry.PasswordForm",
    "request_login_code": "milestones.forms.entry.AddressForm",
    "confirm_login_code": "milestones.forms.entry.CodeForm",
    "change_password": "milestones.forms.entry.ChangePasswordForm",  # nosec B105 (a form's name)
    "set_password": "milestones.forms.entry.SetPasswordForm",  # nosec B105 (a form's name)
    "reauthenticate": "milestones.forms.entry.OwnPasswordForm",
}
ACCOUNT_RATE_LIMITS = False  # entry/limits.py counts all of it, in one way
MFA_RATE_LIMITS = False
MFA_ADAPTER = "milestones.entry.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Digipost integrasjoner"
MFA_TOTP_PERIOD = 30  # seconds
MFA_TOTP_TOLERANCE = 1  # steps (RFC 6238, 5.2): a code may run out while it is typed; forms/entry.py takes it once
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_FORMS = {
    "authenticate": "milestones.forms.entry.SecondFactorForm",
    "reauthenticate": "milestones.forms.entry.SecondFactorAgainForm",
    "activate_totp": "milestones.forms.entry.ActivateAppForm",
    "add_webauthn": "milestones.forms.entry.AddPasskeyForm",
    "login_webauthn": "milestones.forms.entry.SignInWithPasskeyForm",
    "reauthenticate_webauthn": "milestones.forms.entry.PasskeyAgainForm",
    "edit_webauthn": "milestones.forms.entry.NamePasskeyForm",
}
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
if not STAFF_SECOND_FACTOR and not DEBUG:
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR is off. Outside debug the app does not start so.")
INTAKES_A_DAY = env.int("INTAKES_A_DAY", default=3)  # new integrations in 24 hours by one account, not of the staff
INVITATIONS_A_DAY = env.int("INVITATIONS_A_DAY", default=50)  # in 24 hours, by one account and by one integration
if min(INTAKES_A_DAY, INVITATIONS_A_DAY) < 1:
    raise ImproperlyConfigured("INTAKES_A_DAY and INVITATIONS_A_DAY must be 1 or more.")
RATE_LIMITED = True
"""Whether entry/limits.py counts; off in tests that try thousands of times."""


def _session(name: str, idle: int, longest: int) -> tuple[datetime.timedelta, datetime.timedelta]:
    """How long after the last request, and how long in all, a session holds."""
    return (
        datetime.timedelta(minutes=env.int(f"{name}_IDLE_MINUTES", default=idle)),
        datetime.timedelta(hours=env.int(f"{name}_MAX_HOURS", default=longest)),
    )


SESSION = _session("SESSION", idle=12 * 60, longest=7 * 24)
STAFF_SESSION = _session("STAFF_SESSION", idle=2 * 60, longest=12)
SESSION_COOKIE_AGE = int(max(SESSION[1], STAFF_SESSION[1]).total_seconds())


STAFF_DOMAINS = environment.domains("STAFF_DOMAINS", env.list("STAFF_DOMAINS", default=[]))
"""Domains, with their subdomains, at which Digipost's staff have their addresses, and members have none."""
OIDC_PROVIDERS = environment.oidc_providers(env("OIDC_PROVIDERS", default="[]"), over_tls=not DEBUG)
SOCIALACCOUNT_ADAPTER = "milestones.entry.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": environment.socialaccount_apps(OIDC_PROVIDERS)}
}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False

# --- What keeps strangers out

SECURE = env.bool("SECURE", default=not DEBUG)
"""Served over TLS. Turn off only to try the production settings on plain HTTP."""
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
# On a domain that others share, turn these off: browsers remember them for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=SECURE)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=SECURE)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
if SECURE:  # __Host-: of this host alone, over TLS alone, for every path
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "milestones.views.refusals.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES", env.list("TRUSTED_PROXIES", default=[]))
"""Addresses or networks of the proxies whose `Forwarded` header counts; from anybody else it is dropped."""
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],  # the admin's own scripts: integrasjon/admin.py
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- What it says of itself

DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # what RequestIdMiddleware put there, whoever sent what
METRICS_TOKEN = environment.token("METRICS_TOKEN", env("METRICS_TOKEN", default=""))
"""By which Prometheus reads /metrics, which does not exist where it is empty."""
if METRICS_TOKEN:
    # The processes of the web server add up what they measured here; the library looks when it is imported.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR / "metrics"))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)
_told = [] if DEBUG else [without_words]
_known_of_it: list[structlog.typing.Processor] = [  # the id of the request among it
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if DEBUG
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [*_known_of_it, *_told],
        }
    },
    "filters": {
        "without_keys": {"()": "milestones.middleware.logline.WithoutKeys"},
        "without_words": {"()": "integrasjon.logs.WithoutWords"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "loggers": {
        "django.request": {"filters": ["without_keys"]},
        "django.security.csrf": {"filters": ["without_keys"]},
        "celery.app.trace": {"filters": ["without_words"]},
        "urllib3": {"level": "WARNING"},  # below that it names the whole address of each request, which may be a key
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_known_of_it,
        *_told,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
