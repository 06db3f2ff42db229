"""The quality register: what the team knows of every programme at every site; surveys and papers are in `tracker.evidence`.

Functions take a transaction and never commit; `at` and `now` are aware times, `actor` is the person who acts. The rooms:

    places          what is rated: provider, site, programme, department, and its one key
    rating_rules    how a rating may move (pure); risk the score that suggests (pure)
    ratings         propose, approve, withdraw; asking the line that says it waits; standing which rating stood when
    telling         who must be told of a rating, as tasks; past how everything stood at an earlier moment
    evidence        dated items about a place; links cases beside it
    due_dates       when a requirement is due (pure); requirements issue and send it; assessing what becomes of it
    responses       mails that answer a requirement; chasing the letters when none does
    interventions   reviews and meetings from plan to report; reviews published ones; printed what cannot be true (pure)
    standards_map   one standard in every regulator's terms (pure)
    dues            what falls due; clock what happens then; events the history; views plain data for commands
"""
