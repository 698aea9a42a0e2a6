"""forecast fit

Revision ID: 0006
Revises: 0005
"""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forecast_fit',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('learned', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_forecast_fit'))
    )


def downgrade() -> None:
    op.drop_table('forecast_fit')
