"""Every command and every edit of the tutorial, in order, in an empty folder; what it says is printed is printed."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ovop.contract.loader import load_definition
from tests.core.kit.packages import ROOT, UV, definition_of, edit

TEXT = (ROOT / "core" / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<body>.*?)\n```(?=\n)", re.DOTALL)
FILE = re.compile(r"^(?P<verb>Create|Append to|Replace in) `(?P<file>[^`]+)`:$")


@dataclass
class Reader:
    """Follows the tutorial in a folder; `printed` is what the last commands said, `old` the text that is to be replaced."""

    folder: Path
    printed: str = ""
    old: tuple[Path, str] | None = None
    commands: int = 0
    edits: int = 0

    def block(self, before: str, language: str, body: str) -> None:
        """Do what one block says."""
        if language == "sh":
            self.run(body)
        elif language == "text":
            for line in body.splitlines():
                assert line in self.printed, f"{line!r} was not printed:\n{self.printed}"
        elif before == "with:":
            assert self.old is not None
            edit(self.old[0], self.old[1], body)
            self.old = None
            self.edits += 1
        else:
            self.write(before, body)

    def write(self, before: str, body: str) -> None:
        """Create, append to, or look for a text in the file that the line before the block names."""
        match = FILE.match(before)
        assert match, f"nothing says what to do with the block after {before!r}"
        file = self.folder / match["file"]
        if match["verb"] == "Replace in":
            self.old = (file, body)
            return
        assert file.exists() == (match["verb"] == "Append to"), file
        with file.open("a", encoding="utf-8") as target:
            target.write(body + "\n")
        self.edits += 1

    def run(self, body: str) -> None:
        """Run the commands of one block in a shell that stops at the first that fails."""
        programs = f"{Path(sys.executable).parent}:{UV.parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", body],
            cwd=self.folder,
            env={**os.environ, "PATH": programs, "UV_OFFLINE": "1", "UV_PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        self.printed = done.stdout + done.stderr
        assert done.returncode == 0, f"{body}\n{self.printed}"
        self.commands += 1


def test_following_the_tutorial_leads_to_an_installed_commodity_of_tier_silver(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for match in BLOCK.finditer(TEXT):
        reader.block(match["before"], match["language"], match["body"])
    assert reader.old is None
    assert (reader.commands, reader.edits) == (
        TEXT.count("```sh"),
        TEXT.count("with:\n") + TEXT.count("Create `") + TEXT.count("Append to `"),
    )
    definition = load_definition(definition_of(tmp_path / "kopi"))
    assert {gate.id for gate in definition.gates} == {"K1", "K2", "K3"}
    assert (tmp_path / "site" / "ovop_kopi" / "definition" / "form.toml").is_file()


def test_every_block_of_the_tutorial_is_executed_or_compared() -> None:
    assert len(BLOCK.findall(TEXT)) == TEXT.count("\n```") // 2
