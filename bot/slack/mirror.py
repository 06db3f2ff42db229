"""A card is a mirror of its case: draw it again until it shows the case as it is; when to look is the worker's business."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.slack import card
from bot.slack.calls import Limited, Lost, SaidNo, SlackTrouble, Unreached
from bot.slack.card import Drawn
from bot.slack.posting import NotHere, Posted, Poster
from tracker import card_facts, cards
from tracker.cards import CardJob
from tracker.desk import Desk
from tracker.model import Case
from tracker.store import Store, Tx

REFUSED_FOR: Final = 300.0
_GONE: Final = frozenset({"message_not_found", "cant_update_message", "channel_not_found", "not_in_channel"})


@dataclass(frozen=True)
class _Shown:
    posted: Posted
    revision: int


class Mirror:
    """Redraws one card at a time; several mirrors, also of several processes, may work on one database."""

    def __init__(self, store: Store, poster: Poster, desk: Desk, now: Callable[[], datetime]) -> None:
        self._store = store
        self._poster = poster
        self._desk = desk
        self._now = now
        self._out_of_reach = False

    def redraw_one(self) -> bool:
        """Redraw the card that has waited longest; False where all cards are true. Trouble is written on the card's row."""
        lease = timedelta(seconds=self._desk.lease.card)
        job = self._store.write(lambda tx: cards.claim_stale(tx, now=self._now(), lease=lease))
        if job is None:
            return False
        try:
            shown = self._leave(job) if job.leaving else self._show(job)
        except Limited as limited:
            self._put_off(job, str(limited), limited.retry_after)
        except NotHere as refusal:
            self._put_off(job, str(refusal), REFUSED_FOR)
        except SlackTrouble as trouble:
            self._out_of_reach = self._out_of_reach or isinstance(trouble, Unreached | Lost)
            self._put_off(job, str(trouble), None)
        else:
            self._settle(job, shown)
        return True

    def _settle(self, job: CardJob, shown: _Shown) -> None:
        """Write down what hangs; after an outage the other cards are redrawn now, not when their waits are over."""
        back, self._out_of_reach = self._out_of_reach, False
        now = self._now()

        def settle(tx: Tx) -> None:
            cards.settle(
                tx,
                job.card_id,
                shown_revision=shown.revision,
                posted_in=shown.posted.channel or None,
                ts=shown.posted.ts or None,
                left=job.leaving,
                now=now,
            )
            if back:
                cards.wake(tx, now=now)

        self._store.write(settle)

    def _show(self, job: CardJob) -> _Shown:
        drawn, revision = self._drawn(job)
        if job.posted_in and job.ts:
            at = Posted(job.posted_in, job.ts)
            self._poster.place(at.channel)
            try:
                self._poster.update(at, drawn.text, drawn.blocks, drawn.metadata)
            except SaidNo as no:
                if no.code not in _GONE:
                    raise
                self._store.write(lambda tx: cards.forget_post(tx, job.card_id))
            else:
                return _Shown(at, revision)
        channel = self._poster.place(job.channel)
        posted = self._poster.post_once(channel, drawn.text, drawn.blocks, drawn.metadata, doubtful=job.attempts > 1)
        if not posted.fresh:
            self._poster.update(posted, drawn.text, drawn.blocks, drawn.metadata)
        return _Shown(posted, revision)

    def _leave(self, job: CardJob) -> _Shown:
        """Take the content away where the card hung: a line says where it hangs now, or nothing where nothing may be posted."""
        drawn = self._farewell(job)
        at = Posted(job.posted_in or "", job.ts or "")
        if not at.ts:
            there = self._poster.look(self._poster.find(job.channel), drawn.metadata)
            if there is None:
                return _Shown(at, 0)
            at = there
        try:
            self._poster.place(at.channel)
            self._poster.update(at, drawn.text, drawn.blocks, drawn.metadata)
        except NotHere:
            self._poster.delete(at)
        except SaidNo as no:
            if no.code not in _GONE:
                raise
            return _Shown(Posted("", ""), 0)
        return _Shown(at, 0)

    def _farewell(self, job: CardJob) -> Drawn:
        with self._store.reading() as tx:
            hidden = card_facts.hidden_on_card(tx, tx.get_one(Case, job.case_id), self._desk)
            to = "" if hidden else cards.hangs_in(tx, job.case_id)
        return card.moved(job.ref, to)

    def _drawn(self, job: CardJob) -> tuple[Drawn, int]:
        with self._store.reading() as tx:
            case = tx.get_one(Case, job.case_id)
            facts = card_facts.facts(tx, case, desk=self._desk, now=self._now())
        return card.draw(facts), facts.revision

    def _put_off(self, job: CardJob, error: str, retry_after: float | None) -> None:
        self._store.write(
            lambda tx: cards.settle(tx, job.card_id, error=error, retry_after=retry_after, now=self._now())
        )
