"""The API under schemathesis: every operation with thousands of right and wrong requests."""

import asyncio
import copy
import importlib.util
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import open_app
from bot.commands.demo import fill
from bot.config import load_config
from bot.web.api_mount import PREFIX
from storage.api_tokens import Scope
from storage.feed import Wanted
from storage.scope import By
from storage.staff import Staff
from storage.tidings import WANTED
from storage.work import Store

MISSING = "schemathesis is not here: pip install -e '.[api-test]'"
REAL = 12
"""Reports that are there; others are made up."""

_ANYBODY = By(Staff(0, "benchmark", "Benchmark", "supervisor"), may_see_restricted=True)

# A right request may be refused for what the records say: the report is not there, it cannot become
# that, or has changed since.
_CONFIG = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "412"]
missing_required_header.expected-statuses = ["400", "404", "428"]
"""


async def run(examples: int) -> int:
    """Fuzz an API of its own over invented reports; the exit code of schemathesis."""
    if importlib.util.find_spec("schemathesis") is None:
        print(MISSING, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        config, _ = load_config(
            data=folder / "data",
            web={"port": 0},
            staff={"port": 0},
            api={"enabled": True, "per_minute": 10_000_000},
        )
        await fill(config, days=2, a_day=20)
        async with open_app(config) as app:
            now = datetime.now(UTC)
            async with app.store.work() as work:
                token = await work.api_tokens.add("fuzz", tuple(Scope), now)
                await work.webhooks.add("https://partner.example/", bytes(32), WANTED, now)
            url, references = f"{app.console_url}{PREFIX[1:]}", await _references(app.store)
            document = await _document(url)
            known = folder / "known.json"
            for path, text in (
                (folder / "schemathesis.toml", _CONFIG),
                (folder / "any.json", json.dumps(document)),
                (known, json.dumps(_narrowed(document, references))),
            ):
                await asyncio.to_thread(path.write_text, text, encoding="utf-8")
            made_up = await _schemathesis(folder / "any.json", url, token, examples)
            return await _schemathesis(known, url, token, examples) or made_up


async def _document(url: str) -> Any:
    async with aiohttp.ClientSession() as client, client.get(f"{url}/openapi.json") as answer:
        return await answer.json()


def _narrowed(document: Any, references: Sequence[str]) -> Any:
    """The document for reports that are there, at one of their first versions."""
    narrowed = copy.deepcopy(document)
    known = {"reference": references, "If-Match": ['"0"', '"1"', '"2"', '"3"', '"4"']}
    for methods in narrowed["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in known:
                    parameter["schema"]["enum"] = known[parameter["name"]]
    return narrowed


async def _references(store: Store) -> list[str]:
    async with store.work() as work:
        found = await work.feed.page(Wanted(), None, REAL, _ANYBODY)
    return [each.reference for each in found]


async def _schemathesis(document: Path, url: str, token: str, examples: int) -> int:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        str(document),
        f"--url={url}",
        f"--header=Authorization: Bearer {token}",
        "--checks=all",
        f"--max-examples={examples}",
        "--continue-on-failure",
        cwd=document.parent,
    )
    return await process.wait()
