"""acceptance chain dossier texts panels

Revision ID: 0007
Revises: 0006
"""

from alembic import op
import sqlalchemy as sa
import db.base


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dossier_basis',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=6), server_default='', nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('noted_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('noted_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_dossier_basis_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_basis'))
    )
    with op.batch_alter_table('dossier_basis', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_basis_park_id'), ['park_id'], unique=False)

    op.create_table('dossier_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=6), server_default='', nullable=False),
    sa.Column('section', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('saved_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_dossier_text_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier_text')),
    sa.UniqueConstraint('park_id', 'document', 'period', 'section', 'number', name=op.f('uq_dossier_text_park_id_document_period_section_number'))
    )
    with op.batch_alter_table('dossier_text', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dossier_text_park_id'), ['park_id'], unique=False)

    op.create_table('panel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('system_id', sa.Integer(), nullable=True),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('substitutes', sa.Integer(), nullable=False),
    sa.Column('quotas', sa.JSON(), nullable=False),
    sa.Column('pool', sa.JSON(), nullable=False),
    sa.Column('drawn_on', sa.Date(), nullable=False),
    sa.Column('scores_due_on', sa.Date(), nullable=True),
    sa.Column('online', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('dissolved_on', sa.Date(), nullable=True),
    sa.Column('dissolve_reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_panel_park_id_park')),
    sa.ForeignKeyConstraint(['system_id'], ['evaluation_system.id'], name=op.f('fk_panel_system_id_evaluation_system')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel'))
    )
    with op.batch_alter_table('panel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_park_id'), ['park_id'], unique=False)

    op.create_table('plaque',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('certificate_no', sa.String(length=100), nullable=False),
    sa.Column('handed_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('received_by', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_plaque_file_id_stored_file')),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_plaque_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plaque')),
    sa.UniqueConstraint('park_id', name=op.f('uq_plaque_park_id'))
    )
    op.create_table('expert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('employer', sa.String(length=200), nullable=False),
    sa.Column('post', sa.String(length=100), nullable=False),
    sa.Column('specialties', sa.JSON(), nullable=False),
    sa.Column('phone', sa.String(length=50), nullable=False),
    sa.Column('mail', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_expert_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert')),
    sa.UniqueConstraint('account_id', name=op.f('uq_expert_account_id')),
    sa.UniqueConstraint('code', name=op.f('uq_expert_code'))
    )
    op.create_table('expert_tie',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('park_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_expert_tie_expert_id_expert')),
    sa.ForeignKeyConstraint(['park_id'], ['park.id'], name=op.f('fk_expert_tie_park_id_park')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_tie'))
    )
    with op.batch_alter_table('expert_tie', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_expert_tie_expert_id'), ['expert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_expert_tie_park_id'), ['park_id'], unique=False)

    op.create_table('objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('step_id', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('raised_by', sa.String(length=200), nullable=False),
    sa.Column('matter', sa.Text(), nullable=False),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.Column('handled_on', sa.Date(), nullable=True),
    sa.Column('handled_by', sa.String(length=50), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_objection_file_id_stored_file')),
    sa.ForeignKeyConstraint(['step_id'], ['acceptance_step.id'], name=op.f('fk_objection_step_id_acceptance_step')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection'))
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objection_step_id'), ['step_id'], unique=False)

    op.create_table('panel_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('expert_id', sa.Integer(), nullable=False),
    sa.Column('seat', sa.String(length=20), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('committed_on', sa.Date(), nullable=True),
    sa.Column('commitment_file_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('withdraw_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['commitment_file_id'], ['stored_file.id'], name=op.f('fk_panel_member_commitment_file_id_stored_file')),
    sa.ForeignKeyConstraint(['expert_id'], ['expert.id'], name=op.f('fk_panel_member_expert_id_expert')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_panel_member_panel_id_panel')),
    sa.ForeignKeyConstraint(['replaces_id'], ['panel_member.id'], name=op.f('fk_panel_member_replaces_id_panel_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_member')),
    sa.UniqueConstraint('panel_id', 'expert_id', name=op.f('uq_panel_member_panel_id_expert_id'))
    )
    with op.batch_alter_table('panel_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_member_expert_id'), ['expert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_panel_member_panel_id'), ['panel_id'], unique=False)

    op.create_table('panel_record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_panel_record_file_id_stored_file')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_panel_record_panel_id_panel')),
    sa.ForeignKeyConstraint(['visit_id'], ['site_visit.id'], name=op.f('fk_panel_record_visit_id_site_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_record'))
    )
    with op.batch_alter_table('panel_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_record_panel_id'), ['panel_id'], unique=False)

    op.create_table('panel_conclusion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('missing_reason', sa.Text(), nullable=False),
    sa.Column('leader_id', sa.Integer(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('freeze_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=50), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_panel_conclusion_file_id_stored_file')),
    sa.ForeignKeyConstraint(['freeze_id'], ['evaluation_freeze.id'], name=op.f('fk_panel_conclusion_freeze_id_evaluation_freeze')),
    sa.ForeignKeyConstraint(['leader_id'], ['panel_member.id'], name=op.f('fk_panel_conclusion_leader_id_panel_member')),
    sa.ForeignKeyConstraint(['panel_id'], ['panel.id'], name=op.f('fk_panel_conclusion_panel_id_panel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_conclusion')),
    sa.UniqueConstraint('panel_id', 'number', name=op.f('uq_panel_conclusion_panel_id_number'))
    )
    with op.batch_alter_table('panel_conclusion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_conclusion_panel_id'), ['panel_id'], unique=False)

    op.create_table('score_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('online', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('marks', sa.JSON(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', db.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.String(length=50), nullable=False),
    sa.Column('checked_at', db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('checked_by', sa.String(length=50), nullable=False),
    sa.Column('returned_at', db.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('returned_by', sa.String(length=50), nullable=False),
    sa.Column('returned_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_score_sheet_file_id_stored_file')),
    sa.ForeignKeyConstraint(['member_id'], ['panel_member.id'], name=op.f('fk_score_sheet_member_id_panel_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_sheet')),
    sa.UniqueConstraint('member_id', 'number', name=op.f('uq_score_sheet_member_id_number'))
    )
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_sheet_member_id'), ['member_id'], unique=False)

    with op.batch_alter_table('acceptance_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('round', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('issued_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('outcome', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('on_behalf', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('returned_at', sa.String(length=30), server_default='', nullable=False))
        batch_op.add_column(sa.Column('returned_by', sa.String(length=50), server_default='', nullable=False))
        batch_op.drop_index(batch_op.f('uq_acceptance_step_in_force'), sqlite_where=sa.text('returned_on IS NULL'))
        batch_op.create_index('uq_acceptance_step_in_force', ['park_id', 'kind', 'round'], unique=True, sqlite_where=sa.text('returned_on IS NULL'), postgresql_where=sa.text('returned_on IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_acceptance_step_issued_id_issued_document'), 'issued_document', ['issued_id'], ['id'])

    # Until now a 评审结论 could only be 达标.
    op.execute("UPDATE acceptance_step SET outcome = 'passed' WHERE kind = 'conclusion'")



def downgrade() -> None:
    with op.batch_alter_table('acceptance_step', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_acceptance_step_issued_id_issued_document'), type_='foreignkey')
        batch_op.drop_index('uq_acceptance_step_in_force', sqlite_where=sa.text('returned_on IS NULL'), postgresql_where=sa.text('returned_on IS NULL'))
        batch_op.create_index(batch_op.f('uq_acceptance_step_in_force'), ['park_id', 'kind'], unique=True, sqlite_where=sa.text('returned_on IS NULL'), postgresql_where=sa.text('returned_on IS NULL'))
        batch_op.drop_column('returned_by')
        batch_op.drop_column('returned_at')
        batch_op.drop_column('on_behalf')
        batch_op.drop_column('note')
        batch_op.drop_column('until')
        batch_op.drop_column('outcome')
        batch_op.drop_column('issued_id')
        batch_op.drop_column('round')

    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_sheet_member_id'))

    op.drop_table('score_sheet')
    with op.batch_alter_table('panel_conclusion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_panel_conclusion_panel_id'))

    op.drop_table('panel_conclusion')
    with op.batch_alter_table('panel_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_panel_record_panel_id'))

    op.drop_table('panel_record')
    with op.batch_alter_table('panel_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_panel_member_panel_id'))
        batch_op.drop_index(batch_op.f('ix_panel_member_expert_id'))

    op.drop_table('panel_member')
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_objection_step_id'))

    op.drop_table('objection')
    with op.batch_alter_table('expert_tie', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_expert_tie_park_id'))
        batch_op.drop_index(batch_op.f('ix_expert_tie_expert_id'))

    op.drop_table('expert_tie')
    op.drop_table('expert')
    op.drop_table('plaque')
    with op.batch_alter_table('panel', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_panel_park_id'))

    op.drop_table('panel')
    with op.batch_alter_table('dossier_text', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossier_text_park_id'))

    op.drop_table('dossier_text')
    with op.batch_alter_table('dossier_basis', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dossier_basis_park_id'))

    op.drop_table('dossier_basis')
