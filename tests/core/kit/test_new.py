"""`ovop commodity new` and `update`."""

import importlib.util
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from ovop.cli import commodity_template as template
from ovop.contract.conformance.published import TIERS_FILE, Tier, rules_up_to
from ovop.contract.loader import load_definition
from tests.core.kit.packages import ROOT, UV, command, commodity, definition_of, edit, git, python, run


def test_new_package_passes_check_at_once_and_says_what_is_missing(kopi: Path) -> None:
    printed = run("check", str(kopi))
    assert "kopi 1.0: tier bronze." in printed
    assert "guidance/" in printed


def test_new_package_with_code_passes_check_at_once_though_it_is_not_installed(madu: Path) -> None:
    assert "madu 1.0: tier bronze." in run("check", str(madu))


@pytest.mark.parametrize("name", ["kopi", "madu"])
def test_tests_of_a_new_package_pass(made: Path, name: str) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", cwd=made / name)
    assert done.returncode == 0, done.stdout
    assert f"{len(rules_up_to(Tier.BRONZE))} passed" in done.stdout


def test_package_is_data_only_unless_code_was_asked_for(made: Path) -> None:
    assert list((made / "kopi" / "ovop_kopi").rglob("*.py")) == []
    assert 'kopi = "ovop_kopi"\n' in (made / "kopi" / "pyproject.toml").read_text()
    assert 'madu = "ovop_madu.plugin"\n' in (made / "madu" / "pyproject.toml").read_text()


def test_names_and_code_stand_where_they_were_given_for(tmp_path: Path) -> None:
    given = ("--name-id", "Gula aren", "--name-en", "Palm sugar", "--code", "GUL", "--kbli", "10721")
    run("new", "gula_aren", "--into", str(tmp_path), *given)
    manifest = load_definition(definition_of(tmp_path / "gula_aren")).manifest
    assert (manifest.id, manifest.code, manifest.name.id, manifest.name.en) == (
        "gula_aren",
        "GUL",
        "Gula aren",
        "Palm sugar",
    )
    assert [(code.edition, code.code) for code in manifest.kbli] == [("2020", "10721")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("Kopi",), "lower-case letters"),
        (("gula_aren",), "--name-id and --name-en"),
        (("kopi", "--code", "kopi"), "Three capital letters"),
        (("kopi", "--name-id", 'Kopi "asli"', "--name-en", "Coffee"), "quotation marks"),
    ],
)
def test_new_refuses_what_would_not_load(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    refused = commodity("new", *arguments, "--into", str(tmp_path))
    assert refused.exit_code != 0
    assert reason in refused.output
    assert list(tmp_path.rglob("*.toml")) == []


def test_new_leaves_a_folder_alone_that_is_there_already(kopi: Path) -> None:
    refused = commodity("new", "kopi", "--into", str(kopi.parent))
    assert refused.exit_code == 1
    assert "is there already" in refused.output


def test_new_names_the_extra_when_copier_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "ovop.cli.commodity_new.find_spec", lambda name: None if name == "copier" else found(name)
    )
    refused = commodity("new", "kopi", "--into", str(tmp_path))
    assert refused.exit_code == 1
    assert "ovop-core[kit]" in refused.output


def test_package_in_the_workspace_takes_the_core_from_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.uv.workspace]\nmembers = []\n")
    (tmp_path / "plugins").mkdir()
    run("new", "kopi", "--into", str(tmp_path / "plugins"))
    assert "workspace = true" in (tmp_path / "plugins" / "kopi" / "pyproject.toml").read_text()


def test_package_carries_no_place_of_this_machine(made: Path) -> None:
    answers = (made / "kopi" / ".copier-answers.yml").read_text()
    assert "_src_path: git+ovop://template\n" in answers
    assert f"_commit: v{template.versions()[-1]}\n" in answers


def test_wheel_of_the_core_brings_the_template_and_the_published_rules(tmp_path: Path) -> None:
    built = command(
        str(UV), "build", "--wheel", "--offline", "--out-dir", str(tmp_path), str(ROOT / "core"), cwd=tmp_path
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.endswith("/")}
    template_files = [path for path in template.VERSIONS.rglob("*") if path.is_file()]
    needed = [path.relative_to(ROOT / "core").as_posix() for path in (*template_files, TIERS_FILE)]
    assert [name for name in needed if name not in packed] == []


@pytest.fixture
def newer_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The template with a later version beside those that are shipped; that version's project, to be changed."""
    folder = Path(shutil.copytree(template.VERSIONS, tmp_path / "versions"))
    later = shutil.copytree(folder / template.versions()[-1], folder / "99.0")
    monkeypatch.setattr(template, "VERSIONS", folder)
    return Path(later) / "project"


def committed(package: Path) -> Path:
    git("init", "--quiet", cwd=package)
    git("add", "--all", cwd=package)
    git("commit", "--quiet", "--message", "as made", cwd=package)
    return package


def test_update_brings_in_what_the_template_added_and_keeps_what_the_author_wrote(
    kopi: Path, newer_template: Path
) -> None:
    edit(
        newer_template / "README.md.jinja", "All names and numbers", "Ask the ministry. All names and numbers"
    )
    (newer_template / "LICENSE").write_text("Apache-2.0\n")
    edit(definition_of(kopi) / "form.toml", "Cerita produk", "Cerita kopi")
    edit(kopi / "README.md", "# ovop-kopi", "# Kopi dari sentra")
    run("update", str(committed(kopi)))
    readme = (kopi / "README.md").read_text()
    assert "# Kopi dari sentra" in readme
    assert "Ask the ministry." in readme
    assert (kopi / "LICENSE").read_text() == "Apache-2.0\n"
    assert "Cerita kopi" in (definition_of(kopi) / "form.toml").read_text()
    assert "_commit: v99.0" in (kopi / ".copier-answers.yml").read_text()
    assert "tier bronze" in run("check", str(kopi))


def test_update_marks_lines_that_both_sides_changed(kopi: Path, newer_template: Path) -> None:
    edit(newer_template / "pyproject.toml.jinja", 'version = "1.0.0"', 'version = "2.0.0"')
    edit(kopi / "pyproject.toml", 'version = "1.0.0"', 'version = "1.5.0"')
    run("update", str(committed(kopi)))
    merged = (kopi / "pyproject.toml").read_text()
    assert "<<<<<<<" in merged
    assert '"1.5.0"' in merged
    assert '"2.0.0"' in merged


def test_update_changes_nothing_when_the_template_has_no_later_version(kopi: Path) -> None:
    run("update", str(committed(kopi)))
    assert git("status", "--porcelain", cwd=kopi) == ""


def test_update_refuses_uncommitted_changes_and_folders_outside_git(kopi: Path) -> None:
    outside = commodity("update", str(kopi))
    assert outside.exit_code == 1
    assert "git-tracked" in outside.output
    edit(committed(kopi) / "README.md", "# ovop-kopi", "# Kopi")
    dirty = commodity("update", str(kopi))
    assert dirty.exit_code == 1
    assert "commit or stash" in dirty.output


def test_update_refuses_a_folder_that_was_not_made_from_the_template(tmp_path: Path) -> None:
    refused = commodity("update", str(tmp_path))
    assert refused.exit_code == 1
    assert ".copier-answers.yml" in refused.output
