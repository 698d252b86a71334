"""The measurements of the main job, each against its goal: `python -m tests.benchmarks [--json]`. Takes about two minutes.

Submitting is measured as a ratio to a hand-written floor in the same run, on the same server program, database server and client, in rounds
that alternate. That takes out the machine's own speed, but not what else it does: other work slows the floor and the platform unequally, so
compare only runs on an idle machine (the load is printed below the table). PostgreSQL waits for the disk as it does by default.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

import msgspec
import psycopg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from ovop.clock import utc_now
from ovop.contract.registry import Registry
from ovop.database import Database
from ovop.events import ChainFault, verify
from ovop.submissions.models import Revision
from ovop.visibility import SYSTEM
from tests.benchmarks import floor
from tests.benchmarks.drafts import Draft, full_example, prepare
from tests.benchmarks.form import FormCosts, measure_forms, measure_hook
from tests.benchmarks.load import Round, drive, request_bytes
from tests.benchmarks.many import COUNT, discovery, with_packages, write_many
from tests.benchmarks.processes import Server, floor_server, platform_server
from tests.benchmarks.table import Measure, as_json, render
from tests.databases import build
from tests.postgres import clear, start

CONNECTIONS = 8
ROUNDS = 7
REQUESTS = 160
"""In one round, of each kind."""
WARMING = 80
STARTS = 5
"""How often the server is started to take the median."""


class Rounds(msgspec.Struct):
    """All rounds, in pairs, and the memory of the platform's worker after them."""

    submit: list[Round]
    floor: list[Round]
    megabytes: float = 0


