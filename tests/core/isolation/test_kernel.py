"""The platform with commodities whose code misbehaves: cycles and submissions go on, and the operator is told."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from ovop.app import create_app
from ovop.audit import audit
from ovop.contract import hookspecs
from ovop.contract.hooks.terms import Incident
from ovop.contract.registry import Registry
from ovop.database import Database
from ovop.events import Event
from ovop.hook_watch import HookWatch
from ovop.settings import Settings
from ovop.visibility import SYSTEM
from tests.coded import coded_commodity, coded_registry
from tests.core.approvals.test_actions import problem, stage
from tests.core.isolation.processes import workers_of
from tests.core.submissions.test_drafts import findings
from tests.core.submissions.test_handing_in import complete
from tests.factories import ANSWERS, NOW, make_world, restarted, sample_definition, sample_registry

if TYPE_CHECKING:
    from tests.databases import Run
    from tests.factories import World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEAD = """
import json
from pathlib import Path
from ovop.contract import Finding, Severity, Text, hookimpl

def objection(severity, text="Aneh", code="unlikely", path="meaning"):
    return Finding(path=path, code=code, severity=severity, message=Text(text, text), remedy=Text("Periksa", "Check"))

"""
STEERED = (
    HEAD
    + """
@hookimpl
def validate_submission(submission):
    told = Path(__file__).with_name("answer.json")
    answer = json.loads(told.read_text()) if told.exists() else ""
    if answer == "fail":
        raise ValueError("cannot read " + submission.answers["meaning"])
    if answer == "echo":
        seen = [submission.commodity, submission.version, submission.product_name, submission.answers]
        evidence = sorted(item.evidence for item in submission.evidence)
        return [objection("info", json.dumps([*seen, evidence, submission.facts["today"].isoformat()]))]
    return [objection(Severity(answer))] if answer else None
"""
)
"""Does what `answer.json` beside it says: fails, tells what it was given, or objects with that severity."""


def hook(body: str) -> str:
    return f"{HEAD}@hookimpl\ndef validate_submission(submission):\n    {body}\n"


def steer(registry: Registry, answer: str) -> None:
    folder = registry.commodities["sample"].folder.parent
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


@contextmanager
def world_with(
    database_url: str, folder: Path, code: str, **settings: Any
) -> "Iterator[tuple[World, Registry]]":
    registry = coded_registry(folder, code)
    with make_world(database_url, folder, registry=registry, **settings) as world:
        yield world, registry


def kept_findings(world: "World", submission: str) -> list[tuple[str, str]]:
    kept = world.officer.get(f"/submissions/{submission}/revisions/1").json()["findings"]
    return [(f["code"], f["severity"]) for f in kept]


def ready(world: "World") -> Mapping[str, Any]:
    answer = world.nobody.get("/health/ready")
    assert answer.status_code == 200
    view: dict[str, Any] = answer.json()
    return view


def events_of(world: "World", stream: str) -> list[tuple[str, Mapping[str, object]]]:
    async def work(session: AsyncSession) -> list[tuple[str, Mapping[str, object]]]:
        rows = await session.scalars(select(Event).where(Event.stream == stream).order_by(Event.id))
        return [(row.type, row.content()) for row in rows]

    return world.in_database(work)


def events_when_written(world: "World", count: int) -> list[tuple[str, Mapping[str, object]]]:
    """The commodity's events, once there are so many: they are written beside the request."""
    until = time.monotonic() + 10
    while len(found := events_of(world, "commodity/sample")) < count and time.monotonic() < until:
        time.sleep(0.02)
    return found


def test_commodity_is_asked_at_every_check_and_its_objection_counts(
    database_url: str, tmp_path: Path
) -> None:
    with world_with(database_url, tmp_path, STEERED) as (world, registry):
        submission = complete(world, world.open_cycle())
        steer(registry, "error")
        assert (
            findings(world, submission)
            == {("meaning", "unlikely")}
            == findings(world, submission, "?partial=true")
        )
        found = problem(world.producer.act(submission, "submit"), 422, "submission_incomplete")
        assert found == {("meaning", "unlikely")}
        steer(registry, "warning")
        assert stage(world.producer.act(submission, "submit")) == "office_review"
        assert kept_findings(world, submission) == [("unlikely", "warning")]


