"""Deliveries: what other systems tell of shoppers, read as events."""

from lookalike.deliveries.reading import Delivery, delivery_of, open_events, read_events
from lookalike.deliveries.report import RecordReport, RecordStopped

__all__ = ["Delivery", "RecordReport", "RecordStopped", "delivery_of", "open_events", "read_events"]
