"""The web application for a WSGI server: `gunicorn wsgi:application`."""

from dashboard.app import create_app
from services.platform import open_platform

application = create_app(open_platform())
