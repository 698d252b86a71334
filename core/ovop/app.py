"""`create_app`: the one place where all parts meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.static_files import create_static_files_router
from litestar.types import Message, Scope

import ovop.visibility  # noqa: F401  # its rules narrow every session; nothing may be served without them
from ovop.approvals.api import CopyController, EventController, QueueController, SubmissionController
from ovop.bodies import look_at_request
from ovop.catalogue.api import CatalogueController
from ovop.clock import Clock, utc_now
from ovop.contract.hooks.asking import Hooks
from ovop.contract.hooks.terms import Limits
from ovop.contract.registry import Registry
from ovop.cycles.api import CommodityController, CycleController
from ovop.cycles.replay import FrozenHooks
from ovop.database import Database
from ovop.errors import OvopError
from ovop.files import make_store
from ovop.guidance.api import AdviceController, GuidanceController
from ovop.health import HealthController, MetricsController
from ovop.hook_watch import HookWatch
from ovop.identities.api import IDENTITY_CONTROLLERS
from ovop.notices.api import NoticeController
from ovop.openapi import PAGE_HEADERS, PAGE_PATH, StructsAsTheyAre, openapi_config
from ovop.portal import errors as page_errors
from ovop.portal.router import portal_assets, portal_router
from ovop.problems import Problem, error_response, http_response, unforeseen_response
from ovop.settings import Settings
from ovop.submissions.api import SubmissionReadController
from ovop.submissions.correction_api import CorrectionController
from ovop.submissions.evidence_api import evidence_router
from ovop.submissions.resumable_api import resumable_router
from ovop.web import ApiRequest, Platform, provide_act, provide_command, provide_session

log = structlog.get_logger()

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "private, no-store",
    "vary": "accept-language, authorization, cookie",
}
"""Sent with every answer that does not set them itself; an answer of the API is data and loads nothing."""

ANSWER_BYTES = 1024 * 1024
"""The largest JSON body that is read; files have a limit of their own."""


def create_app(
    settings: Settings,
    *,
    registry: Registry | None = None,
    clock: Clock = utc_now,
    database: Database | None = None,
) -> Litestar:
    """The application. Tests hand in a registry, a clock and a database; a server lets them be made from the settings."""
    database = database or Database(settings.database)
    registry = registry or Registry.discover(safe_mode=settings.safe_mode)
    watch = HookWatch(database=database, clock=clock)
    hooks = Hooks(registry, limits=_limits(settings), observe=watch)
    platform = Platform(
        settings=settings,
        database=database,
        store=make_store(settings),
        registry=registry,
        hooks=hooks,
        frozen_hooks=FrozenHooks(registry, hooks, database),
        meters=watch.meters,
        clock=clock,
    )
    for problem in platform.registry.problems:
        log.warning(
            "commodity left out", name=problem.name, distribution=problem.distribution, reason=problem.reason
        )
    api = Router(
        "/api/v1",
        route_handlers=[
            *IDENTITY_CONTROLLERS,
            CycleController,
            CommodityController,
            CorrectionController,
            SubmissionController,
            SubmissionReadController,
            evidence_router(settings),
            resumable_router(settings),
            QueueController,
            CopyController,
            EventController,
            NoticeController,
            GuidanceController,
            AdviceController,
            CatalogueController,
        ],
    )
    app = Litestar(
        [HealthController, MetricsController, api, _static_files(), portal_router(), portal_assets()],
        dependencies={
            "session": Provide(provide_session),
            "act": Provide(provide_act),
            "command": Provide(provide_command),
        },
        exception_handlers={
            OvopError: error_response,
            HTTPException: _refused_by_framework,
            Exception: _unforeseen,
        },
        openapi_config=openapi_config(),
        plugins=[StructsAsTheyAre()],
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6, exclude_opt_key="uncompressed"
        ),
        request_max_body_size=ANSWER_BYTES,
        before_request=look_at_request,
        before_send=[_add_security_headers],
        lifespan=[_closing, partial(_watching_hooks, platform, watch)],
        logging_config=None,
    )
    app.state.platform = platform
    return app


@asynccontextmanager
async def _closing(app: Litestar) -> AsyncIterator[None]:
    yield
    platform: Platform = app.state.platform
    await platform.database.close()


@asynccontextmanager
async def _watching_hooks(platform: Platform, watch: HookWatch, _app: Litestar) -> AsyncIterator[None]:
    """Look at the commodities' code beside the first requests, which do not wait for it; end the workers with the application."""
    watch.start()
    looking = asyncio.create_task(platform.hooks.inspect_all())
    replaying = asyncio.create_task(platform.frozen_hooks.replay_in_background())
    yield
    replaying.cancel()
    await asyncio.gather(replaying, return_exceptions=True)
    await asyncio.to_thread(platform.hooks.close)
    await asyncio.gather(looking, return_exceptions=True)
    await watch.finish()


def _limits(settings: Settings) -> Limits:
    return Limits(seconds=settings.hook_seconds, megabytes=settings.hook_megabytes)


def _static_files() -> Router:
    return create_static_files_router(
        "/static",
        directories=[Path(str(files("ovop") / "static"))],
        opt={"public": True},
        include_in_schema=False,
    )


def _refused_by_framework(request: ApiRequest, error: HTTPException) -> Response[Problem] | Response[str]:
    """A page for somebody who looks for one, a problem document for a program."""
    for_person = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    return page_errors.failed(request, error) if for_person else http_response(request, error)


def _unforeseen(request: Request[object, object, object], error: Exception) -> Response[Problem]:  # type: ignore[type-var]  # any request, whatever its state
    log.error("unforeseen error", method=request.method, path=request.url.path, exc_info=error)
    return unforeseen_response(request, error)


async def _add_security_headers(message: Message, scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    present = {name.lower() for name, _ in message["headers"]}
    headers = {**SECURITY_HEADERS, **(PAGE_HEADERS if scope["path"].rstrip("/") == PAGE_PATH else {})}
    added = [(k.encode(), v.encode()) for k, v in headers.items() if k.encode() not in present]
    message["headers"] = [*message["headers"], *added]
