"""The preview's own small web application: one page, what it shows, and a stream that tells when the files change. Local only."""

import os
from collections.abc import AsyncGenerator
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Response, get, post
from litestar.params import JSONBody
from litestar.response import ServerSentEvent
from litestar.static_files import create_static_files_router
from watchfiles import awatch

from ovop.contract.aims import aims_served
from ovop.preview.judging import Outcome, Trial, judge
from ovop.preview.source import Source

FOLDER_VARIABLE = "OVOP_PREVIEW_FOLDER"
STATIC = Path(str(files("ovop.preview"))) / "static"
ICON = Path(str(files("ovop"))) / "static"
PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


def create_preview() -> Litestar:
    """The preview of the folder that the environment names."""
    return preview_of(Path(os.environ[FOLDER_VARIABLE]))


def preview_of(folder: Path) -> Litestar:
    """The preview of a definition folder."""
    source = Source(folder)

    @get("/", media_type="text/html", sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response((STATIC / "preview.html").read_bytes(), media_type="text/html", headers=PAGE_HEADERS)

    @get("/definition", sync_to_thread=True)
    def definition() -> dict[str, Any]:
        reading = source.current()
        told: dict[str, Any] = {"mark": reading.mark, "faults": msgspec.to_builtins(reading.faults)}
        if reading.checker is not None:
            whole = reading.checker.definition
            told["definition"] = msgspec.to_builtins(whole)
            told["aims"] = msgspec.to_builtins(aims_served(whole.rubric))
        return told

    @post("/judgement", status_code=200, sync_to_thread=True)
    def judgement(data: JSONBody[Trial]) -> Outcome | None:
        reading = source.current()
        return None if reading.checker is None else judge(reading.checker, data, reading.code)

    @get("/changes")
    async def changes() -> ServerSentEvent:
        return ServerSentEvent(_changes(folder.parent))

    return Litestar(
        [
            page,
            definition,
            judgement,
            changes,
            create_static_files_router("/static", directories=[STATIC, ICON], include_in_schema=False),
        ],
        openapi_config=None,
        on_shutdown=[source.close],
        logging_config=None,
    )


async def _changes(folder: Path) -> AsyncGenerator[str, None]:
    """One message at the start, and one after every change of the files."""
    yield "watching"
    async for _ in awatch(folder, debounce=200, step=50):
        yield "changed"
