"""The yardstick: aiohttp's hello-world in a process of its own."""

import asyncio
import json
import signal

from aiohttp import web


async def serve() -> None:
    """Answer GET / until SIGTERM."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="Hello, world")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print(json.dumps({"chat": f"http://127.0.0.1:{runner.addresses[0][1]}/"}), flush=True)
    await stop.wait()
    await runner.cleanup()
    print("{}", flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
