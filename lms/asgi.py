import os

from django.core.asgi import get_asgi_application

from lms.slow_clients import warn_at_start
from lms.statement_limit import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_asgi_application()
limit_statements()
warn_at_start()