@SQLITE
def test_commodity_is_shown_the_submission_with_its_evidence_and_facts(
    database_url: str, tmp_path: Path
) -> None:
    with world_with(database_url, tmp_path, STEERED) as (world, registry):
        submission = complete(world, world.open_cycle())
        steer(registry, "echo")
        (told,) = world.producer.get(f"/submissions/{submission}/findings").json()["items"]
        seen = json.loads(told["message"]["id"] if isinstance(told["message"], dict) else told["message"])
        assert seen == [
            "sample",
            "1.0",
            "Produk contoh",
            ANSWERS,
            ["permit", "photos"],
            NOW.date().isoformat(),
        ]


@SQLITE
@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('broken')",
        "return 7",
        "return 'text'",
        "return ['text']",
        "return {'a': 1}",
        "return [objection('error', path='enterprise.nib')]",
        "return [objection('error', code='gate_K1')]",
        "return [objection('error', code='required')]",
        "while True: pass",
        "return 'x' * 10**9",
        "import os; os._exit(3)",
        "import socket; socket.socket()",
        "import sqlite3; sqlite3.connect('ovop.sqlite3')",
    ],
)
def test_check_by_hand_is_noted_and_the_submission_accepted_when_the_commoditys_code_fails(
    database_url: str, tmp_path: Path, body: str
) -> None:
    with world_with(database_url, tmp_path, hook(body), hook_seconds=0.3) as (world, _):
        submission = complete(world, world.open_cycle())
        view = world.producer.get(f"/submissions/{submission}/findings").json()
        assert (view["complete"], [f["code"] for f in view["items"]]) == (True, ["check_by_hand"])
        assert stage(world.producer.act(submission, "submit")) == "office_review"
        assert kept_findings(world, submission) == [("check_by_hand", "warning")]


@pytest.mark.parametrize(
    "registry",
    [
        Registry(),
        sample_registry(),
        sample_registry(sample_definition(version="2.0")),
    ],
    ids=["uninstalled", "safe mode", "upgraded"],
)
def test_check_by_hand_is_noted_when_the_code_of_the_frozen_commodity_cannot_be_asked(
    database_url: str, tmp_path: Path, registry: Registry
) -> None:
    with world_with(database_url, tmp_path, STEERED) as (before, _):
        submission = complete(before, before.open_cycle())
        assert before.producer.get(f"/submissions/{submission}/findings").json()["items"] == []
    with restarted(before, database_url, tmp_path, registry=registry) as after:
        view = after.producer.get(f"/submissions/{submission}/findings").json()
        assert (view["complete"], [f["code"] for f in view["items"]]) == (True, ["check_by_hand"])
        assert stage(after.producer.act(submission, "submit")) == "office_review"
        assert kept_findings(after, submission) == [("check_by_hand", "warning")]


def test_running_cycle_goes_on_with_data_only_when_the_code_breaks(database_url: str, tmp_path: Path) -> None:
    with world_with(database_url, tmp_path, STEERED) as (before, _):
        submission = complete(before, before.open_cycle())
    broken = coded_registry(tmp_path, "raise RuntimeError('broken')")
    with restarted(before, database_url, tmp_path, registry=broken) as after:
        assert findings(after, submission) == {("", "check_by_hand")}
        assert stage(after.producer.act(submission, "submit")) == "office_review"
        assert [(q["commodity"], q["hook"]) for q in ready(after)["quarantined"]] == [("sample", "")]


