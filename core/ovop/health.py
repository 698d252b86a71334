"""Whether the process lives, and whether it is ready to serve."""

from litestar import Controller, Response, get
from msgspec import Struct
from sqlalchemy import text

from ovop.migrations import pending
from ovop.web import ApiRequest, Platform, platform_of


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


class HealthController(Controller):
    """Health; public, and silent about everything but itself."""

    path = "/health"
    tags = ("operation",)
    opt = {"public": True}  # noqa: RUF012  # Litestar declares it as an instance attribute
    security = ()

    @get("/live", operation_id="health_live", summary="Does the process answer?")
    async def live(self) -> Live:
        from ovop import __version__

        return Live(status="ok", version=__version__)

    @get("/ready", operation_id="health_ready", summary="Can it serve?", raises=[])
    async def ready(self, request: ApiRequest) -> Response[Ready]:
        platform = platform_of(request)
        database, migrations = await _database(platform)
        files = await _files(platform)
        ok = (database, migrations, files) == ("ok", "ok", "ok")
        registry = platform.registry
        view = Ready(
            status="ok" if ok else "unavailable",
            database=database,
            migrations=migrations,
            files=files,
            commodities=sorted(registry.commodities),
            commodity_problems=[problem.name for problem in registry.problems],
            safe_mode=registry.safe_mode,
        )
        return Response(view, status_code=200 if ok else 503)


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