def main() -> None:
    """Measure everything, print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON for a script")
    as_script = parser.parse_args().json
    with _folder() as folder:
        measures = measure(folder)
    print(as_json(measures) if as_script else render(measures))


@contextmanager
def _folder() -> Iterator[Path]:
    """A short-lived folder directly below the system's temporary one, for the sake of the database's socket."""
    folder = Path(tempfile.mkdtemp(prefix="ovop-"))
    try:
        yield folder
    finally:
        clear(folder)
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path) -> list[Measure]:
    """All measurements, one after another."""
    registry = Registry.discover()
    _say("checking forms")
    forms = measure_forms(registry)
    hook = measure_hook(registry)
    _say("reading many commodities")
    write_many(folder / "many", registry)
    few, many = discovery(), discovery(folder / "many")
    _say("preparing drafts")
    platform_url, floor_url = _databases(folder)
    count = WARMING + ROUNDS * REQUESTS
    drafts = asyncio.run(_prepare(platform_url, floor_url, registry, count))
    environment = {
        **os.environ,
        "OVOP_DATABASE_URL": platform_url,
        "OVOP_DATA": str(folder / "data"),
        "OVOP_LOG_LEVEL": "WARNING",
        floor.URL: floor_url,
    }
    _say("starting the server")
    first, signed_in = asyncio.run(_starts(environment, folder, drafts[0]))
    search_path = {"PYTHONPATH": with_packages(folder / "many")["PYTHONPATH"]}
    first_of_many, _ = asyncio.run(_starts({**environment, **search_path}, folder, drafts[0]))
    _say("submitting")
    rounds = asyncio.run(_compare(environment, folder, drafts, _floor_body(registry)))
    asyncio.run(_require_all_kept(platform_url, count))
    ratios = [a.rate / b.rate for a, b in zip(rounds.submit, rounds.floor, strict=True)]
    return [
        Measure(name="submit, of the floor's throughput", value=median(ratios) * 100, unit="%", goal=60, at_least=True),
        *_rates("submit", rounds.submit),
        *_rates("floor", rounds.floor),
        *_forms(forms),
        Measure(name="one hook of the commodity, waiting for it", value=hook.blocking_us, unit="µs"),
        Measure(name="one hook of the commodity, from an event loop", value=hook.async_us, unit="µs", goal=1000),
        Measure(name=f"reading {few.count} commodities at the start", value=few.seconds * 1000, unit="ms"),
        Measure(name=f"reading {many.count} commodities at the start", value=many.seconds * 1000, unit="ms"),
        Measure(name="memory of one more commodity (PSS)", value=(many.megabytes - few.megabytes) / COUNT, unit="MB"),
        Measure(name=f"start to first answer, {few.count} commodities", value=first, unit="s", goal=0.8),
        Measure(name=f"start to first answer, {many.count} commodities", value=first_of_many, unit="s", goal=3),
        Measure(name="start to first answer, signed in", value=signed_in, unit="s"),
        Measure(name="memory of a worker after the load (PSS)", value=rounds.megabytes, unit="MB", goal=100),
    ]  # fmt: skip


def _forms(forms: Sequence[FormCosts]) -> list[Measure]:
    """The check of each commodity; the goal is that of the largest form."""
    largest = max(forms, key=lambda form: form.kilobytes)
    checks = [
        Measure(
            name=f"checking {form.commodity}, {form.kilobytes:.1f} kB of answers ({form.example})",
            value=form.check_us,
            unit="µs",
            goal=100 if form is largest else None,
        )
        for form in forms
    ]
    return [
        *checks,
        Measure(
            name="compiling a form's rules, the dearest", value=max(f.compile_ms for f in forms), unit="ms"
        ),
        Measure(
            name="the first check of a form, the dearest", value=max(f.first_ms for f in forms), unit="ms"
        ),
    ]


def _rates(name: str, rounds: Sequence[Round]) -> list[Measure]:
    latencies = [seconds * 1000 for one in rounds for seconds in one.latencies]
    return [
        Measure(name=f"{name}, requests a second", value=median(r.rate for r in rounds), unit="/s"),
        Measure(name=f"{name}, half of the answers within", value=median(latencies), unit="ms"),
        Measure(name=f"{name}, 99 % of the answers within", value=quantiles(latencies, n=100)[98], unit="ms"),
    ]


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def _databases(folder: Path) -> tuple[str, str]:
    """The URLs of two empty databases on a server with its default settings."""
    server = start(folder / "pg")
    urls = []
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("platform", "floor"):
            connection.execute(f"create database {name}")
            urls.append(server.get_uri(database=name).replace("postgresql:", "postgresql+psycopg:", 1))
    return urls[0], urls[1]


async def _prepare(platform_url: str, floor_url: str, registry: Registry, count: int) -> list[Draft]:
    await build(platform_url)
    engine = create_async_engine(floor_url)
    async with engine.begin() as connection:
        await connection.run_sync(floor.metadata.create_all)
    await engine.dispose()
    database = Database(platform_url)
    try:
        return await prepare(database, registry, count=count)
    finally:
        await database.close()


async def _starts(environment: Mapping[str, str], folder: Path, draft: Draft) -> tuple[float, float]:
    """Median seconds from the start of `ovop serve` to the first answer at all, and to the first one to somebody signed in."""
    health = request_bytes("GET", "/health/live", b"", {})
    cycles = request_bytes("GET", "/api/v1/cycles", b"", _authorization(draft))
    first, signed_in = [], []
    for _ in range(STARTS):
        with platform_server(environment, folder / "start.log") as server:
            first.append(await server.first_answer(health))
            signed_in.append(await server.first_answer(cycles))
    return median(first), median(signed_in)


async def _compare(
    environment: Mapping[str, str], folder: Path, drafts: Sequence[Draft], floor_request: bytes
) -> Rounds:
    with (
        platform_server(environment, folder / "platform.log") as platform,
        floor_server(environment, folder / "floor.log") as least,
    ):
        await platform.first_answer(request_bytes("GET", "/health/live", b"", {}))
        await least.first_answer(floor_request)
        return await _rounds(platform, least, [_submit(draft) for draft in drafts], floor_request)


async def _rounds(platform: Server, least: Server, submits: Sequence[bytes], floor_request: bytes) -> Rounds:
    floors = [floor_request] * REQUESTS
    await drive(platform.port, submits[:WARMING], connections=CONNECTIONS)
    await drive(least.port, floors[:WARMING], connections=CONNECTIONS)
    rounds = Rounds(submit=[], floor=[])
    for number in range(ROUNDS):
        begin = WARMING + number * REQUESTS
        turns = [
            (platform, submits[begin : begin + REQUESTS], rounds.submit),
            (least, floors, rounds.floor),
        ]
        # The one that begins changes, so that a machine that gets slower or faster favours neither.
        for server, requests, results in turns if number % 2 else reversed(turns):
            results.append(await drive(server.port, requests, connections=CONNECTIONS))
    rounds.megabytes = platform.worker_megabytes()
    return rounds


def _authorization(draft: Draft) -> dict[str, str]:
    return {"authorization": f"Bearer {draft.token}"}


def _submit(draft: Draft) -> bytes:
    headers = {**_authorization(draft), "if-match": '"1"', "idempotency-key": str(uuid4())}
    return request_bytes("POST", f"/api/v1/submissions/{draft.id}/actions", b'{"action":"submit"}', headers)


def _floor_body(registry: Registry) -> bytes:
    answers = full_example(registry, utc_now()).answers
    body = msgspec.json.encode(floor.Proposal(product_name="Batik tulis", answers=dict(answers)))
    return request_bytes("POST", "/proposals", body, {})


async def _require_all_kept(url: str, count: int) -> None:
    """A fast server that loses something has measured nothing: every submission has its revision, and the log is whole."""
    database = Database(url)
    try:
        async with database.transaction(actor=SYSTEM) as session:
            kept = await session.scalar(select(func.count()).select_from(Revision))
            faults = [found async for found in verify(session) if isinstance(found, ChainFault)]
    finally:
        await database.close()
    if kept != count or faults:
        raise RuntimeError(f"{kept} of {count} submissions were kept; faults of the log: {faults[:3]}")


if __name__ == "__main__":
    main()
