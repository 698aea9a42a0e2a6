"""the overview in pages, counted without looking into each park; which state of the data it shows

Revision ID: 0008
Revises: 0007
"""

from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('data_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_version'))
    )
    # `db upgrade` works every row out anew afterwards.
    with op.batch_alter_table('park_snapshot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('overdue_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('acceptance_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_park_snapshot_code'), ['code'], unique=False)
        batch_op.create_index('ix_park_snapshot_order', ['position', 'district_id', 'approved_on', 'code'], unique=False)
        batch_op.create_index('ix_park_snapshot_counted', ['district_id', 'overdue_on', 'acceptance_on', 'light', 'pending'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('park_snapshot', schema=None) as batch_op:
        batch_op.drop_index('ix_park_snapshot_counted')
        batch_op.drop_index('ix_park_snapshot_order')
        batch_op.drop_index(batch_op.f('ix_park_snapshot_code'))
        batch_op.drop_column('acceptance_on')
        batch_op.drop_column('overdue_on')

    op.drop_table('data_version')
