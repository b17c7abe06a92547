"""Nothing that a resident wrote, and no way of reaching one, can be read from the files."""

from datetime import datetime, timedelta
from pathlib import Path

from handlers.conversation import Conversation, Step
from handlers.draft import Draft
from handlers.messages import Choice, Reply
from handlers.report import Answer, NewReport, Place, SafeContact
from storage.api_requests import Answered, Once
from storage.api_tokens import Scope
from storage.conversations import TELEGRAM, WEB, Address
from storage.files import CHUNK
from storage.quality import Criterion, Mark
from storage.retention import Retention, purge
from storage.scope import By
from storage.tidings import WANTED
from storage.work import Store, Work

CANARY = "CANARY-4f1d"


async def plant(work: Work, by: By, now: datetime) -> str:
    """Put the canary wherever words go; an access code."""
    answer = Answer("what", CANARY, CANARY)
    place = Place(CANARY, "chelmsford", CANARY, 51.7, 0.5)
    draft = Draft("asb", now, (answer,), place)
    state = Conversation(Step.REPORTING, True, CANARY, (CANARY,), (Choice("1", CANARY),), draft)
    for channel in (WEB, TELEGRAM):
        kept = await work.conversations.load(Address(channel, CANARY), now)
        kept = work.conversations.save(kept, state, now)
        work.transcript.hear(kept, CANARY, now)
        work.transcript.say(kept, [Reply(CANARY, (Choice("1", CANARY),))], now)
    photo = await work.files.keep(CANARY.encode() * (CHUNK // 8), "image/png", kept.id, now)
    report = NewReport(
        "asb", (answer,), place, frozenset({"hate"}), SafeContact("phone", True, CANARY), (photo,)
    )
    reference, code = work.reports.keep(report, kept.id, now)
    await work.reports.add(reference, CANARY, now)
    await work.reports.by_code(CANARY, kept.id, now)
    await work.casework.note(reference, CANARY, by, now)
    await work.quality.keep(reference, now.date(), {Criterion.GRADE: Mark.YES}, CANARY, by, now)
    await work.casework.message(reference, CANARY, by, now)
    await work.casework.open(reference, by, now)
    work.feedback.keep(True, "asb", CANARY, now)
    work.feedback.keep_unanswered(CANARY, ["asb"], "chat", now)
    await work.hand_overs.join(kept, (CANARY,), now)
    (waits,) = await work.live_desk.waiting()
    await work.live_desk.take(waits.id, by.staff, now)
    await work.live_desk.put_back(waits.id, by.staff.id, "sue", CANARY, now)
    work.alarms.keep(CANARY, "alarm", "violence", (kept.id, "web"), now)
    await work.webhooks.add(f"https://{CANARY}/", CANARY.encode() * 2, WANTED, now)
    token = await work.api_tokens.add("crm", [Scope.WRITE], now)
    system = await work.api_tokens.find(token, now)
    assert system is not None
    once = Once(system.id, CANARY, CANARY.encode())
    await work.api_requests.remember(once, Answered(201, CANARY), now)
    work.alarms.keep(CANARY, "alarm", "violence", (kept.id, "web"), now)
    return code


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_the_canary_is_in_no_file_while_open_or_afterwards(
    on_sqlite: Store, folder: Path, now: datetime, supervisor: By
) -> None:
    async with on_sqlite.work() as work:
        code = await plant(work, supervisor, now)
    assert (folder / "counter.db-wal").stat().st_size > CHUNK
    assert CANARY.encode() not in on_disk(folder)
    assert code.encode() not in on_disk(folder)
    # And that this could fail: what is plain by design is there to be read.
    assert b"chelmsford" in on_disk(folder)
    await purge(on_sqlite, now + timedelta(days=400), Retention())
    assert CANARY.encode() not in on_disk(folder)
