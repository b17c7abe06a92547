"""What a question means is found out beside the loop, in order, and never for long."""

import asyncio
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot import understanding as module
from bot.live import Live
from bot.understanding import Understanding
from handlers.messages import Chose, Said
from knowledge.floats import Floats
from knowledge.library import Library
from knowledge.urgency_frames import ALARM
from storage.conversations import WEB, Address
from storage.work import Store
from tests.counting import counting

ADA = Address(WEB, "ada")
SECRET = "my neighbour is dealing again"
UNIT: Floats = np.eye(1, 384, dtype=np.float32)[0]


class Slow:
    """Stands where the matcher stands: understands only when it is let."""

    understands = True

    def __init__(self, library: Library, error: Exception | None = None) -> None:
        self._matcher, self._error = library.matcher, error
        self.begun, self.may = threading.Event(), threading.Event()
        self.asked: list[str] = []
        self.meant: Floats | None = UNIT

    def meaning(self, text: str) -> Floats | None:
        self.asked.append(text)
        self.begun.set()
        self.may.wait(5)
        if self._error is not None:
            raise self._error
        return self.meant

    def __getattr__(self, name: str) -> Any:
        return getattr(self._matcher, name)


def with_slow(library: Library, slow: Slow) -> Library:
    return replace(library, matcher=slow)  # type: ignore[arg-type] # waits where it encodes


@pytest.fixture
def slow(library: Library) -> Slow:
    return Slow(library)


async def test_a_question_is_understood(library: Library, slow: Slow) -> None:
    understanding = Understanding(lambda: with_slow(library, slow))
    slow.may.set()
    assert await understanding.of("is it free") is UNIT
    understanding.close()
    assert await understanding.of("is it free") is None, "closed"


async def test_a_word_by_itself_is_not_thought_about(library: Library, slow: Slow) -> None:
    understanding = Understanding(lambda: with_slow(library, slow))
    assert await understanding.of("bike") is None
    assert not slow.asked
    understanding.close()


async def test_what_takes_too_long_is_answered_without(
    library: Library, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    understanding = Understanding(lambda: with_slow(library, slow))
    assert await understanding.of("is it free") is None
    slow.may.set()
    understanding.close()


async def test_where_too_many_wait_the_next_does_without(library: Library, slow: Slow) -> None:
    understanding = Understanding(lambda: with_slow(library, slow))
    waiting = [
        asyncio.create_task(understanding.of(f"question {number}"))
        for number in range(module.MOST_WAITING)
    ]
    await asyncio.sleep(0)
    assert await understanding.of("one more") is None
    slow.may.set()
    assert all(meaning is UNIT for meaning in await asyncio.gather(*waiting))
    assert await understanding.of("and now") is UNIT
    understanding.close()


async def test_a_mistake_costs_the_meaning_and_tells_nothing(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Slow(library, ValueError(SECRET))
    failing.may.set()
    understanding = Understanding(lambda: with_slow(library, failing))
    assert await understanding.of(SECRET) is None
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text
    understanding.close()


async def test_nobody_overtakes_what_is_being_understood(
    store: Store, library: Library, slow: Slow, now: datetime, tmp_path: Path
) -> None:
    # In the end it has no meaning, so that the words decide.
    known, slow.meant = with_slow(library, slow), None
    async with counting(store, tmp_path, lambda: known, lambda: now, Live()) as counter:
        first = asyncio.create_task(
            counter.take(ADA, "1", Said("how do i renew my shotgun licence"))
        )
        await asyncio.to_thread(slow.begun.wait, 5)
        second = asyncio.create_task(counter.take(ADA, "2", Said("thanks")))
        other = await counter.take(Address(WEB, "ben"), "3", Said("hello"))
        assert other.replies, "others are answered meanwhile"
        assert not second.done()
        slow.may.set()
        await asyncio.gather(first, second)
        async with store.work() as work:
            lines = await work.transcript.read(ADA)
    assert [line.text for line in lines if line.text] == [
        "how do i renew my shotgun licence",
        "thanks",
    ]


async def test_neither_danger_nor_a_report_waits_for_it(
    store: Store, library: Library, slow: Slow, now: datetime, tmp_path: Path
) -> None:
    known = with_slow(library, slow)
    async with counting(store, tmp_path, lambda: known, lambda: now, Live()) as counter:
        danger = "there is a man with a knife in my house right now"
        assert (await counter.take(ADA, "1", Said(danger))).level == ALARM
        await counter.take(ADA, "2", Chose("form:suspicious"))
        await counter.take(ADA, "3", Said("no, nobody at all"))
    assert not slow.asked


async def test_a_button_means_what_it_does_also_where_it_is_typed(
    store: Store, library: Library, slow: Slow, now: datetime, tmp_path: Path
) -> None:
    slow.may.set()
    slow.meant = None
    known = with_slow(library, slow)
    async with counting(store, tmp_path, lambda: known, lambda: now, Live()) as counter:
        offered = (await counter.take(ADA, "1", Said("report"))).replies[-1].choices
        label = next(each.label for each in offered if each.id == "form:asb")
        assert len(label.split()) > 1
        await counter.take(ADA, "2", Said(label))
        assert not slow.asked
        # From somebody who was not offered it, the same words are a question.
        await counter.take(Address(WEB, "ben"), "3", Said(label))
    assert slow.asked == [label]
