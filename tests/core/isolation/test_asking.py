"""Hostile and careless code: whatever it does, the host goes on, the neighbour answers, and the cause is named."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner

from ovop.cli import main
from ovop.contract.hooks.answers import HookAnswer, Outcome
from ovop.contract.hooks.asking import Hooks
from ovop.contract.hooks.terms import Asked, Incident, Limits
from ovop.contract.hookspecs import BUDGETS_MS
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import SubmissionView
from tests.core.contract.installing import Site
from tests.core.isolation.processes import is_there, workers_of
from tests.databases import Run

VIEW = SubmissionView(commodity="sample", version="1.0", answers={"title": "x", "rows": [{"a": 1}]})
ARGUMENTS: dict[str, dict[str, object]] = {
    **{name: {"submission": VIEW} for name in BUDGETS_MS},
    "advise": {"submission": VIEW, "levels": {"A1": 2}},
    "upcast": {"answers": {"title": "x"}, "from_version": "1.0"},
}
GOOD = """
from ovop.contract import ScoreHint, Text, hookimpl

@hookimpl
def score_hints(submission):
    return [ScoreHint(criterion="A1", level=len(submission.answers), reason=Text("a", "b"))]
"""
HINTS = """
from ovop.contract import ScoreHint, Text, hookimpl

