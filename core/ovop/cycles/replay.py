"""Whether a frozen commodity still behaves as it did when its cycle froze it, and asking its code while it does.

A cycle never changes under its submissions. Its data cannot: they are frozen. Its code can: the package may be upgraded, broken or
gone. So the worked examples are run again, and where the data or the code answer otherwise than they did, or the code is not there,
this cycle's commodity goes on with its data only: its hooks are not asked, and officers check by hand what they would have checked.

How things stand is worked out once per process, in the background after the start or when it is first needed, and stored nowhere: a
restart with the right package sets it right again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from ovop.contract.checker import Checker
from ovop.contract.errors import DefinitionError
from ovop.contract.examples import ExampleResult, run_example
from ovop.contract.hooks.answers import HookAnswer, Outcome
from ovop.contract.hooks.asking import Hooks
from ovop.contract.registry import Registry
from ovop.cycles.definitions import KeptExamples, compiled_for, known_hooks
from ovop.cycles.hook_records import differences, hook_records
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.cycles.modes import (
    Mode,
    Standing,
    code_answers_otherwise,
    code_broken,
    examples_changed,
    hooks_gone,
    not_installed,
    unreadable,
)
from ovop.database import Database

log: FilteringBoundLogger = structlog.get_logger("ovop.commodities")

SETTLING_SECONDS = 2.0
"""How long after the start the replay waits, so that it does not keep the first requests waiting."""
NOT_AVAILABLE = "not available"
RETRY_SECONDS = 60.0
"""How long code that is there, but could not be asked, is left alone: a busy machine must not leave it out for good."""


class FrozenHooks:
    """Asks the code of frozen commodities, as long as it is the code that was frozen."""

    def __init__(self, registry: Registry, hooks: Hooks, database: Database) -> None:
        self.registry = registry
        self.hooks = hooks
        self._database = database
        self._known: dict[UUID, Standing] = {}
        self._replaying = asyncio.Lock()

    async def ask(self, definition_id: UUID, hook: str, /, **arguments: object) -> HookAnswer:
        """Ask the code of a frozen definition one hook; a failure is told, never raised.

        Where the hook was there when the cycle opened and cannot be asked now, the answer is a failure, so that each caller falls back as
        the hook's specification says; where there never was one, nobody is asked.
        """
        if known_hooks(definition_id) == ():
            return HookAnswer()
        standing = await self._standing(definition_id)
        if standing is None or hook not in standing.hooks:
            return HookAnswer()
        if standing.mode.data_only:
            return HookAnswer(outcome=Outcome.MISSING, failure=NOT_AVAILABLE)
        return await self.hooks.ask(standing.commodity, hook, **arguments)

    async def mode_of(self, definition_id: UUID) -> Mode:
        """How a frozen definition is run. One that was frozen just now, and is not committed yet, is as it was frozen."""
        standing = await self._standing(definition_id)
        return standing.mode if standing is not None else Mode()

    def known_mode(self, definition_id: UUID) -> Mode:
        """The same as far as it is known, for lists: what was not looked at yet is taken to be as it was frozen."""
        known = self._known.get(definition_id)
        return known.mode if known is not None else Mode()

    async def replay_all(self) -> list[Standing]:
        """How every frozen definition is run, the newest cycle first; looks at those that were not looked at yet."""
        query = (
            select(FrozenDefinition.id)
            .join(Cycle, Cycle.id == FrozenDefinition.cycle_id)
            .order_by(Cycle.year.desc(), FrozenDefinition.commodity_id, FrozenDefinition.frozen_at)
        )
        async with self._reading() as session:
            ids = (await session.scalars(query)).all()
        found = [await self._standing(definition_id) for definition_id in ids]
        return [standing for standing in found if standing is not None]

    async def replay_in_background(self, *, settling_seconds: float = SETTLING_SECONDS) -> None:
        """What the server does after it started; whatever goes wrong is logged and stops nothing."""
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(settling_seconds)
            try:
                await self.replay_all()
            except Exception as error:  # a database that is down must not end the server
                log.warning("replay_failed", error=type(error).__name__)

    def data_only(self) -> list[str]:
        """`year/commodity version` of what is known to run with its data only."""
        return sorted(f"{s.year}/{s.commodity} {s.version}" for s in self._known.values() if s.mode.data_only)

    async def _standing(self, definition_id: UUID) -> Standing | None:
        if (known := self._current(definition_id)) is not None:
            return known
        async with self._replaying:
            if (known := self._current(definition_id)) is not None:
                return known
            standing = await self._look(definition_id)
            if standing is not None:
                self._known[definition_id] = standing
            return standing

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncSession]:
        """A session on a connection apart: requests that hold all of the pool's may be waiting for this very replay."""
        apart = Database(self._database.engine.url.render_as_string(hide_password=False))
        try:
            async with apart.session(read_only=True) as session:
                yield session
        finally:
            await apart.close()

    def _current(self, definition_id: UUID) -> Standing | None:
        known = self._known.get(definition_id)
        return known if known is not None and monotonic() < known.again_at else None

    async def _look(self, definition_id: UUID) -> Standing | None:
        query = (
            select(
                FrozenDefinition.cycle_id,
                Cycle.year,
                FrozenDefinition.commodity_id,
                FrozenDefinition.version,
                FrozenDefinition.distribution,
                FrozenDefinition.hooks,
                FrozenDefinition.examples,
            )
            .join(Cycle, Cycle.id == FrozenDefinition.cycle_id)
            .where(FrozenDefinition.id == definition_id)
        )
        async with self._reading() as session:
            found = (await session.execute(query)).one_or_none()
            if found is None:
                return None
            row = _Row(*found)
            try:
                checker = (await compiled_for(session, definition_id)).checker
            except DefinitionError:
                checker = None
        mode, failed = await self._mode(checker, row)
        if mode.reason is not None:
            log.warning(
                "data_only",
                year=row.year,
                commodity=row.commodity,
                version=row.version,
                reason=(mode.detail or mode.reason).en,
            )
        return Standing(
            cycle_id=row.cycle_id,
            year=row.year,
            commodity=row.commodity,
            version=row.version,
            mode=mode,
            hooks=tuple(row.hooks),
            again_at=monotonic() + RETRY_SECONDS if failed else inf,
        )

    async def _mode(self, checker: Checker | None, row: "_Row") -> tuple[Mode, bool]:
        """How a frozen definition is run, and whether it lacks its code because that is there but did not answer."""
        if checker is None:
            return Mode(unreadable()), False
        kept = msgspec.convert(row.examples, KeptExamples)
        if changed := list(_changed(checker, kept)):
            return Mode(examples_changed(changed)), False
        if not row.hooks:
            return Mode(), False
        if (absent := not_installed(self.registry, row.commodity, row.version, row.distribution)) is not None:
            return Mode(absent), False
        return await self._mode_of_code(checker, row, kept)

    async def _mode_of_code(self, checker: Checker, row: "_Row", kept: KeptExamples) -> tuple[Mode, bool]:
        inspection = await self.hooks.inspect(row.commodity)
        if inspection.fault is not None:
            return Mode(code_broken(), inspection.fault), True
        if gone := sorted(set(row.hooks) - set(inspection.implemented)):
            return Mode(hooks_gone(gone)), False
        now = await hook_records(self.hooks, checker.definition, row.hooks)
        changed = differences(kept.hooks, now)
        failed = any(record.failure for records in now.values() for record in records.values())
        return (Mode(code_answers_otherwise(changed)), failed) if changed else (Mode(), False)


class _Row(msgspec.Struct, frozen=True):
    """What is read of a frozen definition."""

    cycle_id: UUID
    year: int
    commodity: str
    version: str
    distribution: str
    hooks: list[str]
    examples: dict[str, object]


def _changed(checker: Checker, kept: KeptExamples) -> Iterator[str]:
    """The worked examples that do not come out as they did. Wordings may have been bettered since; what is found and scored may not."""
    examples = {example.id: example for example in checker.definition.examples}
    for then in kept.results:
        if _outcome(run_example(checker, examples[then.id])) != _outcome(then):
            yield then.id


def _outcome(result: ExampleResult) -> tuple[object, ...]:
    found = [(f.path, f.code, f.severity, f.section) for f in result.findings]
    return result.ok, found, result.total
