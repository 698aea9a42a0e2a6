"""Runs migrations on the connection `db.migrate` hands over (or on the configured database)."""

from alembic import context
from sqlalchemy import Connection

import db.models  # noqa: F401  (registers the tables)
from db.base import Base
from db.session import make_engine


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from settings import load_settings

    with make_engine(load_settings().database_url).begin() as connection:
        run(connection)
