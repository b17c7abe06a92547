"""A Bot API server of our own, over real HTTP, for residents who talk to the bot through it.

`async with FakeTelegram() as telegram`, then `telegram.resident(7).say("hello")`.
"""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.telegram_queue import Hook, Updates
from tests.telegram_resident import BOT, PATIENCE, Resident, Shown, user
from tests.telegram_rules import (
    METHODS,
    Refused,
    bad_request,
    check_commands,
    check_keyboard,
    read_params,
    seen_text,
)

TOKEN = "4242:fake-token-of-the-tests"


@dataclass(frozen=True)
class Call:
    """A request that the bot made, and how it was answered."""

    method: str
    params: dict[str, Any]
    status: int


@dataclass(frozen=True)
class Failure:
    """What is to happen to a call instead of what it asks for, or besides."""

    refused: Refused
    chat_id: int | None
    lost: bool


class FakeTelegram:
    """The server; `api_url` is where it listens, `calls` what was asked of it."""

    def __init__(self, token: str = TOKEN, retry_delay: float = 0.05) -> None:
        self.token = token
        self.api_url = ""
        self.calls: list[Call] = []
        self.left: set[int] = set()
        """Groups that the bot has left."""
        self.group_texts: defaultdict[int, list[str]] = defaultdict(list)
        self.profile: dict[str, Any] = {}
        """Commands and descriptions as the bot set them."""
        self.updates = Updates(retry_delay)
        self._residents: dict[int, Resident] = {}
        self._groups: set[int] = set()
        self._failures: defaultdict[str, deque[Failure | None]] = defaultdict(deque)
        self._numbers = itertools.count(1000)
        self._files: dict[str, tuple[str, bytes, bool]] = {}
        self._queries: set[str] = set()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.updates.close()
        await self._runner.cleanup()

    # What a test does

    def resident(self, chat_id: int) -> Resident:
        """Somebody with a private chat of that id."""
        return self._residents.setdefault(chat_id, Resident(self, chat_id))

    def fail_next(
        self,
        method: str,
        status: int = 500,
        description: str = "scripted failure",
        *,
        times: int = 1,
        after: int = 0,
        retry_after: int | None = None,
        chat_id: int | None = None,
        lost: bool = False,
        body: bytes | None = None,
    ) -> None:
        """Let the next calls of `method` fail, of `chat_id` only where one is given.

        The first `after` calls still succeed. `lost` does what is asked, then breaks the
        connection; `body` is sent in place of JSON.
        """
        failure = Failure(Refused(status, description, retry_after, body), chat_id, lost)
        self._failures[method].extend([None] * after + [failure] * times)

    def called(self, method: str) -> list[Call]:
        """The calls of one method, those refused among them."""
        return [call for call in self.calls if call.method == method]

    def group_says(self, group_id: int, user_id: int, text: str) -> None:
        """Somebody writes in a group that the bot is in."""
        message = self.message(self._group(group_id), user_id) | {"text": text}
        self.deliver("message", message, group_id)

    def group_adds_bot(self, group_id: int, user_id: int) -> None:
        """Somebody adds the bot to a group."""
        self.membership(self._group(group_id), user_id, "left", "member")

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is so; TimeoutError where it does not come about."""
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110 - anything may be waited for
                await asyncio.sleep(0.01)

    # What residents do through it

    def deliver(self, kind: str, content: Any, chat_id: int, queue: str = "chat") -> int:
        """Bring an update on its way; its id."""
        update_id = next(self._numbers)
        self.updates.add({"update_id": update_id, kind: content}, (queue, chat_id))
        return update_id

    def message(self, chat: dict[str, Any], sender_id: int) -> dict[str, Any]:
        """A message without content."""
        return {
            "message_id": next(self._numbers),
            "date": 1_700_000_000,
            "chat": chat,
            "from": BOT if sender_id == BOT["id"] else user(sender_id),
        }

    def membership(self, chat: dict[str, Any], user_id: int, old: str, new: str) -> None:
        """The bot's place in a chat has changed."""

        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": BOT, "status": status, **until}

        change = {
            "chat": chat,
            "from": user(user_id),
            "date": 1_700_000_000,
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self.deliver("my_chat_member", change, chat["id"], "membership")

    def add_file(self, data: bytes, there: bool) -> str:
        """Keep a file; its id. Where it is not `there`, fetching it fails."""
        number = next(self._numbers)
        self._files[f"file-{number}"] = (f"photos/file_{number}.jpg", data, there)
        return f"file-{number}"

    def new_query(self) -> str:
        """The id of a button press that waits for its answer."""
        query = f"query-{next(self._numbers)}"
        self._queries.add(query)
        return query

    # What the server does

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method not in METHODS:
            return _error(Refused(404, "Not Found"))
        given = {**request.query, **{name: str(it) for name, it in (await request.post()).items()}}
        params: dict[str, Any] = {}
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            params = read_params(method, given)
            failure = self._failure(method, params.get("chat_id"))
            if failure and not failure.lost:
                raise failure.refused
            perform: Callable[..., Awaitable[Any]] = getattr(self, f"_{method}")
            result = await perform(**params)
        except Refused as refused:
            self.calls.append(Call(method, params, refused.status))
            return _error(refused)
        self.calls.append(Call(method, params, 200))
        if failure and request.transport is not None:
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    def _failure(self, method: str, chat_id: int | None) -> Failure | None:
        failures = self._failures[method]
        if not failures or (failures[0] and failures[0].chat_id not in {None, chat_id}):
            return None
        return failures.popleft()

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] == self.token:
            for path, data, there in self._files.values():
                if path == request.match_info["path"] and there:
                    return web.Response(body=data)
        return _error(Refused(404, "Not Found"))

    def _group(self, group_id: int) -> dict[str, Any]:
        self._groups.add(group_id)
        return {"id": group_id, "type": "supergroup", "title": "A street"}

    def _shown(self, chat_id: int, message_id: int) -> Shown:
        resident = self._residents.get(chat_id)
        if resident is None or message_id not in resident.shown:
            raise bad_request("message to edit not found")
        return resident.shown[message_id]

    # The methods of the Bot API, by their own names

    # ruff: noqa: N802 - they are Telegram's

    async def _getMe(self) -> Any:
        return BOT

    async def _getUpdates(self, **asked: Any) -> Any:
        return await self.updates.poll(
            asked.get("offset", 0),
            asked.get("limit", 100),
            asked.get("timeout", 0),
            asked.get("allowed_updates"),
        )

    async def _setWebhook(self, url: str, **asked: Any) -> Any:
        self._drop(**asked)
        self.updates.set_hook(
            Hook(
                url,
                asked.get("secret_token", ""),
                tuple(asked.get("allowed_updates", ())),
                asked.get("max_connections", 40),
            )
        )
        return True

    async def _deleteWebhook(self, **asked: Any) -> Any:
        self._drop(**asked)
        self.updates.set_hook(None)
        return True

    def _drop(self, drop_pending_updates: bool = False, **_: Any) -> None:
        if drop_pending_updates:
            self.updates.pending.clear()

    async def _getWebhookInfo(self) -> Any:
        hook = self.updates.hook
        return {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }

    async def _sendMessage(self, chat_id: int, text: str, **rest: Any) -> Any:
        seen = seen_text(text, rest.get("parse_mode"))
        markup = rest.get("reply_markup")
        buttons = check_keyboard(markup) if markup else ()
        if chat_id in self._groups:
            if chat_id in self.left:
                raise Refused(403, "Forbidden: bot was kicked from the group chat")
            self.group_texts[chat_id].append(seen)
            return self.message(self._group(chat_id), BOT["id"])
        resident = self._residents.get(chat_id)
        if resident is None:
            raise bad_request("chat not found")
        if resident.has_blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        message = self.message(resident.chat, BOT["id"]) | {"text": seen}
        rows = tuple(len(row) for row in markup["inline_keyboard"]) if markup else ()
        resident.see(Shown(message["message_id"], seen, text, buttons, rows, rest))
        return message | ({"reply_markup": markup} if markup else {})

    async def _sendChatAction(self, chat_id: int, action: str) -> Any:
        return self._residents[chat_id].chat["id"] == chat_id and action == "typing"

    async def _editMessageText(self, chat_id: int, message_id: int, **asked: Any) -> Any:
        shown = self._shown(chat_id, message_id)
        shown.html = asked.get("text", "")
        shown.text = seen_text(shown.html, asked.get("parse_mode"))
        markup = asked.get("reply_markup")
        shown.buttons = check_keyboard(markup) if markup else ()
        return self.message(self._residents[chat_id].chat, BOT["id"]) | {"text": shown.text}

    async def _editMessageReplyMarkup(
        self, chat_id: int, message_id: int, reply_markup: dict[str, Any] | None = None
    ) -> Any:
        shown = self._shown(chat_id, message_id)
        buttons = check_keyboard(reply_markup) if reply_markup else ()
        if buttons == shown.buttons:
            raise bad_request("message is not modified")
        shown.buttons = buttons
        return self.message(self._residents[chat_id].chat, BOT["id"]) | {"text": shown.text}

    async def _answerCallbackQuery(self, callback_query_id: str, **_: Any) -> Any:
        if callback_query_id not in self._queries:
            raise bad_request("query is too old and response timeout expired or ID is invalid")
        self._queries.discard(callback_query_id)
        return True

    async def _deleteMessage(self, chat_id: int, message_id: int) -> Any:
        self._shown(chat_id, message_id)
        del self._residents[chat_id].shown[message_id]
        return True

    async def _deleteMessages(self, chat_id: int, message_ids: list[int]) -> Any:
        if not 1 <= len(message_ids) <= 100:
            raise bad_request("wrong number of message identifiers")
        for message_id in message_ids:
            self._residents[chat_id].shown.pop(message_id, None)
        return True

    async def _getFile(self, file_id: str) -> Any:
        if file_id not in self._files:
            raise bad_request("invalid file_id")
        path, data, _ = self._files[file_id]
        if len(data) > 20 << 20:
            raise bad_request("file is too big")
        about = {"file_id": file_id, "file_unique_id": f"u{file_id}"}
        return about | {"file_size": len(data), "file_path": path}

    async def _leaveChat(self, chat_id: int) -> Any:
        if chat_id not in self._groups:
            raise bad_request("chat not found")
        self.left.add(chat_id)
        return True

    async def _setMyCommands(self, commands: list[Any], **asked: Any) -> Any:
        check_commands(commands)
        self.profile["commands"] = commands
        self.profile["scope"] = asked.get("scope", {}).get("type", "default")
        return True

    async def _getMyCommands(self, **_: Any) -> Any:
        return self.profile.get("commands", [])

    async def _setMyDescription(self, description: str = "", **_: Any) -> Any:
        if len(description) > 512:
            raise bad_request("description is too long")
        self.profile["description"] = description
        return True

    async def _getMyDescription(self, **_: Any) -> Any:
        return {"description": self.profile.get("description", "")}

    async def _setMyShortDescription(self, short_description: str = "", **_: Any) -> Any:
        if len(short_description) > 120:
            raise bad_request("short description is too long")
        self.profile["short_description"] = short_description
        return True

    async def _getMyShortDescription(self, **_: Any) -> Any:
        return {"short_description": self.profile.get("short_description", "")}


def _error(refused: Refused) -> web.Response:
    if refused.body is not None:
        return web.Response(status=refused.status, body=refused.body)
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": refused.status,
        "description": refused.description,
    }
    if refused.retry_after is not None:
        answer["parameters"] = {"retry_after": refused.retry_after}
    return web.Response(
        status=refused.status, text=json.dumps(answer), content_type="application/json"
    )
