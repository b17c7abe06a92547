"""Residents who write to the counter of a console's desk, for tests of live chats."""

from dataclasses import dataclass, field

from bot.decide import Taken
from handlers.messages import Chose, Event, Said
from handlers.report import read_code
from storage.conversations import WEB, Address
from storage.transcript import Line
from tests.console_desk import Desk


@dataclass
class Resident:
    """Somebody in a chat on one channel."""

    desk: Desk
    key: str = "somebody"
    channel: str = WEB
    sent: int = field(default=0, init=False)

    @property
    def address(self) -> Address:
        return Address(self.channel, self.key)

    async def says(self, text: str) -> str:
        """They type; what the counter answers."""
        return _texts(await self.does(Said(text)))

    async def presses(self, id: str) -> str:
        """They press a button, by its id."""
        return _texts(await self.does(Chose(id)))

    async def does(self, event: Event) -> Taken:
        self.sent += 1
        return await self.desk.counter.take(self.address, f"{self.key} {self.sent}", event)

    async def waits(self, *texts: str) -> str:
        """They write, ask for a person and wait; the id of the hand-over."""
        for text in texts:
            await self.says(text)
        await self.says("person")
        await self.presses("live:wait")
        async with self.desk.store.work() as work:
            kept = await work.conversations.find(self.address)
            assert kept is not None
            waiting = await work.live_desk.waiting()
        return next(one.id for one in waiting if one.conversation_id == kept.id)

    async def reads(self) -> tuple[Line, ...]:
        """Everything in their chat."""
        async with self.desk.store.work() as work:
            return await work.transcript.read(self.address)

    async def last(self) -> str:
        """What they were told last."""
        return [line.reply.text for line in await self.reads() if line.reply][-1]


def code_in(text: str) -> str:
    """The access code in a receipt."""
    words = text.replace("*", " ").replace(".", " ").split()
    return next(
        code for at in range(len(words)) if (code := read_code("".join(words[at : at + 4])))
    )


def _texts(taken: Taken) -> str:
    return "\n---\n".join(reply.text for reply in taken.replies)
