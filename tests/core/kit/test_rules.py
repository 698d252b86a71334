"""Every published rule finds what breaks it, and nothing in a definition that keeps it."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from ovop.contract.conformance.checks import CHECKS
from ovop.contract.conformance.published import Tier, published_rules, rules_up_to
from ovop.contract.conformance.report import judge
from ovop.contract.conformance.subject import Subject
from ovop.contract.vocabulary import (
    Aim,
    Consent,
    ConsentBasis,
    Criterion,
    Definition,
    Evidence,
    Example,
    Field,
    Gate,
    GateEffect,
    Guidance,
    GuidanceKind,
    LimitRow,
    LimitTable,
    Status,
    Text,
    Theme,
)

Change = Callable[[Definition], Definition]
STEPS = Text("Lakukan langkah ini. " * 12, "Take this step. " * 15)


def advice(number: int, theme: Theme, *criteria: str) -> Guidance:
    title = Text(f"Langkah {number}", f"Step {number}")
    return Guidance(
        id=f"step_{number}", title=title, body=STEPS, theme=theme, criteria=criteria, status=Status.PROPOSED
    )


def story() -> Guidance:
    consent = Consent(maker="Ibu Sulastri", basis=ConsentBasis.WRITTEN, record="530/1/2026")
    told = advice(99, Theme.PEOPLE)
    return replace(told, id="story", kind=GuidanceKind.SUCCESS_STORY, consent=consent)


@pytest.fixture(scope="module")
def golden(definition: Definition) -> Definition:
    """The new package with what it lacks for gold."""
    more = [advice(number, theme, "A2", "C1", "D2") for number, theme in enumerate(Theme)]
    level_examples = [
        scored(definition, local_share=55, markets=["national"], number=1),
        scored(definition, local_share=10, markets=["local"], number=2),
    ]
    return replace(
        definition,
        guidance=(*definition.guidance, *more, story()),
        examples=(*definition.examples, *level_examples),
    )


def scored(definition: Definition, *, number: int, **answers: object) -> Example:
    """A valid example with other answers; an imported material, so that any share fits."""
    (base,) = [example for example in definition.examples if example.id == "valid_by_hand"]
    changed = {**base.answers, "material_origin": "imported", **answers}
    return replace(base, id=f"more_{number}", answers=changed, gates=("K2",))


def with_field(definition: Definition, name: str, **changes: object) -> Definition:
    def changed(spec: Field) -> Field:
        return replace(spec, **changes) if spec.id == name else spec

    sections = tuple(
        replace(section, fields=tuple(changed(spec) for spec in section.fields))
        for section in definition.form.sections
    )
    return replace(definition, form=replace(definition.form, sections=sections))


def with_criterion(definition: Definition, name: str, **changes: object) -> Definition:
    def changed(criterion: Criterion) -> Criterion:
        return replace(criterion, **changes) if criterion.id == name else criterion

    groups = tuple(
        replace(group, criteria=tuple(changed(item) for item in group.criteria))
        for group in definition.rubric.groups
    )
    return replace(definition, rubric=replace(definition.rubric, groups=groups))


def with_manifest(definition: Definition, **changes: object) -> Definition:
    return replace(definition, manifest=replace(definition.manifest, **changes))


def with_evidence(definition: Definition, **changes: object) -> Definition:
    (photos,) = definition.form.evidence
    return replace(definition, form=replace(definition.form, evidence=(replace(photos, **changes),)))


def without_examples(definition: Definition, *names: str) -> Definition:
    return replace(
        definition, examples=tuple(example for example in definition.examples if example.id not in names)
    )


def with_answers(definition: Definition, name: str, **answers: object) -> Definition:
    examples = tuple(
        replace(example, answers={**example.answers, **answers}) if example.id == name else example
        for example in definition.examples
    )
    return replace(definition, examples=examples)


def more_gates(definition: Definition, **changes: object) -> Definition:
    gate = Gate(
        id="K9",
        when="workers > 900",
        effect=GateEffect.RETURN,
        message=Text("Terlalu banyak.", "Too many."),
        remedy=Text("Periksa.", "Check."),
        legal_basis="[1]",
    )
    return replace(definition, gates=(*definition.gates, replace(gate, **changes)))


def with_table(definition: Definition) -> Definition:
    row = LimitRow(key=("a",), maximum=1.0)
    table = LimitTable(id="limits", name=Text("Batas", "Limits"), version="1", keys=("kind",), rows=(row,))
    return replace(definition, limit_tables=(table,))


def other_total(definition: Definition) -> Definition:
    examples = tuple(
        replace(example, total=50.0) if example.id == "scored_by_hand" else example
        for example in definition.examples
    )
    return replace(definition, examples=examples)


SAME = Text("Makna yang sama persis di sini", "Makna yang sama persis di sini")

BREAKS: dict[str, list[tuple[str, Change]]] = {
    "examples_reproduce": [("total 81.00 instead of 50.00", other_total)],
    "examples_are_enough": [
        ("kind `scored`", lambda d: without_examples(d, "scored_by_hand", "scored_imported")),
        ("meets a gate", lambda d: replace(d, examples=tuple(replace(e, gates=()) for e in d.examples))),
    ],
    "languages_differ": [("sama persis", lambda d: with_field(d, "story", help=SAME))],
    "no_placeholders": [
        ("TODO", lambda d: with_field(d, "story", help=Text("TODO", "To do"))),
        ("Isi nanti", lambda d: with_manifest(d, summary=Text("Isi nanti", "A summary"))),
        ("…", lambda d: with_manifest(d, summary=Text("Ringkasan", "…"))),
    ],
    "aims_are_served": [
        ("B1 serves no aim", lambda d: with_criterion(d, "B1", serves=())),
        ("`local_material`", lambda d: with_criterion(d, "B1", serves=(Aim.SELF_RELIANCE_AND_CREATIVITY,))),
    ],
    "manifest_names_sources": [("empty", lambda d: with_manifest(d, sources=()))],
    "blind_is_kept": [
        (
            "maker_name",
            lambda d: with_answers(
                d, "valid_by_hand", story=f"Dibuat oleh Ibu Sulastri. {'Cerita ini panjang. ' * 5}"
            ),
        )
    ],
    "criteria_are_backed": [("C1 names no field", lambda d: with_criterion(d, "C1", backed_by=()))],
    "criteria_have_guidance": [
        ("B1", lambda d: replace(d, guidance=tuple(g for g in d.guidance if "B1" not in g.criteria))),
        ("B1", lambda d: replace(d, guidance=tuple(replace(g, threshold=1) for g in d.guidance))),
    ],
    "themes_have_guidance": [
        (
            "`design`",
            lambda d: replace(d, guidance=tuple(g for g in d.guidance if g.theme is not Theme.DESIGN)),
        )
    ],
    "guidance_says_what_to_do": [
        (
            "only 5",
            lambda d: replace(
                d, guidance=(replace(d.guidance[0], body=Text("Coba.", "Try.")), *d.guidance[1:])
            ),
        )
    ],
    "card_is_declared": [("no fields", lambda d: with_manifest(d, card_fields=()))],
    "earlier_answers_are_read": [("version 1 cannot", lambda d: with_manifest(d, version="2.0"))],
    "gates_are_shown": [("K9", more_gates)],
    "checks_are_shown": [("share_does_not_fit", lambda d: without_examples(d, "invalid_share"))],
    "bands_are_shown": [("level 0 of B1", lambda d: without_examples(d, "more_2", "invalid_share"))],
    "success_story_is_told": [
        ("no success story", lambda d: replace(d, guidance=tuple(g for g in d.guidance if g.id != "story")))
    ],
    "photos_have_roles": [("`photos`", lambda d: with_evidence(d, roles=()))],
    "numbers_have_sources": [
        ("`workers`", lambda d: with_field(d, "workers", status=Status.SOURCED)),
        ("`K9`", lambda d: more_gates(d, legal_basis="")),
        ("`a`", with_table),
        ("`C1`", lambda d: with_criterion(d, "C1", status=Status.SOURCED)),
    ],
    "everything_is_reached": [
        ("`machines` is never shown", lambda d: with_field(d, "machines", show_if="technique == 'mixd'")),
        ("`machines` is never required", lambda d: with_field(d, "machines", required="technique == 'hand'")),
        ("`K9` never acts", lambda d: more_gates(d, when="workers > 5000")),
        ("`photos` is never asked for", lambda d: with_evidence(d, show_if="workers > 5 && workers < 4")),
    ],
}
"""Rule -> (words of the fault, the change that breaks it). Those that are not here have tests of their own below and in test_code."""


def found(definition: Definition, rule: str) -> list[str]:
    return [fault.reason.en for fault in CHECKS[rule](Subject(definition))]


@pytest.mark.parametrize(
    ("rule", "words", "change"),
    [(rule, words, change) for rule, cases in BREAKS.items() for words, change in cases],
)
def test_rule_finds_what_breaks_it_and_nothing_before(
    golden: Definition, rule: str, words: str, change: Change
) -> None:
    assert found(golden, rule) == []
    broken = found(change(golden), rule)
    assert [reason for reason in broken if words in reason], broken


def test_definition_that_keeps_every_rule_is_gold(golden: Definition) -> None:
    report = judge(golden)
    assert (report.problems, report.tier, report.following) == ((), Tier.GOLD, None)


def test_tier_is_the_last_one_before_a_rule_is_broken(golden: Definition) -> None:
    tiers = [
        judge(change(golden)).tier
        for change in (with_table, more_gates, lambda d: with_manifest(d, sources=()))
    ]
    assert tiers == [Tier.SILVER, Tier.BRONZE, None]


def test_every_published_rule_has_a_function_and_every_function_is_published() -> None:
    assert {rule.id for rule in published_rules()} == CHECKS.keys()


def test_every_published_rule_is_broken_by_some_test() -> None:
    elsewhere = {"within_budget", "answers_survive", "answers_repeat", "hooks_answer", "derived_values_agree"}
    assert BREAKS.keys() | elsewhere == CHECKS.keys()


def test_published_rules_come_in_the_order_of_tiers_and_each_tier_includes_those_before() -> None:
    tiers = [rule.tier for rule in published_rules()]
    assert tiers == sorted(tiers, key=list(Tier).index)
    assert set(rules_up_to(Tier.BRONZE)) < set(rules_up_to(Tier.SILVER)) < set(rules_up_to(Tier.GOLD))
    assert rules_up_to(Tier.GOLD) == published_rules()


def test_same_text_in_both_languages_is_no_fault_when_it_is_a_name_or_a_single_word(
    golden: Definition,
) -> None:
    for name in ("Toko Oen Semarang", "Arabika", "SNI 01-3542-2004", "± 2 mm"):
        assert found(with_field(golden, "story", help=Text(name, name)), "languages_differ") == []


def test_slow_check_is_named_with_its_time(golden: Definition, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(golden, "within_budget") == []
    monkeypatch.setattr("ovop.contract.conformance.behaviour.CHECK_BUDGET_MS", 0.0)
    (slow,) = found(golden, "within_budget")
    assert "at most 0 ms allowed" in slow


def test_checker_that_fails_on_hostile_answers_is_found(
    golden: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(golden, "answers_survive") == []
    subject = Subject(golden)
    check = subject.checker.check

    def fragile(answers: object, *rest: object, **more: bool) -> object:
        if isinstance(answers, dict) and isinstance(answers.get("story"), list):
            raise KeyError("story")
        return check(answers, *rest, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(subject.checker, "check", fragile)
    (failed,) = [fault.reason.en for fault in CHECKS["answers_survive"](subject)]
    assert failed.startswith("checker: KeyError: 'story'; answers: {")


def test_checker_that_answers_differently_the_second_time_is_found(
    golden: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(golden, "answers_repeat") == []
    subject = Subject(golden)
    assert subject.runs
    evaluate = subject.checker.evaluate

    def forgetful(*given: object) -> object:
        return msgspec.structs.replace(evaluate(*given), findings=())  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(subject.checker, "evaluate", forgetful)
    named = [fault.reason.en for fault in CHECKS["answers_repeat"](subject)]
    assert "the example `invalid_share` gives another result when checked again." in named


def test_evidence_that_is_unknown_to_the_search_still_counts_when_an_example_reaches_it(
    golden: Definition,
) -> None:
    rule = "evidence.photos.exists(p, p.number == 'A-7')"
    hidden = more_gates(golden, when=rule)
    assert found(hidden, "everything_is_reached") == ["the gate `K9` never acts."]
    (base,) = [example for example in golden.examples if example.id == "valid_by_hand"]
    numbered = tuple(replace(item, number="A-7") for item in base.evidence)
    shown = replace(
        hidden, examples=(*hidden.examples, replace(base, id="numbered", evidence=numbered, gates=("K9",)))
    )
    assert found(shown, "everything_is_reached") == []


def test_photo_without_roles_is_told_apart_from_a_document_without_roles(golden: Definition) -> None:
    (photos,) = golden.form.evidence
    paper = Evidence(id="paper", label=Text("Surat", "Letter"), section="product", required=False)
    both = replace(golden, form=replace(golden.form, evidence=(photos, paper)))
    assert found(both, "photos_have_roles") == []
