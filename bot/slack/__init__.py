"""The Slack side of the desk: it hears and keeps, mirrors cases as cards and opens forms; the tracker decides."""
