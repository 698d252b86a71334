"""What is only for authors of commodities stays out of a running server."""

from tests.core.kit.packages import ROOT, python

HEAVY = ("pytest", "hypothesis", "copier")


def loaded(statement: str) -> list[str]:
    """Which of the heavy modules a fresh interpreter has loaded after a statement."""
    done = python(
        "-c", f"{statement}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])", cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return [name for name in HEAVY if repr(name) in done.stdout]


def test_server_loads_nothing_of_the_kit() -> None:
    assert loaded("import ovop.asgi, ovop.app, ovop.cli.operate, ovop.demo.picture") == []


def test_judging_loads_neither_pytest_nor_hypothesis_until_a_rule_needs_it() -> None:
    assert loaded("from ovop.contract.conformance import judge") == []
    assert "hypothesis" in loaded(
        "import ovop.contract.conformance.suite, ovop.contract.conformance.generated"
    )
