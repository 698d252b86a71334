"""The event log, the submitted revisions and the frozen definitions are only ever added to."""

from ovop.migrations.append_only import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    protect("event")
    protect("revision")
    protect("frozen_definition")


def downgrade() -> None:
    raise RuntimeError("migrations only go forward: restore the backup, or write a new one")
