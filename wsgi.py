"""The web application for a WSGI server: `gunicorn --preload wsgi:application`."""

import gc
import os
from functools import partial

from dashboard.app import create_app
from services.platform import open_platform
from settings import INSTANCE

platform = open_platform()
application = create_app(platform, kept=INSTANCE / "static")
# A worker forked from here opens database connections of its own.
os.register_at_fork(after_in_child=partial(platform.database.engine.dispose, close=False))
# What is loaded by now stays as long as the process: the collector need not look through it for every large upload.
gc.freeze()
