"""The command line, command by command, in a data folder of its own."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest
import structlog
from click.testing import CliRunner, Result

from ovop.cli import main
from tests.core.contract.factories import FORM, write_definition
from tests.factories import make_world

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def call(*arguments: str, data: Path | None = None, **environment: str) -> Result:
    """Run a command in this process."""
    where = ("--data", str(data)) if data else ()
    return CliRunner().invoke(main, [*arguments, *where], env=environment, catch_exceptions=False)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command sets up the logs of its process; here that is the process of all tests, with a stream that ends with the command."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder with a migrated, empty database."""
    shutil.copy(sqlite_template, tmp_path / "ovop.sqlite3")
    return tmp_path


@pytest.fixture
def data_with_submission(data: Path) -> Path:
    """A data folder in which a submission has been endorsed."""
    with make_world(f"sqlite+aiosqlite:///{data / 'ovop.sqlite3'}", data) as world:
        world.endorsed(world.open_cycle())
    return data


def test_every_command_has_a_help_text() -> None:
    context = click.Context(main)
    names = main.list_commands(context)
    assert sorted(names) == [
        "audit",
        "commodity",
        "cycle",
        "demo",
        "migrate",
        "openapi",
        "serve",
        "user",
        "worker",
    ]
    for name in names:
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(), name
        if isinstance(command, click.Group):
            assert all(sub.get_short_help_str() for sub in command.commands.values()), name


def test_migrate_brings_an_empty_folder_up_to_date_and_says_so(tmp_path: Path) -> None:
    first = call("migrate", data=tmp_path)
    assert first.exit_code == 0
    assert "91,599" in first.output
    assert first.output.rstrip().endswith("The database is up to date.")
    assert call("migrate", data=tmp_path).output == "The database is up to date.\n"


def test_user_create_makes_an_administrator_who_is_listed(data: Path) -> None:
    made = call(
        "user",
        "create",
        "admin@ovop.example",
        "--name",
        "Admin",
        data=data,
        OVOP_NEW_PASSWORD="panjang-sekali-1",
    )
    assert made.exit_code == 0, made.output
    rows = msgspec.json.decode(call("user", "list", "--json", data=data).output)
    assert [(row["email"], row["role"], row["state"]) for row in rows] == [
        ("admin@ovop.example", "ministry_admin", "active")
    ]


def test_user_list_shows_no_role_that_is_over(data: Path) -> None:
    name = ("--name", "Admin")
    call("user", "create", "a@ovop.example", *name, data=data, OVOP_NEW_PASSWORD="panjang-sekali-1")
    with sqlite3.connect(data / "ovop.sqlite3") as connection:
        connection.execute("update membership set starts_on = '2020-01-01', ends_on = '2020-12-31'")
    rows = msgspec.json.decode(call("user", "list", "--json", data=data).output)
    assert [(row["email"], row["role"]) for row in rows] == [("a@ovop.example", "-")]


def test_user_create_refuses_a_short_password_and_names_the_remedy(data: Path) -> None:
    refused = call(
        "user", "create", "admin@ovop.example", "--name", "Admin", data=data, OVOP_NEW_PASSWORD="pendek"
    )
    assert refused.exit_code == 1
    assert "12" in refused.output
    assert call("user", "list", data=data).output == "(none)\n"


def test_user_set_password_says_when_there_is_no_such_person(data: Path) -> None:
    refused = call(
        "user", "set-password", "nobody@ovop.example", data=data, OVOP_NEW_PASSWORD="panjang-sekali-1"
    )
    assert refused.exit_code == 1
    assert "nobody@ovop.example" in refused.output


def test_cycle_list_and_show_tell_the_window_the_chain_and_the_frozen_definitions(
    data_with_submission: Path,
) -> None:
    rows = msgspec.json.decode(call("cycle", "list", "--json", data=data_with_submission).output)
    assert [(row["year"], row["state"], row["commodities"]) for row in rows] == [(2026, "open", "sample")]
    shown = msgspec.json.decode(call("cycle", "show", "2026", "--json", data=data_with_submission).output)
    assert [row["commodity"] for row in shown["definitions"]] == ["sample"]
    assert {row["stage"] for row in shown["stages"]} >= {"draft", "office_review", "verification"}
    assert call("cycle", "show", "1999", data=data_with_submission).exit_code == 1


def test_audit_verify_passes_a_whole_log_and_names_an_altered_event(data_with_submission: Path) -> None:
    whole = call("audit", "verify", data=data_with_submission)
    assert whole.exit_code == 0, whole.output
    assert whole.output.rstrip().endswith("0 faults.")
    with sqlite3.connect(data_with_submission / "ovop.sqlite3") as file:
        triggers = file.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'event'"
        ).fetchall()
        for (name,) in triggers:
            file.execute(f"drop trigger {name}")
        file.execute("update event set reason = 'lain' where type = 'submission.approved'")
    file.close()
    altered = call("audit", "verify", "--json", data=data_with_submission)
    assert altered.exit_code == 1
    report = msgspec.json.decode(altered.stdout)
    assert [fault["fault"] for fault in report["faults"]] == [
        "its content was altered",
        "the stored decision is not the one that this event tells of",
    ]
    assert report["faults"][0]["stream"].startswith("submission/")


def test_commodity_check_names_file_and_line_of_every_fault(tmp_path: Path) -> None:
    form = FORM.replace('id = "mass"', 'id = "mass"\nshow_if = "titel == \'\'"').replace(
        'code = "kg"', 'code = "k g"'
    )
    folder = write_definition(tmp_path / "definition", form=form)
    failed = call("commodity", "check", str(tmp_path))
    assert failed.exit_code == 1
    assert "form.toml:" in failed.output
    report = msgspec.json.decode(call("commodity", "check", str(folder), "--json").output)
    assert report["ok"] is False
    assert report["faults"][0]["line"] > 0


def test_commodity_show_names_what_is_installed_when_the_id_is_unknown() -> None:
    unknown = call("commodity", "show", "nothing")
    assert unknown.exit_code == 1
    assert "installed:" in unknown.output


def test_openapi_prints_the_committed_document(tmp_path: Path) -> None:
    committed = (Path(__file__).parents[3] / "core" / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert call("openapi").output == committed
    call("openapi", "--output", str(tmp_path / "api.json"))
    assert (tmp_path / "api.json").read_text(encoding="utf-8") == committed


def test_demo_fresh_leaves_a_folder_alone_that_is_no_demo(tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("important")
    refused = call("demo", "--fresh", data=tmp_path)
    assert refused.exit_code == 1
    assert (tmp_path / "keep.txt").read_text() == "important"


def test_setting_that_is_not_valid_is_named(tmp_path: Path) -> None:
    refused = call("migrate", data=tmp_path, OVOP_SMTP_PORT="many")
    assert refused.exit_code == 1
    assert "smtp_port" in refused.output


def test_readme_mentions_every_setting_file_and_the_safe_mode() -> None:
    assert "core/ovop/settings.py" in README
    assert "OVOP_SAFE_MODE" in README
