"""What an operator may have done about the API: tokens, webhooks, and what those were told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import TypeVar

from bot.webhook_message import id_of, read_secret
from storage.api_tokens import ApiToken, Scope
from storage.tidings import WANTED
from storage.webhooks import Delivery, Webhook
from storage.work import Store, Work

_MOST_LISTED = 50
_Word = TypeVar("_Word", bound=StrEnum)


async def carry_out(name: str, said: Mapping[str, str], store: Store, now: datetime) -> str:
    """Do what an order named "api …" asks for; the text to print. ValueError with a sentence."""
    async with store.work() as work:
        match name:
            case "api token add":
                return await _add_token(work, said, now)
            case "api token list":
                return _tokens(await work.api_tokens.list(), now)
            case "api token revoke":
                await work.api_tokens.revoke(said["what"], now)
                return f"{said['what']} is let in no more."
            case "api webhook add":
                return await _add_webhook(work, said, now)
            case "api webhook list":
                return _webhooks(await work.webhooks.list())
            case "api webhook remove":
                if not await work.webhooks.remove(said["what"], now):
                    raise _no_webhook(said["what"])
                return "It is told nothing more."
            case "api webhook test":
                if not await work.webhooks.test(said["what"], now):
                    raise _no_webhook(said["what"])
                return "A test is on its way. See: front-counter api webhook deliveries"
            case "api webhook deliveries":
                return _deliveries(await work.webhooks.log(None, _MOST_LISTED))
            case _:
                raise ValueError(f"There is no order “{name}”. See: front-counter api --help")


async def _add_token(work: Work, said: Mapping[str, str], now: datetime) -> str:
    scopes = _words(said["scopes"], tuple(Scope), "scope")
    networks = _networks(said["networks"])
    expires_at = _end_of(said["until"]) if said["until"] else None
    if expires_at is not None and expires_at <= now:
        raise ValueError("That day is over already.")
    token = await work.api_tokens.add(
        said["what"], scopes, now, networks=networks, expires_at=expires_at
    )
    return f"{token}\nKeep it where only {said['what']} can read it: it is not shown again."


async def _add_webhook(work: Work, said: Mapping[str, str], now: datetime) -> str:
    events = _words(said["events"], WANTED, "event")
    if not events:
        raise ValueError(f"Say what it is told of: --events with some of {', '.join(WANTED)}.")
    secret, restricted = read_secret(said["secret"]), said["sensitive"] == "yes"
    id = await work.webhooks.add(said["what"], secret, events, now, restricted=restricted)
    return f"{id} is told from now on. Try: front-counter api webhook test {id}"


def _words(said: str, known: Sequence[_Word], what: str) -> Collection[_Word]:
    """The words of a list; raises ValueError, naming those known, for any other."""
    found = [word for word in said.replace(",", " ").split() if word]
    for word in found:
        if word not in known:
            raise ValueError(f"There is no {what} “{word}”. Known are: {', '.join(known)}.")
    return tuple(each for each in known if each in found)


def _networks(said: str) -> tuple[str, ...]:
    found = tuple(said.replace(",", " ").split())
    for network in found:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise ValueError(f"“{network}” is no address or network such as 10.0.0.0/8.") from None
    return found


def _end_of(day: str) -> datetime:
    """The end of a day, in UTC."""
    try:
        last = date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"“{day}” is no day such as 2027-12-31.") from None
    return datetime.combine(last + timedelta(days=1), time(), UTC)


def _tokens(tokens: Sequence[ApiToken], now: datetime) -> str:
    if not tokens:
        return "There are no tokens. Make one with: front-counter api token add NAME --scopes …"
    return "\n".join(
        f"{token.name:20} {_standing(token, now):24} "
        f"{f'last used {token.used_at:%Y-%m-%d}' if token.used_at else 'never used':20} "
        f"{' '.join(sorted(token.scopes))}"
        + (f"  from {' '.join(token.networks)}" if token.networks else "")
        for token in tokens
    )


def _standing(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "valid"
    last = token.expires_at - timedelta(days=1)
    return f"ran out {last:%Y-%m-%d}" if token.expires_at <= now else f"valid to {last:%Y-%m-%d}"


def _webhooks(found: Sequence[Webhook]) -> str:
    if not found:
        return "There are no webhooks. Make one with: front-counter api webhook add URL --events …"
    return "\n".join(
        f"{each.id}  {each.address}  {' '.join(each.events)}"
        + (" (sensitive reports as well)" if each.restricted else "")
        for each in found
    )


def _deliveries(found: Sequence[Delivery]) -> str:
    if not found:
        return "No webhook was told anything lately."
    return "\n".join(
        f"{id_of(each):12} {each.at:%Y-%m-%d %H:%M}  {each.event:15} "
        f"{each.reference or '-':11}  {each.state:9} {_tries(each)}"
        for each in found
    )


def _tries(delivery: Delivery) -> str:
    came = str(delivery.answer or "") or delivery.why
    tried = f"{delivery.attempts} tries" + (f", last: {came}" if came else "")
    waits = f", next {delivery.due_at:%Y-%m-%d %H:%M}" if delivery.done_at is None else ""
    return tried + waits


def _no_webhook(id: str) -> ValueError:
    return ValueError(f"There is no webhook “{id}”. See: front-counter api webhook list")
