"""The web application for a WSGI server: `gunicorn wsgi:application`."""

import gc

from dashboard.app import create_app
from services.platform import open_platform

application = create_app(open_platform())
# What is loaded by now stays as long as the process: the collector need not look through it for every large upload.
gc.freeze()
