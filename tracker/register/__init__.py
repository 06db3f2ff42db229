"""The quality register: what the team knows of every programme at every site; surveys and papers have rooms of their own.

All functions take a transaction and never commit; `at` and `now` are aware times, `actor` is the person who acts.

    places.place_for(tx, where, *, desk, now) -> RegisterPlace          `where` is a `places.Where`; found or made
    places.parse_where(text, field) -> Where                            "RVW/University Hospital of North Tees/urology"
    places.label(place, field) -> str                                   words for a person
    links.link_case / unlink_case / linked_cases(tx, place_id) / seen_together(tx, place_id, ...)

    ratings.propose(tx, where, Proposal, *, actor, desk, now) -> Rating
    ratings.approve(tx, rating_id, reason, *, actor, desk, now) -> Rating
    ratings.withdraw(tx, rating_id, reason, *, actor, desk, now) -> Rating
    standing.standing(tx, place_id, *, at) -> Rating | None             the rating that stood at that moment
    standing.standings(tx, *, at) -> dict[int, Rating]                  the same for every place, in one query
    standing.history(tx, place_id, *, at) -> list[Rating]               every decided step up to then, oldest first

    evidence.add(tx, where, kind, happened_on, summary, ..., *, actor, desk, now) -> Evidence
    telling.tasks(tx, ...) / telling.settle(tx, task_id, state, why, *, actor, now)

    requirements.issue(tx, where, Order, *, actor, desk, now) -> Requirement
    assessing.respond / assess / extend / close / supersede(tx, ref, ..., *, actor, desk, now) -> Requirement
    requirements.states(tx, *, at) -> dict[int, str]                    every requirement's state at that moment

    interventions.plan / hold / draft / finish / cancel(tx, ..., *, actor, desk, now) -> Intervention
    reviews.enter(tx, PublishedReview, *, actor, desk, now) -> Intervention

    standards_map.in_terms_of(ids, field) -> tuple[Term, ...]           every regulator's standards, with provenance
"""