def test_cycle_does_not_open_with_broken_code_and_says_why(database_url: str, tmp_path: Path) -> None:
    good = coded_commodity(tmp_path, STEERED, definition=renamed("neighbour"))
    broken = coded_commodity(tmp_path, "import nothing_of_that_name")
    registry = Registry(commodities={"sample": broken, "neighbour": good})
    with make_world(database_url, tmp_path, registry=registry) as world:
        refused = opening(world, ["neighbour", "sample"])
        assert refused.status_code == 422
        (finding,) = refused.json()["findings"]
        assert (finding["path"], finding["code"]) == ("commodities.sample", "code_broken")
        assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in finding["message"]
        cycle = world.open_cycle(year=2027, commodities=("neighbour",))
        submission = complete(world, cycle, commodity="neighbour")
        assert findings(world, submission) == set()
        told = world.admin.get("/commodities").json()["problems"]
        assert [(p["name"], p["distribution"]) for p in told] == [("sample", "ovop-sample")]
        assert "nothing_of_that_name" in told[0]["reason"]["en"]
        (event,) = events_when_written(world, 1)
        assert (event[0], event[1]["hook"]) == ("hook_quarantined", "(module)")


def test_id_that_another_package_takes_over_is_not_opened_again(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path) as before:
        before.open_cycle()
    taken = coded_commodity(tmp_path, STEERED, distribution="ovop-thief")
    with restarted(before, database_url, tmp_path, registry=Registry(commodities={"sample": taken})) as after:
        refused = opening(after, ["sample"])
        assert refused.status_code == 422
        (finding,) = refused.json()["findings"]
        assert (finding["path"], finding["code"]) == ("commodities.sample", "owner_changed")
        assert "“ovop-sample”" in finding["message"]
        assert "“ovop-thief”" in finding["message"]


def test_hanging_commodity_leaves_its_neighbour_unaffected(database_url: str, tmp_path: Path) -> None:
    hanging = coded_commodity(tmp_path, hook("while True: pass"))
    good = coded_commodity(tmp_path, hook("return [objection('warning')]"), definition=renamed("neighbour"))
    registry = Registry(commodities={"sample": hanging, "neighbour": good})
    with make_world(database_url, tmp_path, registry=registry, hook_seconds=0.3) as world:
        cycle = world.open_cycle(commodities=("neighbour", "sample"))
        submissions = [complete(world, cycle, commodity=name) for name in ("sample", "neighbour")]
        for _ in range(4):
            assert findings(world, submissions[0]) == {("", "check_by_hand")}
            assert findings(world, submissions[1]) == {("meaning", "unlikely")}
        started = time.monotonic()
        assert findings(world, submissions[0]) == {("", "check_by_hand")}
        assert time.monotonic() - started < 0.3, "a hook that failed three times is left alone"


def test_hook_that_keeps_failing_is_quarantined_and_named_everywhere(
    database_url: str, tmp_path: Path
) -> None:
    with world_with(database_url, tmp_path, STEERED) as (world, registry):
        submission = complete(world, world.open_cycle())
        steer(registry, "fail")
        for _ in range(5):
            assert findings(world, submission) == {("", "check_by_hand")}
        (told,) = ready(world)["quarantined"]
        assert (told["commodity"], told["hook"]) == ("sample", "validate_submission")
        assert "raised: ValueError" in told["reason"]["id"]
        assert "raised: ValueError" in told["reason"]["en"]
        payload = {"hook": "validate_submission", "cause": "raised: ValueError"}
        assert events_when_written(world, 1) == [("hook_quarantined", payload)]
        report = world.client.blocking_portal.call(audit, world.client.app.state.platform.database)
        assert report.ok
        lines = world.admin.get("/health/metrics").text.splitlines()
        labels = 'commodity="sample",hook="validate_submission"'
        assert f"ovop_hook_quarantined{{{labels}}} 1.0" in lines
        assert f'ovop_hook_calls_total{{{labels},outcome="raised"}} 3.0' in lines
        assert f'ovop_hook_calls_total{{{labels},outcome="resting"}} 2.0' in lines
        assert f"ovop_hook_seconds_count{{{labels}}} 5.0" in lines
        assert str(ANSWERS["meaning"]) not in str(lines)


