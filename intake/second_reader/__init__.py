"""A second reader that the organisation runs itself: it gets de-identified words, and may only find a case graver."""

from intake.second_reader.asking import ask_one
from intake.second_reader.endpoint import Endpoint, NoAnswer

__all__ = ["Endpoint", "NoAnswer", "ask_one"]
