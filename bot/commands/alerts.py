"""`front-counter alerts`: sends a test alert by every way that the settings name."""

import sys

from bot.alerts import Alert, NotDelivered, ways_of
from bot.config import Config

TEST = Alert("test", "This is a test: alerts of the front counter reach you here.")


async def send_test(config: Config) -> int:
    """Send it; 1 where a way fails or there is none."""
    ways = ways_of(config.alerts)
    if not ways:
        print("No way is set: give alerts.webhook_url or alerts.email_to.", file=sys.stderr)
        return 1
    failed = 0
    for way in ways:
        name = type(way).__name__.removeprefix("By").lower()
        try:
            await way.deliver(TEST)
        except NotDelivered as error:
            failed += 1
            print(f"{name}: {error}", file=sys.stderr)
        else:
            print(f"{name}: sent")
    return 1 if failed else 0
