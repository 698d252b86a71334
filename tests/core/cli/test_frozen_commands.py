"""What cycles froze, seen from the command line: how it is run, how it was corrected, and how it differs from what is installed."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog
from click.testing import CliRunner, Result

from ovop.cli import main
from ovop.contract.registry import Registry
from tests.core.contract.factories import CRITERIA, FORM, MANIFEST, write_definition
from tests.core.cycles.test_corrections import midway, propose
from tests.core.cycles.test_replay import commodity, frozen, installed
from tests.factories import make_world, sample_definition, sample_registry


def call(*arguments: str, data: Path | None = None) -> Result:
    """Run a command in this process."""
    where = ("--data", str(data)) if data else ()
    return CliRunner().invoke(main, [*arguments, *where], catch_exceptions=False)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command sets up the logs of its process; here that is the process of all tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder with a migrated, empty database."""
    shutil.copy(sqlite_template, tmp_path / "ovop.sqlite3")
    return tmp_path


def url(data: Path) -> str:
    return f"sqlite+aiosqlite:///{data / 'ovop.sqlite3'}"


def test_replay_and_show_say_that_code_is_left_out_and_end_with_one(data: Path) -> None:
    with frozen(url(data), data):
        pass
    replayed = call("cycle", "replay", "--json", data=data)
    assert replayed.exit_code == 1, replayed.output
    rows = msgspec.json.decode(replayed.stdout)
    assert [(r["year"], r["commodity"], r["version"], r["mode"]) for r in rows] == [
        (2026, "sample", "1.0", "data_only")
    ]
    shown = call("cycle", "show", "2026", data=data)
    assert shown.exit_code == 0
    assert "data_only" in shown.output
    assert "is not installed or cannot be loaded" in shown.output


def test_operator_is_told_why_code_cannot_be_used(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with frozen(url(data), data):
        pass
    broken = installed(commodity(data, code="import nothing_there"))
    monkeypatch.setattr(Registry, "discover", lambda **_: broken)
    shown = call("cycle", "show", "2026", data=data)
    assert "ModuleNotFoundError: No module named 'nothing_there'" in shown.output, shown.output


def test_replay_of_what_lacks_nothing_ends_well(data: Path) -> None:
    with make_world(url(data), data) as world:
        world.open_cycle()
    replayed = call("cycle", "replay", "--json", data=data)
    assert (replayed.exit_code, [r["mode"] for r in msgspec.json.decode(replayed.stdout)]) == (0, ["full"])


def test_corrections_of_a_cycle_are_listed_with_their_state(data: Path) -> None:
    with midway(url(data), data) as (world, cycle, _ids):
        assert propose(world, cycle).status_code == 201
    rows = msgspec.json.decode(call("cycle", "corrections", "2026", "--json", data=data).stdout)
    assert [(r["commodity"], r["version"], r["state"], r["changes"], r["touched"]) for r in rows] == [
        ("sample", "1.1", "proposed", 2, 3)
    ]
    assert call("cycle", "corrections", "1999", data=data).exit_code == 1


def two_folders(tmp_path: Path) -> tuple[Path, Path]:
    old = write_definition(tmp_path / "old")
    new = write_definition(
        tmp_path / "new",
        manifest=MANIFEST.replace('version = "1.0"', 'version = "1.1"'),
        form=FORM.replace('id = "Berat"', 'id = "Bobot"'),
        criteria=CRITERIA.replace("scale_max = 5", "scale_max = 10"),
    )
    return old, new


def test_diff_of_two_folders_is_told_in_both_languages_by_impact(tmp_path: Path) -> None:
    old, new = two_folders(tmp_path)
    told = call("commodity", "diff", str(old), str(new))
    assert told.exit_code == 0, told.output
    assert (
        told.output.splitlines()[0]
        == "sample 1.0 -> 1.1: 3 perubahan / changes; saran versi / suggests: major."
    )
    assert "Tingkat tertinggi lembar nilai naik dari 5 ke 10." in told.output
    assert "The highest level of the score sheet rises from 5 to 10." in told.output
    assert re.search(r"scores change\n  - Tingkat tertinggi", told.output)
    data = msgspec.json.decode(call("commodity", "diff", str(old), str(new), "--json").stdout)
    assert (data["old"], data["new"], data["suggests"]) == ("1.0", "1.1", "major")
    assert [change["impact"] for change in data["changes"]] == ["wording", "wording", "breaking"]


def test_diff_of_a_folder_with_itself_says_that_nothing_changed(tmp_path: Path) -> None:
    old, _new = two_folders(tmp_path)
    assert "tidak ada perubahan / no change" in call("commodity", "diff", str(old), str(old)).output


def test_diff_against_a_cycle_lists_the_submissions_it_would_touch(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_world(url(data), data) as world:
        cycle = world.open_cycle()
        draft = str(world.begin(cycle)["id"])
        world.submitted(cycle)
    form = msgspec.to_builtins(sample_definition().form)
    form["section"][0]["fields"][1]["fields"][1]["maximum"] = 5
    newer = sample_registry(sample_definition(version="1.1", form=form))
    monkeypatch.setattr(Registry, "discover", lambda **_: newer)
    told = call("commodity", "diff", "sample", "--cycle", "2026", data=data)
    assert told.exit_code == 0, told.output
    assert "turun dari 400 ke 5" in told.output
    assert "submissions touched: 2" in told.output
    lines = {line.split()[0]: line for line in told.output.splitlines() if line.split()}
    assert "in_work" in lines[draft]
    assert "goes over" in lines[draft]
    assert "findings" in lines["OVOP-2026-SMP-3375-00001"]
    assert "keeps its version" in lines["OVOP-2026-SMP-3375-00001"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing_like_it", "nothing_else"), "is neither a folder nor an installed commodity"),
        (("only_one",), "name two versions"),
    ],
)
def test_diff_says_what_it_needs(arguments: tuple[str, ...], words: str) -> None:
    refused = call("commodity", "diff", *arguments)
    assert (refused.exit_code, words in refused.output) == (1, True), refused.output
