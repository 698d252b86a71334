"""What the preview says about answers that somebody tries out."""

from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient

from ovop.contract.checker import compile_checker
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import EvidenceItem, ExampleKind
from ovop.preview.app import preview_of
from ovop.preview.judging import Trial, judge
from tests.core.guidance.scene import guided
from tests.factories import ANSWERS

BATIK = Path(__file__).parents[3] / "plugins" / "batik" / "ovop_batik" / "definition"


def test_trial_shows_levels_by_the_form_and_what_only_an_assessor_can_give() -> None:
    outcome = judge(compile_checker(guided()), Trial(answers=dict(ANSWERS)))
    assert [(c.id, c.applies, c.band) for c in outcome.criteria] == [("A1", True, 1), ("A2", True, 2), ("A3", True, None)]  # fmt: skip
    assert (outcome.score, outcome.missing) == (None, ("A3",))
    assert [advice.id for advice in outcome.advice] == ["large", "both", "small", "beside", "story"]


def test_trial_with_all_levels_has_a_total() -> None:
    outcome = judge(compile_checker(guided()), Trial(answers=dict(ANSWERS), levels={"A3": 5, "unknown": 1}))
    assert outcome.score is not None
    assert outcome.score.total == 60 / 5 + 20 * 2 / 5 + 20


def test_every_example_of_a_real_commodity_gives_its_findings_and_total_in_the_preview() -> None:
    definition = load_definition(BATIK)
    with TestClient(preview_of(BATIK)) as client:
        assert client.get("/definition").json()["faults"] == []
        for example in definition.examples:
            trial = {
                "answers": msgspec.to_builtins(example.answers),
                "facts": msgspec.to_builtins(example.facts),
                "levels": example.levels,
                "evidence": msgspec.to_builtins(example.evidence),
            }
            answer = client.post("/judgement", json=trial)
            assert answer.status_code == 200, answer.text
            outcome = answer.json()
            found = {(f["path"], f["code"]) for f in outcome["findings"]}
            assert {(f.path, f.code) for f in example.findings} <= found, example.id
            if example.kind is ExampleKind.SCORED:
                assert outcome["score"]["total"] == example.total, example.id


@pytest.mark.parametrize("answers", [{"technique": 3}, {"nothing": []}, {"steps": {"a": [None]}}])
def test_wrong_answers_are_judged_not_refused(answers: dict[str, object]) -> None:
    outcome = judge(compile_checker(guided()), Trial(answers=answers, evidence=(EvidenceItem(evidence="x"),)))
    assert outcome.findings


def test_faults_of_the_files_are_shown_with_their_place_until_they_are_mended(tmp_path: Path) -> None:
    folder = tmp_path / "definition"
    folder.mkdir()
    for file in BATIK.rglob("*"):
        if file.is_file():
            (folder / file.relative_to(BATIK)).parent.mkdir(exist_ok=True)
            (folder / file.relative_to(BATIK)).write_bytes(file.read_bytes())
    form = (folder / "form.toml").read_text(encoding="utf-8")
    with TestClient(preview_of(folder)) as client:
        (folder / "form.toml").write_text(
            form.replace('type = "boolean"', 'type = "bolean"', 1), encoding="utf-8"
        )
        broken = client.get("/definition").json()
        assert [(fault["file"], fault["line"] > 1) for fault in broken["faults"]] == [("form.toml", True)]
        assert client.post("/judgement", json={"answers": {}}).json() is None
        (folder / "form.toml").write_text(form, encoding="utf-8")
        assert client.get("/definition").json()["faults"] == []
