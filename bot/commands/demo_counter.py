"""What else the counter of `front-counter demo` has seen: alarms, questions, opinions, shifts."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.commands.demo_texts import Asked, Texts
from knowledge.library import Library
from storage.alarms import AlarmOutcome
from storage.conversations import WEB, Address
from storage.scope import By
from storage.work import Work

ALARM_EVERY = timedelta(days=6)
STILL_OPEN = 2
"""Alarms of today that nobody has closed."""
OPINION_EVERY = timedelta(days=3)
ASKED_A_DAY = 6
"""Questions on a day that an article answers, of those we count."""


async def add_the_rest(
    work: Work,
    library: Library,
    texts: Texts,
    staff: Sequence[By],
    *,
    chance: random.Random,
    days: int,
    until: datetime,
) -> None:
    """Everything that is no report, of so many days until then."""
    start = until - timedelta(days=days)
    await _alarms(work, texts, staff, chance, (start, until))
    _questions(work, library, texts.asked, chance, (start, until))
    for back, note in enumerate(texts.shift_notes):
        at = until - timedelta(hours=9 + 12 * back)
        await work.desk.hand_over(note, staff[back % len(staff)], at)


async def _alarms(
    work: Work,
    texts: Texts,
    staff: Sequence[By],
    chance: random.Random,
    period: tuple[datetime, datetime],
) -> None:
    at, until = period
    while (at := at + ALARM_EVERY * chance.uniform(0.5, 1.5)) < until - timedelta(days=1):
        await _raise(work, texts, chance, at)
        # All earlier ones are closed, so it is the only open one.
        (alarm, *_) = await work.alarms.page(1)
        who = chance.choice(staff).staff.username
        taken = at + timedelta(seconds=chance.randrange(20, 400))
        await work.alarms.take(alarm.id, who, taken)
        outcome, note = chance.choice(tuple(AlarmOutcome)), chance.choice(texts.alarm_notes)
        closed = taken + timedelta(minutes=chance.randrange(2, 40))
        await work.alarms.close(alarm.id, who, outcome, note, closed)
    for back in range(STILL_OPEN):
        await _raise(work, texts, chance, until - timedelta(minutes=4 + 20 * back))


async def _raise(work: Work, texts: Texts, chance: random.Random, at: datetime) -> None:
    danger = chance.choice(texts.dangers)
    chat = await work.conversations.load(Address(WEB, f"demo {at:%Y%m%d%H%M}"), at)
    work.alarms.keep(danger.text, danger.level, danger.category, (chat.id, WEB), at)


def _questions(
    work: Work,
    library: Library,
    asked: Asked,
    chance: random.Random,
    period: tuple[datetime, datetime],
) -> None:
    at, until = period
    while (at := at + timedelta(days=1) / ASKED_A_DAY) < until:
        work.feedback.count(chance.choice(asked.answered), "answer", at)
    at, _ = period
    while (at := at + OPINION_EVERY * chance.uniform(0.5, 1.5)) < until:
        thought = chance.choice(asked.opinions)
        comment = chance.choice(thought.comments)
        work.feedback.keep(thought.helpful, thought.article, comment, at)
    for number, text in enumerate(asked.unanswered):
        at = until - timedelta(hours=7 * (number + 1))
        nearest = tuple(id for id, _ in library.match(text).ranked[:3])
        work.feedback.keep_unanswered(text, nearest, f"demo {number}", at)
        work.feedback.count("", "unknown", at)