@hookimpl
def score_hints(submission):
"""
Ask: TypeAlias = Callable[..., HookAnswer]


class Observed(list[Asked | Incident]):
    """What was observed, in order."""

    def incidents(self) -> list[tuple[str, str, bool]]:
        return [(e.commodity, e.hook, e.quarantined) for e in self if isinstance(e, Incident)]


@pytest.fixture
def observed() -> Observed:
    return Observed()


Open: TypeAlias = Callable[..., Hooks]


@pytest.fixture
def opened(observed: Observed) -> Iterator[Open]:
    """Opens hooks on a registry, and closes them when the test ends."""
    made: list[Hooks] = []

    def open_hooks(registry: Registry, **limits: float) -> Hooks:
        chosen = Limits(**{"seconds": 2.0, **limits})  # type: ignore[arg-type]  # whole numbers where they are asked for
        made.append(Hooks(registry, limits=chosen, observe=observed.append))
        return made[-1]

    yield open_hooks
    for hooks in made:
        hooks.close()


@pytest.fixture
def ask(site: Site, opened: Open) -> Ask:
    """Installs `sample` with the given code beside a good neighbour, asks `sample` one hook, then makes sure of the neighbour."""

    def run(code: str, hook: str = "score_hints", **limits: float) -> HookAnswer:
        site.install("sample", code=code)
        site.install("other", code=GOOD)
        registry = site.registry()
        assert registry.problems == ()
        hooks = opened(registry, **limits)
        answer = hooks.ask_now("sample", hook, **ARGUMENTS[hook])
        neighbour = hooks.ask_now("other", "score_hints", submission=VIEW)
        assert [hint.level for hint in neighbour.value] == [2]  # type: ignore[attr-defined]  # a tuple of hints
        return answer

    return run


def test_hook_answers_for_its_own_commodity_only(site: Site, opened: Open) -> None:
    site.install("sample", code=GOOD)
    site.install("other", code=GOOD.replace("len(submission.answers)", "4"))
    hooks = opened(site.registry())
    for name, level in (("sample", 2), ("other", 4)):
        answer = hooks.ask_now(name, "score_hints", submission=VIEW)
        assert [hint.level for hint in answer.value] == [level]  # type: ignore[attr-defined]  # a tuple of hints
        assert (answer.asked, answer.failure, answer.outcome) == (True, "", Outcome.ANSWERED)


def test_commodity_that_is_data_only_costs_no_process(site: Site, opened: Open) -> None:
    site.install("sample")
    before = workers_of()
    hooks = opened(site.registry())
    assert hooks.inspect_now("sample").implemented == ()
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).asked is False
    assert workers_of() == before


def test_safe_mode_runs_no_code(site: Site, opened: Open) -> None:
    site.install("sample", code="raise RuntimeError('must not run')")
    before = workers_of()
    hooks = opened(site.registry(safe_mode=True))
    assert hooks.inspect_now("sample").sound
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).asked is False
    assert workers_of() == before


def test_hook_that_is_not_implemented_is_not_asked(ask: Ask) -> None:
    answer = ask(GOOD, "catalogue_card")
    assert (answer.asked, answer.failure) == (False, "")


def test_unknown_hook_or_commodity_raises(site: Site, opened: Open) -> None:
    site.install("sample", code=GOOD)
    hooks = opened(site.registry())
    with pytest.raises(KeyError):
        hooks.ask_now("sample", "score_hint", submission=VIEW)
    with pytest.raises(KeyError):
        hooks.ask_now("another", "score_hints", submission=VIEW)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os; os._exit(3)", "the worker is gone"),
        ("while True: pass", "no answer within 1 s"),
        ("waste = 'x' * 10**9", "MemoryError"),
        (GOOD.replace("def score_hints", "def score_hint"), "there is no hook `score_hint`"),
        (GOOD.replace("(submission)", "(submission, marks)"), "asks for `marks`"),
        (GOOD.replace("(submission)", "(submission: str)"), "is a `SubmissionView`, not a `str`"),
        (GOOD.replace("def score_hints", "async def score_hints"), "must be a plain function"),
        (GOOD.replace("@hookimpl", "@hookimpl(wrapper=True)").replace("return [", "yield ["), "must be a plain function"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "Forbidden"),
        ("try:\n    open('/etc/hostname')\nexcept OSError:\n    pass\n" + GOOD, "tried at import what it may not do: open"),
        ("import ovop.database", "Forbidden"),
    ],
)  # fmt: skip
def test_code_that_cannot_be_used_is_named_and_its_data_stay(
    site: Site, opened: Open, observed: Observed, code: str, reason: str
) -> None:
    site.install("sample", code=code)
    site.install("other", code=GOOD)
    registry = site.registry()
    assert set(registry.commodities) == {"sample", "other"}
    hooks = opened(registry, seconds=0.1)
    inspection = hooks.inspect_now("sample")
    assert inspection.fault is not None
    assert reason in inspection.fault.en
    assert inspection.fault.id
    answer = hooks.ask_now("sample", "score_hints", submission=VIEW)
    assert (answer.outcome, answer.asked, bool(answer.failure)) == (Outcome.BROKEN, False, True)
    (problem,) = hooks.problems()
    assert (problem.commodity, problem.hook, problem.reason) == ("sample", "", inspection.fault)
    assert observed.incidents() == [("sample", "(module)", True)]
    assert hooks.inspect_now("other").implemented == ("score_hints",)


def test_annotations_as_plugins_write_them_are_understood(site: Site, opened: Open) -> None:
    head = (
        "from __future__ import annotations\nimport ovop.contract as c\nfrom ovop.contract import hookimpl\n"
    )
    site.install(
        "sample",
        code=head + "@hookimpl\ndef score_hints(submission: c.SubmissionView): ...\n"
        "@hookimpl\ndef advise(levels: Mapping[str, int], submission: object) -> 'Sequence[str]': ...\n"
        "@hookimpl\ndef catalogue_card(): ...\n",
    )
    found = opened(site.registry()).inspect_now("sample")
    assert (found.fault, found.implemented) == (None, ("advise", "catalogue_card", "score_hints"))


@pytest.mark.parametrize("hook", sorted(BUDGETS_MS))
def test_exception_in_any_hook_is_told_and_not_raised(ask: Ask, hook: str) -> None:
    names = ", ".join(ARGUMENTS[hook])
    code = (
        f"from ovop.contract import hookimpl\n@hookimpl\ndef {hook}({names}): raise RuntimeError('broken')\n"
    )
    answer = ask(code, hook)
    assert (answer.value, answer.outcome, answer.asked) == (None, Outcome.RAISED, True)
    assert (answer.failure, answer.cause) == ("RuntimeError: broken", "RuntimeError")


@pytest.mark.parametrize("hook", sorted(BUDGETS_MS))
def test_answer_of_the_wrong_type_of_any_hook_is_refused(ask: Ask, hook: str) -> None:
    names = ", ".join(ARGUMENTS[hook])
    answer = ask(f"from ovop.contract import hookimpl\n@hookimpl\ndef {hook}({names}): return 7\n", hook)
    assert (answer.value, answer.outcome, answer.cause) == (None, Outcome.WRONG_ANSWER, "WrongAnswer")


@pytest.mark.parametrize(
    ("body", "outcome", "failure"),
    [
        ("raise SystemExit", Outcome.RAISED, "SystemExit"),
        ("raise KeyboardInterrupt", Outcome.RAISED, "KeyboardInterrupt"),
        ("return score_hints(submission)", Outcome.RAISED, "RecursionError"),
        ("return object()", Outcome.RAISED, "TypeError"),
        ("return (x for x in [])", Outcome.RAISED, "TypeError"),
        ("return [ScoreHint(criterion='Z9', level=1, reason=Text('a', 'b'))]", Outcome.WRONG_ANSWER, "no criterion of this commodity: Z9"),
        ("import os; os._exit(3)", Outcome.DIED, "the worker is gone (exit status 3)"),
        ("import os; os.abort()", Outcome.DIED, "the worker is gone"),
        ("import signal; signal.raise_signal(9)", Outcome.DIED, "the worker is gone"),
        ("return 'x' * 10**9", Outcome.MEMORY, "MemoryError"),
        ("waste = []\n    while True: waste.append(bytearray(10**6))", Outcome.MEMORY, "MemoryError"),
        ("return ['x' * 10**6] * 5", Outcome.DIED, "the worker is gone"),
        ("import socket; socket.socket()", Outcome.FORBIDDEN, "socket.__new__"),
        ("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')", Outcome.FORBIDDEN, "Forbidden"),
        ("import socket; socket.getaddrinfo('localhost', 80)", Outcome.FORBIDDEN, "socket.getaddrinfo"),
        ("open('/etc/passwd').read()", Outcome.FORBIDDEN, "open"),
        ("open('notes.txt', 'w')", Outcome.FORBIDDEN, "open"),
        ("open(__file__, 'a')", Outcome.FORBIDDEN, "open"),
        ("import os; os.open(__file__, os.O_RDWR)", Outcome.FORBIDDEN, "open"),
        ("import os; os.listdir('/')", Outcome.FORBIDDEN, "os.listdir"),
        ("import os; os.remove(__file__)", Outcome.FORBIDDEN, "os.remove"),
        ("import os; os.fork()", Outcome.FORBIDDEN, "os.fork"),
        ("import os; os.system('true')", Outcome.FORBIDDEN, "os.system"),
        ("import os; os.kill(os.getppid(), 9)", Outcome.FORBIDDEN, "os.kill"),
        ("import subprocess; subprocess.run(['true'])", Outcome.FORBIDDEN, "subprocess.Popen"),
        ("import sqlite3; sqlite3.connect(':memory:')", Outcome.FORBIDDEN, "sqlite3.connect"),
        ("import psycopg", Outcome.FORBIDDEN, "import psycopg"),
        ("import ovop.events", Outcome.FORBIDDEN, "import ovop.events"),
        ("import ctypes", Outcome.FORBIDDEN, "ctypes.dlopen"),
        ("import threading; threading.Thread(target=print).start()", Outcome.FORBIDDEN, "_thread.start_new_thread"),
        ("try:\n        open('/etc/passwd')\n    except OSError:\n        pass\n    return []", Outcome.FORBIDDEN, "open"),
    ],
)  # fmt: skip
def test_hook_that_misbehaves_fails_alone(ask: Ask, body: str, outcome: Outcome, failure: str) -> None:
    answer = ask(f"{HINTS}    {body}\n")
    assert (answer.value, answer.outcome, answer.asked) == (None, outcome, True)
    assert failure in answer.failure


def test_hook_that_never_returns_is_ended_and_the_next_question_answered(site: Site, opened: Open) -> None:
    site.install("sample", code=f"{HINTS}    while submission.answers['title'] == 'x': pass\n")
    hooks = opened(site.registry(), seconds=0.2)
    answer = hooks.ask_now("sample", "score_hints", submission=VIEW)
    assert (answer.outcome, answer.failure) == (Outcome.TIMEOUT, "no answer within 0.2 s")
    other = SubmissionView(commodity="sample", version="1.0", answers={"title": "y"})
    assert hooks.ask_now("sample", "score_hints", submission=other).outcome is Outcome.ANSWERED


def test_hook_that_ends_its_process_quietly_is_noticed_at_the_deadline(ask: Ask) -> None:
    assert ask(f"{HINTS}    import os; os._exit(0)\n", seconds=0.2).outcome is Outcome.TIMEOUT


def test_worker_that_died_while_nobody_asked_is_replaced(site: Site, opened: Open) -> None:
    site.install("sample", code=GOOD)
    hooks = opened(site.registry())
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).asked
    (worker,) = workers_of()
    os.kill(worker, signal.SIGKILL)
    while is_there(worker):
        time.sleep(0.01)
    time.sleep(0.2)  # the pool looks at its workers every 0.05 s
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).outcome is Outcome.ANSWERED


def test_hook_that_sleeps_through_every_signal_is_ended(ask: Ask) -> None:
    body = "import signal, time; signal.signal(signal.SIGALRM, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    answer = ask(f"{HINTS}    {body}\n    time.sleep(60)\n", seconds=0.2)
    assert answer.outcome is Outcome.TIMEOUT


def test_slow_hook_is_marked_and_its_answer_kept(ask: Ask) -> None:
    seconds = BUDGETS_MS["score_hints"] / 1000 + 0.02
    answer = ask(GOOD.replace("    return", f"    import time; time.sleep({seconds})\n    return"))
    assert (answer.outcome, answer.slow, answer.failure) == (Outcome.SLOW, True, "")
    assert answer.value


def test_what_a_hook_prints_is_kept_from_the_platform_and_shown_to_its_author(
    site: Site, opened: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = "    import os, sys; print('out'); print('err', file=sys.stderr); os.write(1, b'raw'); print('x' * 5000)\n"
    site.install("sample", code="print('loading')\n" + GOOD.replace("    return", loud + "    return"))
    hooks = opened(site.registry())
    assert hooks.inspect_now("sample").printed == "loading\n"
    answer = hooks.ask_now("sample", "score_hints", submission=VIEW)
    assert (answer.printed[:8], len(answer.printed)) == ("out\nerr\n", 2000)
    assert answer.outcome is Outcome.ANSWERED
    assert capfd.readouterr() == ("", "")


def test_hook_cannot_change_what_it_was_given(ask: Ask) -> None:
    before = json.dumps(VIEW.answers)
    answer = ask(GOOD.replace("    return", "    submission.answers['rows'][0]['a'] = 2\n    submission.answers.clear()\n    return"))  # fmt: skip
    assert [hint.level for hint in answer.value] == [0]  # type: ignore[attr-defined]  # a tuple of hints
    assert json.dumps(VIEW.answers) == before


def test_worker_sees_nothing_of_the_hosts_environment(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVOP_DATABASE_URL", "postgresql://secret@db/ovop")
    answer = ask(f"{HINTS}    import os; raise ValueError(','.join(sorted(os.environ)))\n")
    assert set(answer.failure.removeprefix("ValueError: ").split(",")) <= {
        "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHASHSEED", "TZ",
    }  # fmt: skip


def test_package_reads_its_own_data_and_lazily_imported_modules(ask: Ask, site: Site) -> None:
    body = """
    from datetime import datetime
    from importlib.resources import files
    from zoneinfo import ZoneInfo
    datetime.strptime("2026", "%Y").astimezone(ZoneInfo("Asia/Jakarta"))
    limit = files("ovop_sample").joinpath("limit.txt").read_text()
    return [ScoreHint(criterion="A1", level=int(limit), reason=Text("a", "b"))]
