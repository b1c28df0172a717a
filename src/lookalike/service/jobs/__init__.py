"""What was asked to be written: accepted as files, done one after the other, watched, stopped."""

from lookalike.service.jobs.document import Job, NoReport, Order, UnknownJob
from lookalike.service.jobs.jobs import Jobs, jobs_folder

__all__ = ["Job", "Jobs", "NoReport", "Order", "UnknownJob", "jobs_folder"]
