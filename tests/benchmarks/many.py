"""Many commodities: packages of data only, each as large as the largest that is installed, written into a folder for PYTHONPATH.

They are installed like any other distribution: a package with its `definition/`, and the metadata that names its entry point.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from string import ascii_uppercase

import msgspec

from ovop.contract.derived import derived_fields
from ovop.contract.registry import GROUP, Registry

COUNT = 100
_LETTERS = ascii_uppercase
REPEATS = 3

_MEASURE = """
import sys, time
from ovop.contract.derived import derived_fields
from ovop.contract.registry import Registry
before = time.perf_counter()
registry = Registry.discover()
took = time.perf_counter() - before
pss = next(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Pss:"))
print(len(registry.commodities), len(registry.problems), took, pss * 1024 / 1e6)
"""


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """A process that reads what is installed: how many it found, seconds for that, and its PSS in megabytes afterwards."""

    count: int
    seconds: float
    megabytes: float


def write_many(folder: Path, registry: Registry, count: int = COUNT) -> None:
    """`count` commodities: copies of the largest installed one that needs no code, each under an id and a code of its own."""
    needs_none = [c.folder for c in registry.commodities.values() if not derived_fields(c.definition)]
    source = max(needs_none, key=_size)
    for number in range(count):
        name = f"many{number:03}"
        definition = folder / f"ovop_{name}" / "definition"
        shutil.copytree(source, definition, ignore=shutil.ignore_patterns("__pycache__"))
        manifest = definition / "commodity.toml"
        lines = manifest.read_text(encoding="utf-8").splitlines()
        manifest.write_text(
            "\n".join(_renamed(lines, name, f"M{_LETTERS[number // 26]}{_LETTERS[number % 26]}")) + "\n",
            encoding="utf-8",
        )
        metadata = folder / f"ovop_{name}-1.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ovop-{name}\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = ovop_{name}\n")


def discovery(folder: Path | None = None) -> Discovery:
    """Medians of processes that read all that is installed, with a folder of more; each commodity was read once before."""
    _discover(folder)
    found = [_discover(folder) for _ in range(REPEATS)]
    return Discovery(
        count=found[0].count,
        seconds=median(one.seconds for one in found),
        megabytes=median(one.megabytes for one in found),
    )


def with_packages(folder: Path) -> dict[str, str]:
    """The environment of a process that finds the packages in a folder too."""
    others = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), others)))}


def _discover(folder: Path | None) -> Discovery:
    environment = with_packages(folder) if folder else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], env=environment, capture_output=True, text=True, check=True
    )
    count, problems, seconds, megabytes = done.stdout.split()
    if int(problems):
        raise RuntimeError(f"{problems} packages were not read")
    return Discovery(count=int(count), seconds=float(seconds), megabytes=float(megabytes))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in (".toml", ".md"))


def _renamed(lines: Iterable[str], name: str, code: str) -> Iterable[str]:
    """The lines of a manifest under another id and code."""
    for line in lines:
        if line.startswith("id = "):
            yield f'id = "{name}"'
        elif line.startswith("code = "):
            yield f'code = "{code}"'
        else:
            yield line
