"""The folder that is previewed, read anew whenever a file in it has changed."""

from pathlib import Path
from threading import Lock

from msgspec import Struct

from ovop.contract.checker import Checker, compile_checker
from ovop.contract.conformance.code import Code, module_of
from ovop.contract.errors import DefinitionError, Fault
from ovop.contract.loader import load_definition


class Reading(Struct, frozen=True, kw_only=True):
    """What the folder holds now: a checker and the commodity's own code if it has any, or the faults that stand in the way.

    `mark` differs whenever the files do.
    """

    mark: str
    checker: Checker | None = None
    code: Code | None = None
    faults: tuple[Fault, ...] = ()


class Source:
    """A definition folder. Faults are something to show, not an error: whoever writes the files is about to mend them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reading: Reading | None = None
        self._reads = Lock()

    def current(self) -> Reading:
        """The folder as it is now; read again only after a change."""
        with self._reads:
            mark = self._mark()
            if self._reading is None or self._reading.mark != mark:
                self._close()
                self._reading = self._read(mark)
            return self._reading

    def close(self) -> None:
        """End the worker of the commodity's code."""
        with self._reads:
            self._close()
            self._reading = None

    def _close(self) -> None:
        if self._reading is not None and self._reading.code is not None:
            self._reading.code.close()

    def _read(self, mark: str) -> Reading:
        try:
            definition = load_definition(self.folder)
            checker = compile_checker(definition)
        except DefinitionError as error:
            return Reading(mark=mark, faults=tuple(error.faults))
        module = module_of(self.folder)
        return Reading(
            mark=mark, checker=checker, code=Code(definition, self.folder, module) if module else None
        )

    def _mark(self) -> str:
        files = sorted(
            path for path in self.folder.parent.rglob("*") if path.suffix in (".toml", ".md", ".py")
        )
        stats = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
        return f"{hash(tuple(stats)):x}"
