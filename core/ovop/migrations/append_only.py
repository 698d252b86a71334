"""Tables whose rows are never changed: the database itself refuses it.

A batch operation on SQLite copies the table and drops its triggers: a migration that alters such a table calls `protect` again afterwards.
"""

from alembic import op

_FUNCTION = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end $$
"""


def protect(table: str) -> None:
    """Make the database refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE of a table, whoever asks. `table` is one of our own names."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(
            f"create or replace trigger {table}_is_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"create trigger if not exists {table}_refuses_{change} before {change} on {table} "
            f"begin select raise(abort, 'rows of {table} are never changed or removed'); end"
        )
