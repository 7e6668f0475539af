"""What the tests' process needs before Django reads its settings (loaded by pytest's `-p`)."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("HTTPS", "0")
# Static files straight from the themes: tests need no collectstatic.
os.environ.setdefault("PLAIN_STATIC", "1")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
# Playwright's synchronous API runs an event loop in the test's thread; Django then refuses database calls there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
