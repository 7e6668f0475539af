"""Models of the reports: they own snapshots and nothing else."""

from lms.reports.effect.models import Snapshot

__all__ = ["Snapshot"]
