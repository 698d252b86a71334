"""A commodity without a line of Python, made outside the repository, installed from its wheel, and used through HTTP like any other."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import msgspec
import pytest

from ovop.clock import utc_now
from ovop.contract.loader import load_definition
from ovop.contract.vocabulary import Definition
from ovop.demo.picture import DOMAIN, Seeder
from ovop.demo.player import Player
from ovop.demo.samples import best_example, moved_to, samples_of
from tests.core.kit.packages import UV, command, python
from tests.servers import free_ports

PASSWORD = "panjang-sekali-1"
REGENCY = "3402"


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages with the wheel of the data-only package in it."""
    wheels, site = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    built = command(
        str(UV), "build", "--wheel", "--offline", "--out-dir", str(wheels), str(made / "kopi"), cwd=made
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("*.whl")
    with ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if name.endswith(".py")] == []
    placed = command(
        str(UV), "pip", "install", "--offline", "--no-deps", "--target", str(site), str(wheel), cwd=wheels
    )
    assert placed.returncode == 0, placed.stderr
    return site


def test_installed_package_is_listed_as_data_only(site: Path) -> None:
    listed = python("-m", "ovop.cli", "commodity", "list", "--json", cwd=site, PYTHONPATH=str(site))
    rows = msgspec.json.decode(listed.stdout)["commodities"]
    (kopi,) = [row for row in rows if row["id"] == "kopi"]
    assert (kopi["package"], kopi["code"], kopi["name"]) == ("ovop-kopi 1.0.0", "data only", "Kopi")


def test_cycle_with_the_installed_package_takes_a_submission_to_the_office(
    site: Path, tmp_path: Path, sqlite_template: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "ovop.sqlite3")
    administrator = f"admin@{DOMAIN}"
    words = ("user", "create", administrator, "--name", "Admin", "--data", str(tmp_path))
    created = python("-m", "ovop.cli", *words, cwd=site, OVOP_NEW_PASSWORD=PASSWORD, PYTHONPATH=str(site))
    assert created.returncode == 0, created.stderr
    definition = load_definition(site / "ovop_kopi" / "definition")
    with server(site, tmp_path) as url:
        played = asyncio.run(_play(url, administrator, definition))
    assert played.before == ["share_does_not_fit", "evidence_missing", "evidence_missing"]
    assert played.message == "Bahan utama disebut dari Indonesia, tetapi bagiannya kurang dari 50%."
    assert played.complete
    assert (played.submission["stage"], played.submission["commodity"]) == ("office_review", "kopi")
    assert "KOP" in played.submission["number"]


@dataclass(frozen=True)
class Played:
    """What the API said: of a draft with a fault that the package's own data knows, of the draft put right, and after handing in."""

    before: list[str]
    message: str
    complete: bool
    submission: dict[str, Any]


@contextmanager
def server(site: Path, data: Path) -> Iterator[str]:
    """A real server process that finds the installed package."""
    (port,) = free_ports(1)
    words = [sys.executable, "-m", "ovop.cli", "serve", "--port", str(port), "--data", str(data)]
    environment = {"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"}
    with (
        (data / "log").open("wb") as log,
        subprocess.Popen(words, cwd=data, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, f"{url}/health/ready", data / "log")
            yield url
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path, *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the server did not become ready:\n{log.read_text()[-2000:]}")


async def _play(url: str, administrator: str, definition: Definition) -> Played:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        admin = await Player.sign_in(client, administrator, PASSWORD, _silent)
        seeder = Seeder(client, admin, utc_now(), _silent)
        producer = await _people(seeder, definition)
        cycle_id = await _cycle(seeder, definition.manifest.id)
        draft = await producer.begin(cycle_id=cycle_id, commodity=definition.manifest.id)
        example = moved_to(best_example(definition), seeder.today)
        path = f"/submissions/{draft['id']}"
        version = await producer.save(path, {**example.answers, "local_share": 40}, version=draft["version"])
        faulty = (await producer.send("GET", f"{path}/findings"))["items"]
        await producer.save(path, {"local_share": 100}, version=version)
        await producer.attach(path, samples_of(definition, example))
        complete = (await producer.send("GET", f"{path}/findings"))["complete"]
        return Played(
            before=[finding["code"] for finding in faulty],
            message=faulty[0]["message"]["id"],
            complete=complete is True,
            submission=await producer.act(path, "submit"),
        )


async def _people(seeder: Seeder, definition: Definition) -> Player:
    """Offices of one regency and its province, and an enterprise whose producer is signed in."""
    office = await seeder.office("regency", "Dinas Perindustrian Bantul", REGENCY, "dinas.bantul")
    await seeder.office("province", "Dinas Perindustrian Provinsi", REGENCY[:2], "dinas.provinsi")
    await seeder.office("governor", "Gubernur", REGENCY[:2], "gubernur")
    await seeder.person(
        role="regency_officer", place="Bantul", name="Petugas", mail="petugas", office_id=office
    )
    centre = await seeder.post(
        "/industry-centres",
        {
            "name": "Sentra Kopi",
            "region_code": REGENCY,
            "product": "Kopi",
            "members": 20,
            "decree_number": "530/1/2024",
            "decree_issuer": "Bupati",
            "decree_date": (seeder.today - timedelta(days=900)).isoformat(),
        },
    )
    enterprise = await seeder.post(
        "/enterprises",
        {
            "name": "IKM Kopi",
            "owner_name": "Pemilik",
            "size": "small",
            "region_code": REGENCY,
            "address": "Jalan Sentra 1",
            "nib": "9000134020000",
            "kbli": [{"edition": code.edition, "code": code.code} for code in definition.manifest.kbli],
            "is_anchor": True,
            "centre_id": centre["id"],
        },
    )
    where = {"enterprise_id": str(enterprise["id"])}
    await seeder.person(role="producer", place="Bantul", name="Produsen", mail="produsen", **where)
    return Player(seeder.client, seeder.accounts[-1].token, _silent)


async def _cycle(seeder: Seeder, commodity: str) -> str:
    """An open cycle with this one commodity; returns its id."""
    closes = datetime.now(UTC) + timedelta(days=60)
    body = {
        "year": seeder.today.year,
        "name": {"id": "OVOP", "en": "OVOP"},
        "opens_at": (seeder.now - timedelta(days=7)).isoformat(),
        "closes_at": closes.isoformat(),
    }
    cycle = await seeder.post("/cycles", body)
    path, choice = f"/cycles/{cycle['id']}", {"commodities": [commodity]}
    chosen = await seeder.administrator.send("PUT", f"{path}/commodities", choice, version=cycle["version"])
    await seeder.administrator.send("POST", f"{path}/opening", {}, version=chosen["version"])
    return str(cycle["id"])


def _silent(_line: str) -> None:
    """Nobody listens."""
