"""设置: the one settings file; what differs between demo, tests and production comes from the environment."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from yekuo.project import database, keys
from yekuo.project.places import data_folder

MODE = os.environ.get("YEKUO_MODE", "production")
"""demo, test or production; production is the default so that nothing is loose by accident."""
PRODUCTION = MODE == "production"
HTTPS = PRODUCTION and os.environ.get("YEKUO_HTTPS", "1") == "1"
DATA = data_folder()
INTERFACES = Path(__file__).resolve().parents[1] / "interfaces"

_keys = keys.read(DATA)
SECRET_KEY = _keys.secret_key
FIELD_KEYS = _keys.field_keys
INDEX_KEY = _keys.index_key
LOG_SEAL_KEY = _keys.seal_key

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("YEKUO_HOSTS", "").split(",") if host]
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]  # the machine itself asks whether we are well
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YEKUO_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "yekuo.interfaces.look",  # first: its templates of sign-in stand before allauth's own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "yekuo.records",
    "yekuo.interfaces.desk",
    "yekuo.interfaces.customer",
    "yekuo.interfaces.field",
    "yekuo.interfaces.api",
    "yekuo.interfaces.admin",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yekuo.interfaces.look.relogin.SignInAgain",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "yekuo.project.urls"
WSGI_APPLICATION = "yekuo.project.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yekuo.interfaces.desk.shell.shell",
            ],
        },
    },
]

DATABASES = {"default": database.django_settings(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "yekuo_cache"}}

AUTH_USER_MODEL = "records.Staff"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if MODE == "test":
    # why: argon2 is made to be slow, and hundreds of tests sign in
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "yekuo.operations.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "yekuo.interfaces.look.accounts.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
# Per address, and per account from one address (look/accounts.py): nobody can shut the rightful user out from elsewhere.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,10/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("YEKUO_PROXIES", "0"))
MFA_ADAPTER = "yekuo.interfaces.look.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "业扩"

# No LocaleMiddleware before our own words are translated: an English browser would see a mixture.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "files"

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
"""Largest single file we take (a photo or a PDF)."""

SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"

SMTP_HOST = os.environ.get("YEKUO_SMTP_HOST", "")
"""The company's mail server; without one a rehearsal shows letters on the console and production sends none."""
SMTP_TLS = os.environ.get("YEKUO_SMTP_TLS", "starttls")
SMTP_PORT = int(os.environ.get("YEKUO_SMTP_PORT") or {"ssl": 465, "none": 25}.get(SMTP_TLS, 587))
SMTP_USER = os.environ.get("YEKUO_SMTP_USER", "")
SMTP_PASSWORD = os.environ.get("YEKUO_SMTP_PASSWORD", "")
SMTP_FROM = os.environ.get("YEKUO_SMTP_FROM", "")
SMTP_CA = os.environ.get("YEKUO_SMTP_CA", "")

SMS_URL = os.environ.get("YEKUO_SMS_URL", "")
SMS_KEY = os.environ.get("YEKUO_SMS_KEY", "")

REHEARSAL = MODE == "demo" or os.environ.get("YEKUO_REHEARSAL") == "1"
if PRODUCTION and REHEARSAL:
    raise ImproperlyConfigured("YEKUO_REHEARSAL=1 不能用于生产：演练会公开验证码；培训请用 YEKUO_MODE=training")
"""Whether the product's clock may be set to another day (a demo or a training room, never production)."""

DEMO_YEAR = os.environ.get("YEKUO_DEMO", "") != "stories"
"""Whether the demo's sample data holds its whole year, or only the told stories (seconds instead of a minute)."""

PUBLIC_ADDRESS = os.environ.get("YEKUO_ADDRESS", "")
"""Where customers reach the product, as in https://yekuo.example.cn; the jobs put it into messages with a link."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
"""The worker names its jobs itself; a web process needs none of them."""

API_PER_MINUTE = int(os.environ.get("YEKUO_API_PER_MINUTE", "3000"))
"""Requests to the API that one member of staff may make a minute, by keys and sessions together."""

SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # what the company's other hosts do is not ours to promise

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "yekuo.project.logs.Masked", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
