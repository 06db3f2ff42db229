"""Submission to Reading: what a message is about, each part with the words it rests on; routing and storing live in tracker."""

from intake.understand.model import packaged_model
from intake.understand.reader import Understanding, labels_of

__all__ = ["Understanding", "labels_of", "packaged_model"]
