"""A worker as a process of its own: `worker_process.py <minutes ahead> [once]`, settings from the environment."""

import sys
from datetime import datetime, timedelta

import anyio

from ovop.clock import utc_now
from ovop.database import Database
from ovop.files import make_store
from ovop.logs import configure_logs
from ovop.notices.worker import work_until_told
from ovop.settings import read_settings


async def main(minutes: float, once: bool) -> None:
    settings = read_settings()
    configure_logs(level="INFO", as_json=True)

    def clock() -> datetime:
        return utc_now() + timedelta(minutes=minutes)

    database = Database(settings.database)
    await work_until_told(
        database=database, settings=settings, store=make_store(settings), clock=clock, once=once
    )
    await database.close()


anyio.run(main, float(sys.argv[1]), sys.argv[2:] == ["once"])
