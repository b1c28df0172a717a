"""What Prometheus reads: requests, how long they and their stages took, and what is in the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from lookalike import settings
from lookalike.deliveries import RecordReport
from lookalike.service.served import Served

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STAGE_SECONDS = (0.0005, *_SECONDS[:10])
_STAGES = ("decode", "encode", "search", "rank")
_FATES = ("recorded", "repeated", "erased", "reported")
_GAUGES = {
    "products": "Products in the index.",
    "pictures": "Pictures in the index.",
    "bytes": "Bytes of the index folder.",
    "served_version": "Version of the index that answers.",
    "newest_version": "Newest version of the index on disk.",
    "seconds_since_write": "Seconds since the newest version was written.",
    "recall": "Share of what exact answers hold that the answers given hold.",
}


disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counters and histograms of one process; of all workers together where they share a folder.

    prometheus_client shares through the folder that ``PROMETHEUS_MULTIPROC_DIR`` names.
    """

    def __init__(self, served: Served) -> None:
        self._own = CollectorRegistry()
        self._index = _IndexGauges(served)
        names = ("route", "method", "status")
        self._requests = Counter("lookalike_requests", "Requests answered.", names, registry=self._own)
        self._seconds = Histogram(
            "lookalike_request_seconds",
            "From the head of a request to the end of its answer.",
            ("route",),
            registry=self._own,
            buckets=_SECONDS,
        )
        stages = Histogram(
            "lookalike_stage_seconds",
            "Stages of an answer.",
            ("stage",),
            registry=self._own,
            buckets=_STAGE_SECONDS,
        )
        told = Counter(
            "lookalike_events", "What became of events of shoppers.", ("fate",), registry=self._own
        )
        self._fates = {fate: told.labels(fate) for fate in _FATES}
        self._stages = {stage: stages.labels(stage) for stage in _STAGES}
        self._known_requests: dict[tuple[str, str, int], Counter] = {}
        self._known_seconds: dict[str, Histogram] = {}

    def answered(
        self, route: str, method: str, status: int, seconds: float, stages: Mapping[str, float]
    ) -> None:
        """One request was answered; ``route`` is a template, so that labels stay few."""
        labels = (route, method, status)
        if (requests := self._known_requests.get(labels)) is None:
            requests = self._known_requests[labels] = self._requests.labels(route, method, str(status))
        if (timing := self._known_seconds.get(route)) is None:
            timing = self._known_seconds[route] = self._seconds.labels(route)
        requests.inc()
        timing.observe(seconds)
        for stage, taken in stages.items():
            if stage in self._stages:
                self._stages[stage].observe(taken)

    def told(self, report: RecordReport) -> None:
        """Events came; some of them were written down."""
        for fate, counter in self._fates.items():
            counter.inc(getattr(report, fate))

    def page(self) -> bytes:
        """Everything, in Prometheus' text format."""
        others = CollectorRegistry()
        others.register(self._index)
        if settings.shares_metrics():
            MultiProcessCollector(others)  # type: ignore[no-untyped-call]
            return generate_latest(others)
        ProcessCollector(registry=others)
        return generate_latest(self._own) + generate_latest(others)


class _IndexGauges(Collector):
    """What is in the index, looked up when it is asked for."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def collect(self) -> Iterator[Metric]:
        """The gauges; none but ``lookalike_ready`` until the index is loaded."""
        served = self._served
        yield GaugeMetricFamily("lookalike_ready", "1 when questions are answered.", float(served.ready))
        if not served.ready:
            return
        for name, text in _GAUGES.items():
            value = served.facts()[name]
            if value is not None:
                yield GaugeMetricFamily(f"lookalike_index_{name}", text, value)
