"""Is it alive, can it work, and what do its numbers say."""

import asyncio
import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from definitions.people import Action
from web.doors import needs, open_to_all
from web.ports import Desk

log = logging.getLogger("jidoka.web")

READY_S = 5.0


def health(desk: Desk, registry: CollectorRegistry) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`."""
    router = APIRouter(tags=["health"])
    scraping = asyncio.Lock()

    @router.get("/healthz")
    @open_to_all("says no more than that the process answers")
    async def healthz() -> dict[str, str]:
        """This process is alive."""
        return {"status": "alive"}

    @router.get("/readyz")
    @open_to_all("names parts of the stack, nobody's data")
    async def readyz() -> JSONResponse:
        """Whether it can work just now; else 503 and the reasons."""
        try:
            reasons = await asyncio.wait_for(desk.ready(), READY_S)
        except Exception as bad:
            log.warning("readiness could not be found out", exc_info=bad)
            reasons = [f"readiness could not be found out ({type(bad).__name__})"]
        return JSONResponse({"ready": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    @router.get("/metrics")
    @needs(Action.METRICS, proof="scrape")
    async def metrics() -> Response:
        """Everything there is to measure, in the Prometheus text format. On this machine it needs no token."""
        # One at a time: two scrapers must not make the database count twice at once.
        async with scraping:
            text = await asyncio.to_thread(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router
