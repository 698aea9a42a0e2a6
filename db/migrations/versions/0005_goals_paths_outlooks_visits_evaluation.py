"""goals paths outlooks visits evaluation

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa
import db.base


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('evaluation_system',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_evaluation_system_file_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_system')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_evaluation_system_name_version'))
    )
    op.create_table('office_cycle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=30), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_office_cycle_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_cycle'))
    )
    with op.batch_alter_table('office_cycle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_cycle_unit_id'), ['unit_id'], unique=False)

    op.create_table('evaluation_freeze',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('system_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('frozen_on', sa.Date(), nullable=False),
    sa.Column('total', db.base.ExactDecimal(), nullable=True),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_evaluation_freeze_park_id_park')),
    sa.ForeignKeyConstraint(['system_id'], ['evaluation_system.id'], name=op.f('fk_evaluation_freeze_system_id_evaluation_system')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_freeze'))
    )
    with op.batch_alter_table('evaluation_freeze', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_freeze_park_id'), ['park_id'], unique=False)

    op.create_table('indicator_definition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.String(length=6), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('basis', sa.String(length=20), nullable=False),
    sa.Column('taken_at', sa.String(length=200), nullable=False),
    sa.Column('breaks', sa.Boolean(), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_indicator_definition_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_definition'))
    )
    with op.batch_alter_table('indicator_definition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_indicator_definition_key'), ['key'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_definition_park_id'), ['park_id'], unique=False)

    op.create_table('outlook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('p_miss', db.base.ExactDecimal(), nullable=True),
    sa.Column('p10', db.base.ExactDecimal(), nullable=True),
    sa.Column('p50', db.base.ExactDecimal(), nullable=True),
    sa.Column('p90', db.base.ExactDecimal(), nullable=True),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('worked_out_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_outlook_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlook')),
    sa.UniqueConstraint('park_id', 'key', name=op.f('uq_outlook_park_id_key'))
    )
    with op.batch_alter_table('outlook', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outlook_park_id'), ['park_id'], unique=False)

    op.create_table('evaluation_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('system_id', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('giver', sa.String(length=50), nullable=False),
    sa.Column('value', db.base.ExactDecimal(), nullable=True),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evaluation_mark_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_evaluation_mark_park_id_park')),
    sa.ForeignKeyConstraint(['system_id'], ['evaluation_system.id'], name=op.f('fk_evaluation_mark_system_id_evaluation_system')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_mark'))
    )
    with op.batch_alter_table('evaluation_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_mark_park_id'), ['park_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_mark_system_id'), ['system_id'], unique=False)

    op.create_table('site_visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('visitors', sa.String(length=300), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('cancelled_on', sa.Date(), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_site_visit_file_id_stored_file')),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_site_visit_park_id_park')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_site_visit_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_visit'))
    )
    with op.batch_alter_table('site_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_visit_park_id'), ['park_id'], unique=False)

    op.create_table('visited_firm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('finding', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['site_visit.id'], name=op.f('fk_visited_firm_visit_id_site_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visited_firm')),
    sa.UniqueConstraint('visit_id', 'name', name=op.f('uq_visited_firm_visit_id_name'))
    )
    with op.batch_alter_table('visited_firm', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visited_firm_visit_id'), ['visit_id'], unique=False)

    op.create_table('rectification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('firm_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(length=200), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('found_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_by', sa.String(length=50), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['firm_id'], ['visited_firm.id'], name=op.f('fk_rectification_firm_id_visited_firm')),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_rectification_park_id_park')),
    sa.ForeignKeyConstraint(['visit_id'], ['site_visit.id'], name=op.f('fk_rectification_visit_id_site_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rectification')),
    sa.UniqueConstraint('firm_id', name=op.f('uq_rectification_firm_id'))
    )
    with op.batch_alter_table('rectification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rectification_park_id'), ['park_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rectification_visit_id'), ['visit_id'], unique=False)

    op.create_table('rectification_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rectification_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_rectification_note_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['rectification_id'], ['rectification.id'], name=op.f('fk_rectification_note_rectification_id_rectification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rectification_note'))
    )
    with op.batch_alter_table('rectification_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rectification_note_rectification_id'), ['rectification_id'], unique=False)

    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('path', sa.String(length=20), server_default='straight', nullable=False))
        batch_op.add_column(sa.Column('milestones', sa.JSON(), server_default='{}', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.drop_column('milestones')
        batch_op.drop_column('path')

    with op.batch_alter_table('rectification_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rectification_note_rectification_id'))

    op.drop_table('rectification_note')
    with op.batch_alter_table('rectification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rectification_visit_id'))
        batch_op.drop_index(batch_op.f('ix_rectification_park_id'))

    op.drop_table('rectification')
    with op.batch_alter_table('visited_firm', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visited_firm_visit_id'))

    op.drop_table('visited_firm')
    with op.batch_alter_table('site_visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_visit_park_id'))

    op.drop_table('site_visit')
    with op.batch_alter_table('evaluation_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_mark_system_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_mark_park_id'))

    op.drop_table('evaluation_mark')
    with op.batch_alter_table('outlook', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outlook_park_id'))

    op.drop_table('outlook')
    with op.batch_alter_table('indicator_definition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicator_definition_park_id'))
        batch_op.drop_index(batch_op.f('ix_indicator_definition_key'))

    op.drop_table('indicator_definition')
    with op.batch_alter_table('evaluation_freeze', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_freeze_park_id'))

    op.drop_table('evaluation_freeze')
    with op.batch_alter_table('office_cycle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_office_cycle_unit_id'))

    op.drop_table('office_cycle')
    op.drop_table('evaluation_system')
