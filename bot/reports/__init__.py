"""Papers: what a committee reads, from plain data to DOCX, XLSX and HTML; what they say is gathered in `tracker.evidence`."""
