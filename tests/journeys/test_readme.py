"""What the README says is run: its walk with curl against the demo, and the walkthrough."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.servers import free_ports

ROOT = Path(__file__).parents[2]


@contextmanager
def demo(data: Path, port: int) -> Iterator[None]:
    """`ovop demo`, as `make demo` starts it."""
    command = [sys.executable, "-m", "ovop.cli", "demo", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 240
        while not is_ready(port):
            assert process.poll() is None, f"the demo stopped with {process.returncode}"
            assert time.monotonic() < until, "the demo was not ready in time"
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A running demo: its data folder and port. Painting takes a while, so all tests here share one."""
    data = tmp_path_factory.mktemp("demo")
    (port,) = free_ports(1)
    with demo(data, port):
        yield data, port


def is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=3).status_code == 200
    except httpx.TransportError:
        return False


def walk_with_curl() -> str:
    """The shell commands under the README's heading about curl."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.split("## The main job with curl")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", part, re.S))


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="the README's commands are for bash; install bash")
def test_walk_with_curl_ends_selected_with_a_whole_log(painted: tuple[Path, int]) -> None:
    data, port = painted
    script = walk_with_curl().replace(".venv/bin/ovop", f"{sys.executable} -m ovop.cli")
    settings = {**os.environ, "API": f"http://127.0.0.1:{port}/api/v1", "DATA": str(data)}
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        env=settings,
        cwd=ROOT,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "True"
    assert re.fullmatch(r"OVOP-\d{4}-[A-Z]{3}-3402-00001", lines[1])
    assert lines[2:5] == ["office_review", "correction", lines[4]]
    assert lines[5:8] == ["office_review", "motif_name", "verification"]
    assert lines[8].endswith("/T1")
    assert lines[9:11] == ["administrative_selection", "selected"]
    assert lines[11].endswith(" 0 faults.")


def test_walkthrough_plays_the_main_job_to_the_end(painted: tuple[Path, int]) -> None:
    command = [sys.executable, "-m", "ovop.cli", "demo", "--walkthrough", "--data", str(painted[0])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stage selected" in done.stdout
    assert done.stdout.rstrip().endswith(" 0 faults.")


def test_readme_names_every_command_and_every_folder_of_the_core() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = [
        p.name
        for p in (ROOT / "core" / "ovop").iterdir()
        if p.is_dir() and p.name not in ("__pycache__", "static")
    ]
    assert [name for name in folders if f"{name}/" not in text] == []
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert [target for target in targets if f"make {target}" not in text and target != "lock"] == []
