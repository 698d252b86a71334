"""What is wrong with a definition: every fault with its file, its place, its line, and for a rule the very column."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ovop.contract.vocabulary import Text
from ovop.errors import OvopError


class Fault(Struct, frozen=True, kw_only=True):
    """One mistake in a definition.

    `path` is the place as in `section[0].fields[3].show_if`; `file` and `line` (from 1) are known when the definition was read from a
    folder, `caret` shows the line of a rule with the place below it, which is `offset` lines below the start of the rule.
    """

    path: str
    reason: Text
    file: str = ""
    line: int = 0
    caret: str = ""
    offset: int = 0

    def in_language(self, language: str = "id") -> str:
        """The fault as a text to print; the caret stands on lines of its own."""
        file = f"{self.file}:{self.line}" if self.file and self.line else self.file
        place = "".join(f"{part}: " for part in (file, self.path) if part)
        shown = "".join(f"\n    {line}" for line in self.caret.splitlines())
        return f"{place}{self.reason.in_language(language)}{shown}"

    def at(self, *, path: str | None = None, file: str | None = None, line: int | None = None) -> Fault:
        """The same fault with its place made more exact."""
        return replace(
            self,
            path=self.path if path is None else path,
            file=self.file if file is None else file,
            line=self.line if line is None else line,
        )


class DefinitionError(OvopError):
    """A definition that cannot be used; carries all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(
            "definition_faulty",
            Text(
                "\n".join(fault.in_language("id") for fault in self.faults) or "Definisi komoditi tidak sah.",
                "\n".join(fault.in_language("en") for fault in self.faults)
                or "The commodity definition is not valid.",
            ),
        )
