"""Decides and remembers: cases, clocks and letters; no network, no clock of its own."""
