"""What `daphne example.asgi:application` and `uvicorn example.asgi:application` serve."""

import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example.settings")

# Good enough for a demo. A public site lets its web server answer below /static/.
application = ASGIStaticFilesHandler(get_asgi_application())
