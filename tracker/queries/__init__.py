"""Reading only: cases, what came in, what goes out and how the desk is, as plain data for the command line, Slack and health."""

from tracker.queries.cases import CaseFilter, case_count, case_json, case_list, case_show
from tracker.queries.health import Bounds, in_words, status
from tracker.queries.post import inbound_list, inbound_show, outbox_list, outbox_show

__all__ = [
    "Bounds",
    "CaseFilter",
    "case_count",
    "case_json",
    "case_list",
    "case_show",
    "in_words",
    "inbound_list",
    "inbound_show",
    "outbox_list",
    "outbox_show",
    "status",
]
