"""Whether the process lives, and whether it is ready to serve."""

from secrets import compare_digest

from litestar import Controller, MediaType, Response, get
from litestar.openapi import ResponseSpec
from msgspec import Struct
from sqlalchemy import text

from ovop.contract.hooks.asking import HookProblem
from ovop.contract.vocabulary import Text
from ovop.identities.authentication import authenticate
from ovop.identities.enums import Permission
from ovop.metrics import CONTENT_TYPE
from ovop.migrations import pending
from ovop.openapi import NO_LOGIN, problems
from ovop.web import ApiRequest, Platform, platform_of, token_of

REASONS = {
    (
        "database",
        "unavailable",
    ): "The database does not answer. Check that it runs and that OVOP_DATABASE_URL names it.",
    ("migrations", "pending"): "The database is older than this program. Run: ovop migrate",
    (
        "files",
        "unavailable",
    ): "The file store cannot be read or written. Check its address, its keys and the space left.",
}
"""What each state that stands in the way means to an operator, and what to do."""


CODE_BROKEN = Text(
    "Kode komoditi ini tidak dapat dipakai; sebabnya: `ovop commodity list`.",
    "The code of this commodity cannot be used; for the cause: `ovop commodity list`.",
)
"""Why a module cannot be loaded may tell of the machine, so everybody is told no more than this."""


class Live(Struct, kw_only=True):
    """The process answers."""

    status: str
    version: str


class Quarantined(Struct, kw_only=True):
    """A hook that is not asked at present, or (`hook` empty) a commodity whose code cannot be used; its data work on."""

    commodity: str
    hook: str
    reason: Text


class Ready(Struct, kw_only=True):
    """What a load balancer and an operator want to know."""

    status: str
    database: str
    migrations: str
    files: str
    commodities: list[str]
    commodity_problems: list[str]
    quarantined: list[Quarantined]
    data_only: list[str]
    safe_mode: bool
    reasons: list[str]


class HealthController(Controller):
    """Health; public, and silent about everything but itself."""

    path = "/health"
    tags = ("operation",)
    opt = {"public": True}  # noqa: RUF012  # Litestar declares it as an instance attribute
    security = NO_LOGIN

    @get("/live", operation_id="health_live", summary="Does the process answer?")
    async def live(self) -> Live:
        from ovop import __version__

        return Live(status="ok", version=__version__)

    @get(
        "/ready",
        operation_id="health_ready",
        summary="Can it serve?",
        description="A load balancer sends requests here while the answer is 200; otherwise `reasons` says in words what is amiss.",
        responses={503: ResponseSpec(Ready, description="Not now; see `reasons`.", generate_examples=False)},
    )
    async def ready(self, request: ApiRequest) -> Response[Ready]:
        platform = platform_of(request)
        database, migrations = await _database(platform)
        files = await _files(platform)
        reasons = [
            REASONS[part, state]
            for part, state in (("database", database), ("migrations", migrations), ("files", files))
            if (part, state) in REASONS
        ]
        registry = platform.registry
        view = Ready(
            status="unavailable" if reasons else "ok",
            database=database,
            migrations=migrations,
            files=files,
            commodities=sorted(registry.commodities),
            commodity_problems=[problem.name for problem in registry.problems],
            quarantined=[_quarantined(problem) for problem in platform.hooks.problems()],
            data_only=platform.frozen_hooks.data_only(),
            safe_mode=registry.safe_mode,
            reasons=reasons,
        )
        return Response(view, status_code=503 if reasons else 200)


class MetricsController(Controller):
    """Meters, for those who operate the platform."""

    path = "/health/metrics"
    tags = ("operation",)

    @get(
        operation_id="health_metrics",
        summary="Counts for a monitoring system",
        description="How commodities' code behaves, in the text format of Prometheus; of the process that answers. For a login that may "
        "manage cycles, or the token of the setting `OVOP_METRICS_TOKEN`.",
        media_type=MediaType.TEXT,
        responses=problems(401, 403),
    )
    async def metrics(self, request: ApiRequest) -> Response[str]:
        platform = platform_of(request)
        await _require_monitoring(platform, token_of(request))
        return Response(platform.meters.text(), headers={"content-type": CONTENT_TYPE})


def _quarantined(problem: HookProblem) -> Quarantined:
    reason = problem.reason if problem.hook else CODE_BROKEN
    return Quarantined(commodity=problem.commodity, hook=problem.hook, reason=reason)


async def _require_monitoring(platform: Platform, token: str | None) -> None:
    """Raises `NotSignedIn` or `NotAllowed` for whoever is neither the monitoring system nor somebody who operates the platform."""
    expected = platform.settings.metrics_token
    if expected and token is not None and compare_digest(token.encode(), expected.encode()):
        return
    at = platform.clock()
    async with platform.database.session(read_only=True, at=at) as session:
        actor = await authenticate(session, token=token, at=at)
    actor.require(Permission.CYCLE_MANAGE)


async def _database(platform: Platform) -> tuple[str, str]:
    try:
        async with platform.database.engine.connect() as connection:
            await connection.execute(text("select 1"))
        return "ok", "ok" if not await pending(platform.database) else "pending"
    except Exception:  # whatever it is, the answer is that the database does not serve
        return "unavailable", "unknown"


async def _files(platform: Platform) -> str:
    try:
        await platform.store.check()
    except Exception:  # whatever it is, the answer is that the store does not serve
        return "unavailable"
    return "ok"
