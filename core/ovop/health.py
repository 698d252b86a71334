"""Whether the process lives, and whether it is ready to serve."""

from litestar import Controller, Response, get
from litestar.openapi import ResponseSpec
from msgspec import Struct
from sqlalchemy import text

from ovop.migrations import pending
from ovop.openapi import NO_LOGIN
from ovop.web import ApiRequest, Platform, platform_of

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


class Live(Struct, kw_only=True):
    """The process answers."""

    status: str
    version: str


class Ready(Struct, kw_only=True):
    """What a load balancer and an operator want to know."""

    status: str
    database: str
    migrations: str
    files: str
    commodities: list[str]
    commodity_problems: list[str]
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
            safe_mode=registry.safe_mode,
            reasons=reasons,
        )
        return Response(view, status_code=503 if reasons else 200)


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
