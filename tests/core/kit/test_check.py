"""`ovop commodity check`: faults, examples, tier, exit status."""

from pathlib import Path

import msgspec
import pytest

from tests.core.contract.factories import write_definition
from tests.core.kit.packages import commodity, definition_of, edit, run


def as_json(*arguments: str) -> dict[str, object]:
    decoded: dict[str, object] = msgspec.json.decode(commodity("check", "--json", *arguments).output)
    return decoded


def test_json_tells_tier_next_tier_and_what_is_missing_for_it(kopi: Path) -> None:
    report = as_json(str(kopi))
    assert {
        name: report[name] for name in ("ok", "commodity", "version", "tier", "next", "unjudged", "faults")
    } == {
        "ok": True,
        "commodity": "kopi",
        "version": "1.0",
        "tier": "bronze",
        "next": "silver",
        "unjudged": [],
        "faults": [],
    }
    missing = report["missing"]
    assert isinstance(missing, list)
    assert {problem["rule"] for problem in missing} == {"criteria_have_guidance", "themes_have_guidance"}
    (a2,) = [problem for problem in missing if "A2" in problem["reason"]["en"]]
    assert (a2["file"], a2["tier"]) == ("criteria.toml", "silver")
    lines = (definition_of(kopi) / "criteria.toml").read_text().splitlines()
    assert lines[a2["line"] : a2["line"] + 1] == ['id = "A2"']


def test_exit_status_follows_the_tier_that_was_asked_for(kopi: Path) -> None:
    assert commodity("check", str(kopi)).exit_code == 0
    assert commodity("check", str(kopi), "--tier", "bronze").exit_code == 0
    assert commodity("check", str(kopi), "--tier", "silver").exit_code == 1
    assert as_json(str(kopi), "--tier", "gold")["ok"] is False


def test_definition_below_bronze_fails_and_has_no_tier(tmp_path: Path) -> None:
    folder = write_definition(tmp_path / "definition")
    result = commodity("check", str(folder))
    assert result.exit_code == 1
    assert "sample 1.0: no tier yet. For bronze:" in result.output
    assert "commodity.toml:1: commodity.sources" not in result.output
    assert "commodity.toml:1: sources: the list of sources is empty." in result.output


def test_example_that_gives_something_else_fails_and_is_named(kopi: Path) -> None:
    edit(definition_of(kopi) / "examples" / "scored-by-hand.toml", "total = 81.0", "total = 82.0")
    result = commodity("check", str(kopi))
    assert result.exit_code == 1
    assert "FAIL example scored_by_hand" in result.output
    assert "total 81.00 instead of 82.00" in result.output


def test_every_fault_is_named_with_file_and_line_when_nothing_can_be_loaded(kopi: Path) -> None:
    edit(definition_of(kopi) / "form.toml", "technique == 'mixed'", "tehnique == 'mixed'")
    edit(definition_of(kopi) / "criteria.toml", 'backed_by = ["markets"]', 'backed_by = ["market"]')
    result = commodity("check", str(kopi))
    assert result.exit_code == 1
    for place in (
        "form.toml:",
        "criteria.toml:",
        "Did you mean `technique`?",
        "Did you mean `markets`?",
        "2 fault(s)",
    ):
        assert place in result.output
    assert as_json(str(kopi))["tier"] is None


def test_tier_cannot_be_claimed_in_the_manifest(kopi: Path) -> None:
    edit(definition_of(kopi) / "commodity.toml", 'code = "KOP"', 'code = "KOP"\ntier = "gold"')
    result = commodity("check", str(kopi))
    assert result.exit_code == 1
    assert "commodity.toml:3: tier: the key `tier` is not known" in result.output


def test_messages_in_bahasa_indonesia_when_asked_for(kopi: Path) -> None:
    assert "tidak ada panduan bertema `people`" in run("check", str(kopi), "--language", "id")


def test_all_prints_the_problems_of_later_tiers_too(kopi: Path) -> None:
    assert "There is a success story" not in run("check", str(kopi))
    assert "There is a success story" in run("check", str(kopi), "--all")


def test_tier_stays_below_gold_and_says_why_when_the_kit_is_not_installed(
    kopi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ovop.contract.conformance.checks.find_spec", lambda _name: None)
    report = as_json(str(kopi))
    assert (report["tier"], report["unjudged"]) == ("bronze", ["answers_survive"])


def test_folder_without_a_definition_is_a_usage_error(tmp_path: Path) -> None:
    result = commodity("check", str(tmp_path))
    assert result.exit_code == 2
    assert "0 folders with a commodity.toml" in result.output


def test_package_with_code_is_found_by_a_relative_path(madu: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(madu.parent)
    assert "madu 1.0: tier bronze." in run("check", "madu")
    monkeypatch.chdir(madu)
    assert "madu 1.0: tier bronze." in run("check", ".")
    monkeypatch.chdir(madu / "ovop_madu" / "definition")
    assert "madu 1.0: tier bronze." in run("check", ".")