"""
    (site.folder / "limit.txt").write_text("4")
    answer = ask(HINTS + body.replace('files("ovop_sample").joinpath', "files('ovop_sample').joinpath"))
    assert answer.outcome is Outcome.RAISED  # the file is not there yet
    (site.folder / "ovop_sample" / "limit.txt").write_text("4")
    hooks = Hooks(site.registry())
    try:
        again = hooks.ask_now("sample", "score_hints", submission=VIEW)
        assert (again.failure, again.value[0].level) == ("", 4)  # type: ignore[index]  # a tuple of hints
    finally:
        hooks.close()


def test_order_of_sets_is_the_same_on_every_host(site: Site) -> None:
    code = f"{HINTS}    raise ValueError(''.join({{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}}))\n"
    site.install("sample", code=code)
    script = (
        "view = SubmissionView(commodity='sample', version='1.0', answers={})\n"
        "print(hooks.ask_now('sample', 'score_hints', submission=view).failure)\nhooks.close()\n"
    )
    first, second = (host(site, script) for _ in range(2))
    assert first.startswith("ValueError: ")
    assert first == second


def test_failing_hook_is_left_alone_while_the_others_of_the_commodity_are_asked(
    site: Site, opened: Open, observed: Observed
) -> None:
    code = GOOD + "\n@hookimpl\ndef advise(submission, levels):\n    raise RuntimeError('secret answer')\n"
    site.install("sample", code=code)
    hooks = opened(site.registry(), failures=2)
    outcomes = [hooks.ask_now("sample", "advise", **ARGUMENTS["advise"]).outcome for _ in range(4)]
    assert outcomes == [Outcome.RAISED, Outcome.RAISED, Outcome.RESTING, Outcome.RESTING]
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).outcome is Outcome.ANSWERED
    (problem,) = hooks.problems()
    assert (problem.commodity, problem.hook) == ("sample", "advise")
    assert "raised: RuntimeError" in problem.reason.en
    assert "raised: RuntimeError" in problem.reason.id
    assert observed.incidents() == [("sample", "advise", True)]
    assert "secret" not in str([e for e in observed if isinstance(e, Incident)])


def test_hook_that_answers_at_its_trial_is_asked_again(site: Site, opened: Open, observed: Observed) -> None:
    site.install("sample", code=f"{HINTS}    return [] if submission.answers['title'] == 'y' else 7\n")
    hooks = opened(site.registry(), failures=1, rest_seconds=0)
    good = SubmissionView(commodity="sample", version="1.0", answers={"title": "y"})
    for view, outcome in (
        (VIEW, Outcome.WRONG_ANSWER),
        (VIEW, Outcome.WRONG_ANSWER),
        (good, Outcome.ANSWERED),
        (good, Outcome.ANSWERED),
    ):
        assert hooks.ask_now("sample", "score_hints", submission=view).outcome is outcome
    assert observed.incidents() == [("sample", "score_hints", True), ("sample", "score_hints", False)]
    assert hooks.problems() == ()


def test_code_that_was_mended_is_used_after_its_rest(site: Site, opened: Open, observed: Observed) -> None:
    package = site.install("sample", code="raise RuntimeError('broken')")
    hooks = opened(site.registry(), rest_seconds=0)
    assert not hooks.inspect_now("sample").sound
    (package / "plugin.py").write_text(GOOD)
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).outcome is Outcome.ANSWERED
    assert observed.incidents() == [("sample", "(module)", True), ("sample", "(module)", False)]
    assert hooks.problems() == ()


def test_worker_is_replaced_after_its_calls_so_that_nothing_piles_up(site: Site, opened: Open) -> None:
    code = "seen = []\n" + GOOD.replace("    return", "    seen.append(1)\n    return").replace(
        "len(submission.answers)", "len(seen)"
    )
    site.install("sample", code=code)
    hooks = opened(site.registry(), calls=2)
    levels = [
        hooks.ask_now("sample", "score_hints", submission=VIEW).value[0].level  # type: ignore[index]  # hints
        for _ in range(4)
    ]
    assert levels == [1, 2, 1, 2]


def test_closing_leaves_no_process_and_refuses_further_questions(site: Site) -> None:
    site.install("sample", code=GOOD)
    before = workers_of()
    hooks = Hooks(site.registry())
    assert hooks.ask_now("sample", "score_hints", submission=VIEW).asked
    assert len(workers_of() - before) == 1
    hooks.close()
    gc.collect()
    assert workers_of() == before
    with pytest.raises(RuntimeError, match="closed"):
        hooks.ask_now("sample", "score_hints", submission=VIEW)


def host(site: Site, script: str) -> str:
    """What a process of its own prints that runs this with `hooks` on the site's commodity `sample`."""
    head = (
        "import os\nfrom importlib.metadata import entry_points\nfrom ovop.contract.hooks.asking import Hooks\n"
        "from ovop.contract.registry import Registry\nfrom ovop.contract.vocabulary import SubmissionView\n"
        "from tests.core.isolation.processes import workers_of\n"
        "hooks = Hooks(Registry.discover(entry_points=entry_points(group='ovop.commodity', name='sample')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + script],
        env={"PYTHONPATH": os.pathsep.join([str(site.folder), *sys.path])},
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout


def test_worker_ends_with_its_host(site: Site) -> None:
    site.install("sample", code=GOOD)
    told = host(
        site, "hooks.inspect_now('sample')\nprint(*workers_of(), flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    (worker,) = [int(pid) for pid in told.split()]
    until = time.monotonic() + 10
    while is_there(worker) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_there(worker)


def test_many_who_ask_a_hanging_hook_at_once_wait_no_longer_than_its_failures_take(
    site: Site, opened: Open, run: Run
) -> None:
    site.install("sample", code=f"{HINTS}    while True: pass\n")
    hooks = opened(site.registry(), seconds=0.2)

    async def whole() -> list[Outcome]:
        await hooks.inspect("sample")
        asked = (hooks.ask("sample", "score_hints", submission=VIEW) for _ in range(12))
        return [answer.outcome for answer in await asyncio.gather(*asked)]

    started = time.monotonic()
    outcomes = run(whole())
    assert outcomes[0] is Outcome.TIMEOUT
    assert set(outcomes[1:]) <= {Outcome.TIMEOUT, Outcome.BUSY, Outcome.RESTING}
    assert outcomes.count(Outcome.TIMEOUT) <= 3
    assert time.monotonic() - started < 5


def test_question_whose_sender_is_gone_harms_nobody(site: Site, opened: Open, run: Run) -> None:
    site.install("sample", code=f"{HINTS}    while submission.answers['title'] == 'x': pass\n")
    hooks = opened(site.registry(), seconds=0.3)
    other = SubmissionView(commodity="sample", version="1.0", answers={"title": "y"})

    async def whole() -> HookAnswer:
        await hooks.inspect("sample")
        asking = asyncio.create_task(hooks.ask("sample", "score_hints", submission=VIEW))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.sleep(0.5)
        return await hooks.ask("sample", "score_hints", submission=other)

    assert run(whole()).outcome is Outcome.ANSWERED


def test_commodities_with_code_are_loaded_side_by_side(site: Site, opened: Open, run: Run) -> None:
    for name in ("one", "two", "three"):
        site.install(name, code="import time; time.sleep(0.5)\n" + GOOD)
    site.install("sample")
    hooks = opened(site.registry())
    started = time.monotonic()
    found = run(hooks.inspect_all())
    assert {name: one.implemented for name, one in found.items()} == {
        **dict.fromkeys(("one", "two", "three"), ("score_hints",)),
        "sample": (),
    }
    assert time.monotonic() - started < 1.5


def test_command_line_names_code_that_cannot_be_used(site: Site) -> None:
    site.install("sample", code="import nothing_of_that_name")
    site.install("other", code=GOOD)
    told = CliRunner().invoke(main, ["commodity", "list", "--json"])
    assert told.exit_code == 0
    view = json.loads(told.output)
    code = {row["id"]: row["code"] for row in view["commodities"]}
    assert (code["sample"], code["other"]) == ("broken", "score_hints")
    (named,) = [row for row in view["quarantined"] if row["name"] == "sample"]
    assert named["package"] == "ovop-sample"
    assert "nothing_of_that_name" in named["reason"]
    lines = CliRunner().invoke(main, ["commodity", "list"]).stderr.splitlines()
    assert any(line.startswith("WITHOUT ITS CODE sample (ovop-sample)") for line in lines)


def test_message_that_would_run_code_in_the_host_is_not_read(ask: Ask, tmp_path: Path) -> None:
    """The worker's pipe is open to whoever finds its number: a pickle that calls something is taken for a broken worker."""
    proof = tmp_path / "proof"
    body = f"""
    import os, pickle, struct
    class Call:
        def __reduce__(self):
            return os.mkdir, ({str(proof)!r},)
    message = pickle.dumps(Call())
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!i", len(message)) + message)
        except OSError:
            pass
"""
    assert ask(HINTS + body).outcome is Outcome.DIED
    assert not proof.exists()
