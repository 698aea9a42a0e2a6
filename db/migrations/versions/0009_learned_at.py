"""by which night's fit an outlook was judged

Revision ID: 0009
Revises: 0008
"""

from alembic import op
import sqlalchemy as sa
import db.base


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('outlook', 'forecast_fit'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('learned_at', db.base.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ('outlook', 'forecast_fit'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('learned_at')
