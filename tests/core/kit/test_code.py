"""The rules about a commodity's own code, on packages that an author has on disk and has not installed."""

from pathlib import Path

import pytest

from ovop.contract.conformance.checks import CHECKS
from ovop.contract.conformance.code import code_of, module_of
from ovop.contract.conformance.subject import Subject
from ovop.contract.loader import load_definition
from tests.core.kit.packages import commodity, definition_of, edit

HOOK = "def score_hints(submission: SubmissionView) -> Sequence[ScoreHint]:\n"
BODY = '    """Suggest the level of D2 (continuity) from what every worker makes in a month."""\n'


def found(package: Path, *rules: str) -> list[str]:
    folder = definition_of(package)
    definition = load_definition(folder)
    with code_of(definition, folder) as code:
        subject = Subject(definition, folder=folder, code=code)
        return [fault.reason.en for rule in rules for fault in CHECKS[rule](subject)]


def spoil(package: Path, lines: str) -> None:
    """Put lines at the beginning of the hook."""
    edit(package / "ovop_madu" / "plugin.py", HOOK + BODY, HOOK + BODY + lines)


def test_code_of_a_new_package_keeps_every_rule_about_code(madu: Path) -> None:
    rules = ("hooks_answer", "answers_repeat", "within_budget", "blind_is_kept", "answers_survive")
    assert found(madu, *rules) == []


def test_module_is_read_from_the_package_and_is_empty_for_data_only(madu: Path, kopi: Path) -> None:
    assert module_of(definition_of(madu)) == "ovop_madu.plugin"
    assert module_of(definition_of(kopi)) == ""


def test_code_that_cannot_be_imported_is_below_bronze(madu: Path) -> None:
    edit(madu / "ovop_madu" / "plugin.py", "import ScoreHint", "import Nothing, ScoreHint")
    (broken,) = found(madu, "hooks_answer")
    assert "cannot be imported: ImportError" in broken
    assert commodity("check", str(madu)).exit_code == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("    raise RuntimeError('no')\n", "RuntimeError: no"),
        ("    open('/etc/hostname')\n", "Forbidden: open"),
        ("    __import__('socket').create_connection(('127.0.0.1', 9))\n", "Forbidden: socket."),
        ("    return ['D2']\n", "WrongAnswer: Expected `object`, got `str`"),
        (
            "    return (ScoreHint(criterion='X9', level=1, reason=Text('a', 'b')),)\n",
            "WrongAnswer: no criterion of this commodity: X9",
        ),
    ],
    ids=["raises", "reads a file", "uses the network", "wrong type", "foreign criterion"],
)
def test_hook_that_fails_or_does_what_it_may_not_is_named_with_the_example(
    madu: Path, lines: str, reason: str
) -> None:
    spoil(madu, lines)
    edit(madu / "ovop_madu" / "plugin.py", "ScoreHint, SubmissionView", "ScoreHint, SubmissionView, Text")
    (failed,) = found(madu, "hooks_answer")
    assert f"the hook `score_hints` fails on the example `gate_factory`: {reason}" in failed


def test_hook_that_remembers_what_it_was_asked_is_found(madu: Path) -> None:
    spoil(
        madu,
        "    ASKED.append(1)\n    return () if len(ASKED) % 2 else (continuity_hint(submission.answers),)\n",
    )
    edit(madu / "ovop_madu" / "plugin.py", "\n\n@hookimpl", "\n\nASKED: list[int] = []\n\n\n@hookimpl")
    assert "the hook `score_hints` answers differently when asked again." in found(madu, "answers_repeat")


def test_hook_that_is_slower_than_its_budget_is_found(madu: Path) -> None:
    spoil(madu, "    __import__('time').sleep(0.15)\n")
    (slow,) = found(madu, "within_budget")
    assert "at most 100 ms allowed" in slow


def test_hook_that_trusts_the_shape_of_an_answer_is_found_by_generated_submissions(madu: Path) -> None:
    assert found(madu, "answers_survive") == []
    edit(
        madu / "ovop_madu" / "checks.py",
        "    if type(workers) is not int or type(capacity) is not int or workers < 1:\n        return None\n",
        "",
    )
    assert found(madu, "hooks_answer") == []
    (failed,) = found(madu, "answers_survive")
    assert failed.startswith("hook score_hints: TypeError")


def test_hint_that_names_the_maker_is_found(madu: Path) -> None:
    edit(
        madu / "ovop_madu" / "checks.py",
        'f"Every worker makes {share:.0f} pieces a month."',
        "f\"{answers.get('maker_name')} makes {share:.0f} pieces a month.\"",
    )
    told = found(madu, "blind_is_kept")
    assert (
        "example `valid_by_hand`: the value of the blind field `maker_name` can still be read in score_hints."
        in told
    )


DERIVED = """
[[section.fields]]
type = "computed"
id = "pieces_a_worker"
label = { id = "Buah setiap pekerja", en = "Pieces for every worker" }
result = "integer"
"""
DERIVE = '''

@hookimpl
def derive_fields(submission: SubmissionView) -> dict[str, int]:
    """Pieces a month for every worker."""
    workers, capacity = submission.answers.get("workers"), submission.answers.get("monthly_capacity")
    if type(workers) is not int or type(capacity) is not int or workers < 1:
        return {}
    return {"pieces_a_worker": capacity // workers}
'''


def with_derived_field(package: Path) -> Path:
    """A field whose value the code gives, stated by every example as a fact."""
    folder = definition_of(package)
    edit(
        folder / "form.toml",
        '\n[[section.fields]]\ntype = "text"\nid = "maker_name"',
        f'{DERIVED}\n[[section.fields]]\ntype = "text"\nid = "maker_name"',
    )
    for example in (folder / "examples").glob("*.toml"):
        numbers = dict(
            line.split(" = ")
            for line in example.read_text().splitlines()
            if line.startswith(("workers", "monthly"))
        )
        share = int(numbers["monthly_capacity"]) // int(numbers["workers"])
        edit(example, "today = 2026-10-18", f"today = 2026-10-18, derived_pieces_a_worker = {share}")
    return folder


def test_value_from_code_that_examples_state_as_a_fact_keeps_every_rule(madu: Path) -> None:
    with_derived_field(madu)
    with (madu / "ovop_madu" / "plugin.py").open("a") as plugin:
        plugin.write(DERIVE)
    assert found(madu, "hooks_answer", "derived_values_agree", "answers_repeat", "answers_survive") == []


def test_value_from_code_that_differs_from_an_example_is_found(madu: Path) -> None:
    folder = with_derived_field(madu)
    edit(
        folder / "examples" / "valid-by-hand.toml",
        "derived_pieces_a_worker = 20",
        "derived_pieces_a_worker = 21",
    )
    with (madu / "ovop_madu" / "plugin.py").open("a") as plugin:
        plugin.write(DERIVE)
    assert found(madu, "derived_values_agree") == ["the example states 21, the code gives 20."]


def test_field_without_a_rule_needs_code(kopi: Path) -> None:
    with_derived_field(kopi)
    (needs,) = found(kopi, "derived_values_agree")
    assert "(pieces_a_worker) need code" in needs
