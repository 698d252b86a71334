"""Finding installed commodities: real distributions in temporary folders, read by the standard library's own metadata."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from ovop.contract.hookspecs import BUDGETS_MS, PROJECT
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import SubmissionView
from tests.core.contract.factories import MANIFEST, write_definition

Install = Callable[..., None]
VIEW = SubmissionView(commodity="sample", version="1.0", answers={"title": "x"})
HOOKS = """
from ovop.contract import ScoreHint, Text, hookimpl

@hookimpl
def score_hints(submission):
    return [ScoreHint(criterion="A1", level=len(submission.answers), reason=Text("a", "b"))]

@hookimpl
def advise(submission, levels):
    raise RuntimeError("broken")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a distribution on the path, as an installer would: package, `.dist-info`, entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def write(
        name: str, *, code: str | None = None, manifest: str = MANIFEST, definition: bool = True
    ) -> None:
        package = tmp_path / f"ovop_{name}"
        package.mkdir()
        if definition:
            write_definition(package / "definition", manifest=manifest)
        if code is not None:
            (package / "__init__.py").write_text("", encoding="utf-8")
            (package / "plugin.py").write_text(code, encoding="utf-8")
        value = f"ovop_{name}" if code is None else f"ovop_{name}.plugin"
        info = tmp_path / f"ovop_{name}-1.2.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: ovop-{name}\nVersion: 1.2\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{PROJECT}]\n{name} = {value}\n", encoding="utf-8")
        importlib.invalidate_caches()

    yield write
    for module in set(sys.modules) - before:
        if module.startswith("ovop_"):
            del sys.modules[module]


@pytest.fixture
def discover(tmp_path: Path) -> Callable[..., Registry]:
    """Discovery through importlib.metadata, limited to what the test installed."""

    def run(*, safe_mode: bool = False) -> Registry:
        ours = [
            e for e in entry_points(group=PROJECT) if e.dist and str(e.dist.locate_file("")) == str(tmp_path)
        ]
        return Registry.discover(safe_mode=safe_mode, entry_points=ours)

    return run


Discover = Callable[..., Registry]


def manifest_of(commodity_id: str) -> str:
    return MANIFEST.replace('id = "sample"', f'id = "{commodity_id}"')


def test_data_only_package_is_found_without_any_python(
    install: Install, discover: Discover, tmp_path: Path
) -> None:
    install("sample")
    assert not list((tmp_path / "ovop_sample").rglob("*.py"))
    registry = discover()
    commodity = registry.commodities["sample"]
    assert (commodity.distribution, commodity.version) == ("ovop-sample", "1.2")
    assert commodity.folder == tmp_path / "ovop_sample" / "definition"
    assert commodity.plugin_manager is None
    assert registry.problems == ()
    assert registry.ask("sample", "score_hints", submission=VIEW).asked is False


def test_installed_entry_points_are_found_by_default(install: Install) -> None:
    install("sample")
    assert "sample" in Registry.discover().commodities


def test_hook_answers_for_its_own_commodity_only(install: Install, discover: Discover) -> None:
    install("sample", code=HOOKS)
    install("other", code=HOOKS.replace("len(submission.answers)", "4"), manifest=manifest_of("other"))
    registry = discover()
    assert registry.problems == ()
    for name, level in (("sample", 1), ("other", 4)):
        answer = registry.ask(name, "score_hints", submission=VIEW)
        assert [hint.level for hint in answer.value] == [level]  # type: ignore[attr-defined]  # a list of hints
        assert (answer.asked, answer.failure) == (True, "")


def test_failing_hook_is_told_and_not_raised(install: Install, discover: Discover) -> None:
    install("sample", code=HOOKS)
    answer = discover().ask("sample", "advise", submission=VIEW, levels={})
    assert (answer.value, answer.failure, answer.asked) == (None, "RuntimeError: broken", True)


def test_hook_that_is_not_implemented_is_not_asked(install: Install, discover: Discover) -> None:
    install("sample", code=HOOKS)
    assert discover().ask("sample", "catalogue_card", submission=VIEW).asked is False


def test_slow_hook_is_marked_and_its_answer_kept(install: Install, discover: Discover) -> None:
    seconds = BUDGETS_MS["score_hints"] / 1000 + 0.02
    install(
        "sample", code=HOOKS.replace("    return [", f"    import time; time.sleep({seconds})\n    return [")
    )
    answer = discover().ask("sample", "score_hints", submission=VIEW)
    assert answer.slow
    assert answer.value


def test_unknown_hook_or_commodity_raises(install: Install, discover: Discover) -> None:
    install("sample")
    with pytest.raises(KeyError):
        discover().ask("sample", "score_hint", submission=VIEW)
    with pytest.raises(KeyError):
        discover().ask("another", "score_hints", submission=VIEW)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        (HOOKS.replace("def score_hints", "def score_hint"), "there is no hook `score_hint`"),
        (HOOKS.replace("def advise(submission, levels)", "def advise(submission, marks)"), "marks"),
    ],
)
def test_plugin_that_cannot_be_used_is_left_out_and_stops_no_other(
    install: Install, discover: Discover, code: str, reason: str
) -> None:
    install("sample", code=code)
    install("other", manifest=manifest_of("other"))
    registry = discover()
    assert set(registry.commodities) == {"other"}
    (problem,) = registry.problems
    assert (problem.name, problem.distribution) == ("sample", "ovop-sample")
    assert reason in problem.reason.en


def test_safe_mode_reads_definitions_and_runs_no_code(install: Install, discover: Discover) -> None:
    install("sample", code="raise RuntimeError('must not run')")
    registry = discover(safe_mode=True)
    assert registry.problems == ()
    assert registry.commodities["sample"].plugin_manager is None
    assert "ovop_sample" not in sys.modules
    assert registry.ask("sample", "score_hints", submission=VIEW).asked is False


def test_duplicate_id_is_refused_for_both(install: Install, discover: Discover) -> None:
    install("first")
    install("second")
    install("other", manifest=manifest_of("other"))
    registry = discover()
    assert set(registry.commodities) == {"other"}
    assert [problem.name for problem in registry.problems] == ["first", "second"]
    assert "`sample` is used more than once (ovop-first, ovop-second)" in registry.problems[0].reason.en


def test_range_that_leaves_out_our_contract_is_refused(install: Install, discover: Discover) -> None:
    install("sample", code="raise RuntimeError('must not run')", manifest=MANIFEST.replace(">=1.0,<2", ">=9"))
    (problem,) = discover().problems
    assert "written for the contract `>=9`" in problem.reason.en


def test_faulty_definition_is_a_problem_with_file_and_line(install: Install, discover: Discover) -> None:
    install("sample", manifest=MANIFEST.replace('code = "SMP"', 'code = "small"'))
    (problem,) = discover().problems
    assert "commodity.toml:3: code:" in problem.reason.en


def test_package_without_a_definition_is_a_problem(install: Install, discover: Discover) -> None:
    install("sample", definition=False)
    (problem,) = discover().problems
    assert "has no folder `definition`" in problem.reason.en


def test_package_that_is_not_there_is_a_problem() -> None:
    missing = EntryPoint(name="sample", value="ovop_not_there.plugin", group=PROJECT)
    (problem,) = Registry.discover(entry_points=[missing]).problems
    assert (problem.name, problem.distribution) == ("sample", "")
