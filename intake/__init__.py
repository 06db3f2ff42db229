"""Hears, reads and understands: everything that arrives becomes one inbound row, then one Submission."""
