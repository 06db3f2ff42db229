"""Text without what tells who somebody is: for cards, histories, exports and other readers; best effort, measured, no promise."""

from tracker.deidentify.erasing import Eraser, Hidden, eraser_for

__all__ = ["Eraser", "Hidden", "eraser_for"]
