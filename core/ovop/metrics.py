"""Counts for a monitoring system, in the text format of Prometheus. They are of one process: with several, each tells of itself."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

from ovop.contract.hooks.terms import Asked, Incident

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Meters:
    """The meters of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "ovop_hook_calls",
            "Calls of a commodity's code, by how they went.",
            ("commodity", "hook", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "ovop_hook_seconds",
            "How long a call of a commodity's code took, its way to the worker and back included.",
            ("commodity", "hook"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._resting = Gauge(
            "ovop_hook_quarantined",
            "1 while a hook is not asked because it failed too often; hook (module): the code cannot be loaded.",
            ("commodity", "hook"),
            registry=self._registry,
        )

    def count(self, event: Asked | Incident) -> None:
        """Take in what happened. Any thread may."""
        if isinstance(event, Asked):
            self._calls.labels(event.commodity, event.hook, event.answer.outcome).inc()
            self._seconds.labels(event.commodity, event.hook).observe(event.seconds)
        else:
            self._resting.labels(event.commodity, event.hook).set(event.quarantined)

    def text(self) -> str:
        """All meters as Prometheus reads them."""
        return generate_latest(self._registry).decode()


__all__ = ["CONTENT_TYPE", "Meters"]
