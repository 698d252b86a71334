"""One commodity's code: its worker, the queue before it, and what is known of each hook's health."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import monotonic

from ovop.contract.hooks.answers import HookAnswer, Milliseconds, Namespace, Outcome, WrongAnswer, read_answer
from ovop.contract.hooks.breaker import Breaker, Turn
from ovop.contract.hooks.pool import Gone, Late, Worker
from ovop.contract.hooks.terms import LOADING, Asked, Incident, Limits, Observe
from ovop.contract.hooks.wire import Inspection, Reply, Setup
from ovop.contract.hookspecs import BUDGETS_MS
from ovop.contract.registry import Commodity
from ovop.contract.vocabulary import Text

DERIVE = "derive_fields"


class Lane:
    """Asks one commodity, one question at a time: whoever comes meanwhile waits, at most as long as one call may take."""

    def __init__(self, commodity: Commodity, limits: Limits, observe: Observe) -> None:
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=f"hooks-{commodity.id}")
        self._commodity = commodity
        self._limits = limits
        self._observe = observe
        self._names = Namespace(commodity.definition)
        self._lock = Lock()
        self._worker: Worker | None = None
        self._calls = 0
        self._ready_at = 0.0
        self._closed = Event()
        self._inspection: Inspection | None = None
        self._breakers: dict[str, Breaker] = {}
        self._causes: dict[str, str] = {}

    def quarantined(self) -> Mapping[str, str]:
        """The hooks that are left alone now, each with its cause; `(module)` where the code as a whole is unusable."""
        return {hook: self._causes.get(hook, "") for hook, breaker in self._breakers.items() if breaker.open}

    @property
    def known(self) -> Inspection | None:
        """What the code was found to be, as far as it was looked at."""
        return self._inspection

    def inspect(self) -> Inspection:
        """Have the code loaded and looked at, once; code that failed is tried again after its rest."""
        with self._lock:
            return self._inspect()

    def ask(self, hook: str, content: bytes, arrived: float) -> HookAnswer:
        """Ask; every failure is an answer. `content` is a `question`, `arrived` the instant at which its sender began to wait."""
        with self._lock:
            started = monotonic()
            # Whoever came while the module was being loaded has not waited for others.
            answer = self._ask(hook, content, waited=started - max(arrived, self._ready_at))
            if answer.outcome is not Outcome.UNASKED:
                seconds = monotonic() - started
                self._observe(Asked(commodity=self._commodity.id, hook=hook, answer=answer, seconds=seconds))
            return answer

    def close(self) -> None:
        """End the worker, and everybody's waiting for it."""
        self._closed.set()
        worker = self._worker
        if worker is not None:
            worker.kill()  # whoever reads from it now finds it gone and leaves the lock
        with self._lock:
            self._drop()
        self.executor.shutdown(cancel_futures=True)

    def _inspect(self) -> Inspection:
        breaker = self._breakers.get(LOADING)
        if self._inspection is not None and (self._inspection.sound or not _admitted(breaker)):
            return self._inspection
        if self._inspection is None or self._worker is None:
            self._start()
        assert self._inspection is not None  # noqa: S101  # `_start` looks at it
        return self._inspection

    def _ask(self, hook: str, content: bytes, *, waited: float) -> HookAnswer:
        budget = BUDGETS_MS[hook]
        inspection = self._inspect()
        if not inspection.sound:
            return _failed(Outcome.BROKEN, "code broken", budget)
        if hook not in inspection.implemented:
            return HookAnswer(budget_ms=budget)
        breaker = self._breakers.get(hook) or self._new_breaker()
        if not breaker.admits(monotonic()):
            return _failed(Outcome.RESTING, f"resting after {self._causes.get(hook, '')}", budget)
        if waited > self._limits.seconds:
            return _failed(Outcome.BUSY, "busy", budget)
        answer = self._put(hook, content, budget)
        self._judge(hook, breaker, answer)
        return answer

    def _put(self, hook: str, content: bytes, budget: int) -> HookAnswer:
        """Put the question to the worker; a worker that failed to answer, or has answered long enough, is replaced at the next one."""
        if self._worker is None or not self._worker.usable:
            self._start()
        if self._worker is None:
            return _failed(Outcome.BROKEN, "code broken", budget)
        try:
            reply = self._worker.ask(content)
        except Late:
            self._drop()
            return _failed(
                Outcome.TIMEOUT, f"no answer within {self._limits.seconds:g} s", budget, asked=True
            )
        except Gone as gone:
            self._drop()
            return _failed(Outcome.DIED, f"the worker is gone ({gone})", budget, asked=True)
        self._calls += 1
        if self._calls >= self._limits.calls or reply.error == MemoryError.__name__:
            self._drop()
        return self._read(hook, reply, budget)

    def _read(self, hook: str, reply: Reply, budget: int) -> HookAnswer:
        value, outcome, failure = None, Outcome.ANSWERED, ""
        if reply.forbidden:
            outcome, failure = Outcome.FORBIDDEN, f"Forbidden: {reply.forbidden}"
        elif reply.error:
            outcome = Outcome.MEMORY if reply.error == MemoryError.__name__ else Outcome.RAISED
            failure = f"{reply.error}: {reply.detail}"
        else:
            try:
                value = read_answer(hook, reply.value, self._names)
                outcome = Outcome.SLOW if reply.elapsed_ms > budget else Outcome.ANSWERED
            except WrongAnswer as wrong:
                outcome, failure = Outcome.WRONG_ANSWER, f"WrongAnswer: {wrong}"
        return HookAnswer(
            value=value,
            outcome=outcome,
            failure=failure,
            elapsed_ms=Milliseconds(reply.elapsed_ms),
            asked=True,
            budget_ms=budget,
            printed=reply.printed,
        )

    def _start(self) -> None:
        """A new worker, with the module loaded. What it finds is kept; where it finds nothing usable there is no worker."""
        self._drop()
        if self._closed.is_set():
            self._inspection = self._inspection or _unloadable("the platform stops")
            return
        limits = self._limits
        setup = Setup(
            module=self._commodity.module,
            folders=(str(self._commodity.folder.parent),),
            seconds=limits.seconds,
            start_seconds=limits.start_seconds,
            megabytes=limits.megabytes,
        )
        self._worker = Worker(setup)
        if self._closed.is_set():  # `close` came before there was anything to end
            self._worker.kill()
        try:
            self._inspection = self._worker.inspect()
        except Late:
            self._inspection = _unloadable(f"no answer within {limits.start_seconds:g} s")
        except Gone as gone:
            self._inspection = _unloadable(f"the worker is gone ({gone})")
        if self._names.derived and self._inspection.sound and DERIVE not in self._inspection.implemented:
            self._inspection = Inspection(fault=_no_deriving(", ".join(self._names.derived)))
        self._ready_at = monotonic()
        if not self._inspection.sound:
            self._drop()
        self._judge_loading(self._inspection)

    def _drop(self) -> None:
        worker, self._worker, self._calls = self._worker, None, 0
        if worker is not None:
            worker.end()

    def _judge(self, hook: str, breaker: Breaker, answer: HookAnswer) -> None:
        if answer.failure:
            self._causes[hook] = f"{answer.outcome}: {answer.cause}"
            after, turn = breaker.failed(monotonic())
        else:
            after, turn = breaker.succeeded()
        self._settle(hook, after, turn)

    def _judge_loading(self, inspection: Inspection) -> None:
        """Code that does not load rests at once: there is nothing to be gained from asking it thrice."""
        breaker = self._breakers.get(LOADING) or Breaker(failures=1, rest_seconds=self._limits.rest_seconds)
        if inspection.fault is not None:
            self._causes[LOADING] = inspection.fault.en
            self._settle(LOADING, *breaker.failed(monotonic()))
        else:
            self._settle(LOADING, *breaker.succeeded())

    def _settle(self, hook: str, breaker: Breaker, turn: Turn) -> None:
        self._breakers[hook] = breaker
        if turn is not Turn.NONE:
            quarantined = turn is Turn.OPENED
            cause = self._causes.get(hook, "") if quarantined else ""
            self._observe(
                Incident(commodity=self._commodity.id, hook=hook, quarantined=quarantined, cause=cause)
            )

    def _new_breaker(self) -> Breaker:
        return Breaker(failures=self._limits.failures, rest_seconds=self._limits.rest_seconds)


def _admitted(breaker: Breaker | None) -> bool:
    return breaker is None or breaker.admits(monotonic())


def _failed(outcome: Outcome, failure: str, budget: int, *, asked: bool = False) -> HookAnswer:
    return HookAnswer(outcome=outcome, failure=failure, asked=asked, budget_ms=budget)


def _no_deriving(fields: str) -> Text:
    return Text(
        f"isian terhitung tanpa `rule` ({fields}) memerlukan hook `{DERIVE}`, yang tidak ada.",
        f"computed fields without a `rule` ({fields}) need the hook `{DERIVE}`, which is not there.",
    )


def _unloadable(why: str) -> Inspection:
    return Inspection(
        fault=Text(
            f"kode komoditi tidak dapat dimuat: {why}.", f"the commodity's code cannot be loaded: {why}."
        )
    )