@SQLITE
def test_failing_code_is_logged_once_without_what_was_answered(database_url: str, tmp_path: Path) -> None:
    with world_with(database_url, tmp_path, STEERED) as (world, registry):
        submission = complete(world, world.open_cycle())
        steer(registry, "fail")
        with capture_logs() as logs:
            for _ in range(2):
                findings(world, submission)
    told = [entry for entry in logs if entry["event"] == "hook_failed"]
    assert [(e["log_level"], e["commodity"], e["hook"], e["error"]) for e in told] == [
        ("warning", "sample", "validate_submission", "ValueError")
    ]
    assert str(ANSWERS["meaning"]) not in str(logs)


@SQLITE
def test_slow_code_is_logged_and_its_answer_counts(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hookspecs.BUDGETS_MS, "validate_submission", 1)
    code = hook("import time; time.sleep(0.01); return [objection('warning')]")
    with world_with(database_url, tmp_path, code) as (world, _):
        submission = complete(world, world.open_cycle())
        with capture_logs() as logs:
            assert findings(world, submission) == {("meaning", "unlikely")}
    assert [e["budget_ms"] for e in logs if e["event"] == "hook_slow"] == [1]


@SQLITE
def test_what_code_prints_reaches_no_log(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with world_with(database_url, tmp_path, hook("print('LOUD', submission.answers)")) as (world, _):
        submission = complete(world, world.open_cycle())
        with capture_logs() as logs:
            assert findings(world, submission) == set()
    assert "LOUD" not in str(logs) + "".join(capfd.readouterr())


@SQLITE
def test_commodity_cannot_change_what_is_handed_in(database_url: str, tmp_path: Path) -> None:
    body = "submission.answers['steps'][0]['days'] = 99; submission.answers['meaning'] = 'Diganti'"
    with world_with(database_url, tmp_path, hook(body)) as (world, _):
        submission = complete(world, world.open_cycle())
        assert stage(world.producer.act(submission, "submit")) == "office_review"
        kept = world.officer.get(f"/submissions/{submission}/revisions/1").json()
        assert kept["answers"] == ANSWERS
        assert world.producer.get(f"/submissions/{submission}").json()["answers"] == ANSWERS


@SQLITE
def test_first_answer_does_not_wait_for_code_that_hangs_at_import(database_url: str, tmp_path: Path) -> None:
    with world_with(database_url, tmp_path, "while True: pass", hook_seconds=0.1) as (world, _):
        assert ready(world)["quarantined"] == []
        until = time.monotonic() + 10
        while not (told := ready(world)["quarantined"]) and time.monotonic() < until:
            time.sleep(0.05)
        assert [(q["commodity"], q["hook"]) for q in told] == [("sample", "")]
        assert "while True" not in str(told)


@SQLITE
def test_application_that_ends_leaves_no_worker(database_url: str, tmp_path: Path) -> None:
    before = workers_of()
    with world_with(database_url, tmp_path, STEERED) as (world, _):
        submission = complete(world, world.open_cycle())
        findings(world, submission)
        assert len(workers_of() - before) == 1
    assert workers_of() == before


@SQLITE
def test_application_ends_while_code_is_being_loaded(database_url: str, tmp_path: Path) -> None:
    started = time.monotonic()
    with world_with(database_url, tmp_path, "while True: pass", hook_seconds=60):
        pass
    assert time.monotonic() - started < 20


@SQLITE
def test_data_only_platform_starts_no_process(database_url: str, tmp_path: Path) -> None:
    before = workers_of()
    with make_world(database_url, tmp_path) as world:
        submission = complete(world, world.open_cycle())
        assert findings(world, submission) == set()
        assert workers_of() == before


def test_application_without_code_to_run_loads_nothing_for_it() -> None:
    program = (
        "import sys\nfrom ovop.app import create_app\nfrom ovop.contract.registry import Registry\n"
        "from ovop.settings import Settings\ncreate_app(Settings(), registry=Registry())\n"
        "print([name for name in ('pebble', 'multiprocessing.context', 'ovop.contract.hooks.lane') if name in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout == "[]\n"


def test_quarantine_and_its_end_are_events_of_the_commodity(run: "Run", database: Database) -> None:
    async def whole() -> list[tuple[str, Mapping[str, object]]]:
        watch = HookWatch(database=database, clock=lambda: NOW)
        watch.start()
        watch(Incident(commodity="sample", hook="advise", quarantined=True, cause="raised: KeyError"))
        await watch.finish()
        watch.start()
        watch(Incident(commodity="sample", hook="advise", quarantined=False))
        await watch.finish()
        async with database.session(read_only=True, actor=SYSTEM) as session:
            rows = await session.scalars(select(Event).order_by(Event.id))
            return [(row.type, row.content()) for row in rows if row.stream == "commodity/sample"]

    assert run(whole()) == [
        ("hook_quarantined", {"hook": "advise", "cause": "raised: KeyError"}),
        ("hook_restored", {"hook": "advise", "cause": ""}),
    ]


def test_incident_that_cannot_be_recorded_is_logged_and_stops_nothing(run: "Run", tmp_path: Path) -> None:
    async def whole() -> list[str]:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'without tables.sqlite3'}")
        watch = HookWatch(database=database, clock=lambda: NOW)
        watch.start()
        with capture_logs() as logs:
            watch(Incident(commodity="sample", hook="advise", quarantined=True, cause="raised: KeyError"))
            await watch.finish()
        await database.close()
        return [entry["event"] for entry in logs]

    assert run(whole()) == ["hook_quarantined", "hook incident not recorded"]


def test_metrics_are_for_those_who_operate_the_platform(world: "World") -> None:
    statuses = {
        name: world.callers[name].get("/health/metrics").status_code
        for name in ("nobody", "producer", "officer", "auditor", "admin")
    }
    assert statuses == {"nobody": 401, "producer": 403, "officer": 403, "auditor": 403, "admin": 200}
    answer = world.admin.get("/health/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


@SQLITE
def test_metrics_token_opens_metrics_and_nothing_else(database_url: str, tmp_path: Path) -> None:
    with make_world(database_url, tmp_path, metrics_token="monitoring") as world:
        for token, status in (("monitoring", 200), ("monitorin", 401), ("", 401)):
            sent = {"authorization": f"Bearer {token}"}
            assert world.client.get("/health/metrics", headers=sent).status_code == status
        sent = {"authorization": "Bearer monitoring"}
        assert world.client.get("/api/v1/me", headers=sent).status_code == 401


def test_no_token_opens_metrics_where_none_is_set(tmp_path: Path, database_url: str) -> None:
    settings = Settings(database_url=database_url, data=tmp_path)
    with TestClient(create_app(settings, registry=Registry())) as client:
        assert client.get("/health/metrics", headers={"authorization": "Bearer "}).status_code == 401


def renamed(name: str) -> Any:
    """The invented commodity under another id."""
    manifest = sample_definition().manifest
    return sample_definition(manifest={**_builtins(manifest), "id": name, "code": "NBR"})


def _builtins(value: object) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(value)
    return made


def opening(world: "World", commodities: list[str]) -> Any:
    """What the API says to opening a cycle with these commodities."""
    body = {
        "year": 2030,
        "name": {"id": "OVOP", "en": "OVOP"},
        "opens_at": "2030-01-01T00:00:00Z",
        "closes_at": "2030-06-01T00:00:00Z",
    }
    made = world.admin.post("/cycles", body).json()
    path = f"/cycles/{made['id']}"
    chosen = world.admin.put(f"{path}/commodities", {"commodities": commodities}, version=made["version"])
    return world.admin.post(f"{path}/opening", version=chosen.json()["version"])
