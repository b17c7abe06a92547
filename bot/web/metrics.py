"""Prometheus metrics in a registry of their own: counts and times, never a word of a resident."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.aiohttp import make_aiohttp_handler

from bot.shelf import Shelf
from bot.web.outbox_age import outbox_age
from knowledge.urgency_frames import ALARM, CRISIS, NONE
from storage.work import Store

CHANNELS = frozenset({"telegram", "web"})
LEVELS = frozenset({ALARM, CRISIS})
OUTCOMES = frozenset({"taken", "repeated", "held", "set-aside", "not-kept"})
METHODS = frozenset(hdrs.METH_ALL) - {hdrs.METH_ANY}
OTHER = "other"
_FORM_ID = re.compile(r"[a-z0-9-]{1,40}")
_REPLY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What the program counts; every label comes from a closed list or is "other"."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        turns = Counter(
            "front_counter_turns",
            "Events taken in, by channel and what became of them.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        urgent = Counter(
            "front_counter_urgent_turns",
            "Turns judged urgent, by channel and level.",
            ("channel", "level"),
            registry=self.registry,
        )
        seconds = Histogram(
            "front_counter_turn_seconds",
            "From an event's arrival to its committed reply.",
            ("channel",),
            buckets=_REPLY_BUCKETS,
            registry=self.registry,
        )
        reports = Counter(
            "front_counter_reports",
            "Reports submitted, by the id of their form.",
            ("kind",),
            registry=self.registry,
        )
        requests = Counter(
            "front_counter_http_requests",
            "HTTP requests, by listener, method, route template and status.",
            ("app", "method", "route", "status"),
            registry=self.registry,
        )
        # Each label set is looked up once: the library checks and joins its words anew every time.
        self._turns, self._urgent = cache(turns.labels), cache(urgent.labels)
        self._seconds, self._reports = cache(seconds.labels), cache(reports.labels)
        self._requests = cache(requests.labels)
        self._outbox = Gauge(
            "front_counter_outbox_oldest_seconds",
            "Age of the oldest message that still waits to be delivered; NaN where unknown.",
            registry=self.registry,
        )
        self._refused = Gauge(
            "front_counter_knowledge_problems",
            "Errors for which the knowledge folder is refused; 0 while it is served.",
            registry=self.registry,
        )

    def turn(self, channel: str, seconds: float, level: str = NONE, outcome: str = "taken") -> None:
        """Count one turn: its channel, how long it took, how urgent it was, what became of it.

        `level` is NONE or one of LEVELS, `outcome` one of OUTCOMES.
        """
        channel = _known(channel, CHANNELS)
        self._turns(channel, _known(outcome, OUTCOMES)).inc()
        self._seconds(channel).observe(seconds)
        if level != NONE:
            self._urgent(channel, _known(level, LEVELS)).inc()

    def report(self, kind: str) -> None:
        """Count a submitted report; `kind` is the id of its form."""
        self._reports(kind if _FORM_ID.fullmatch(kind) else OTHER).inc()

    def request(self, app: str, method: str, route: str, status: int) -> None:
        """Count an HTTP request; `route` is the template it matched, never the path itself."""
        self._requests(app, _known(method, METHODS), route, str(status)).inc()

    def waiting(self, seconds: float | None) -> None:
        """How old the oldest undelivered message is; None where nobody can say."""
        self._outbox.set(float("nan") if seconds is None else seconds)

    def refused(self, problems: int) -> None:
        """How many errors keep the knowledge folder from being served."""
        self._refused.set(problems)


def measured(metrics: Metrics, app: str) -> Middleware:
    """Middleware that counts the requests of the listener called `app`; put it outermost."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 500
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            status = refusal.status
            raise
        else:
            status = response.status
            return response
        finally:
            resource = request.match_info.route.resource
            template = "none" if resource is None else resource.canonical
            metrics.request(app, request.method, template, status)

    return count


def metrics_page(
    metrics: Metrics, store: Store, shelf: Shelf, clock: Callable[[], datetime]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of /metrics, which looks up the gauges first."""
    expose = make_aiohttp_handler(metrics.registry)

    async def page(request: web.Request) -> web.StreamResponse:
        metrics.refused(len(shelf.refused))
        metrics.waiting(await outbox_age(store, clock()))
        return await expose(request)

    return page


def _known(value: str, values: frozenset[str]) -> str:
    return value if value in values else OTHER
