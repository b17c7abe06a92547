"""Which addresses webhooks may have: public ones, and those of our own networks that are named."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_IN_DISGUISE = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16")))
"""Public networks of IPv6 in which an address of IPv4 is hidden, which may be a private one."""


class Addresses:
    """Which addresses may be posted to: public ones, and `networks` besides.

    Without this a webhook could be pointed at the inside of our own network.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = tuple(ip_network(network, strict=False) for network in networks)

    def allow(self, address: str) -> bool:
        """Whether we may connect to it."""
        found = ip_address(address.partition("%")[0])
        return self.is_listed(found) or _is_public(found)

    def is_listed(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether the settings name its network."""
        return any(address in network for network in self._networks)

    def check(self, url: str) -> None:
        """Raise ValueError, with a sentence, for an address that nothing may be posted to.

        What a name stands for is looked at when it is connected to, since that may change.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
            literal = _literal(host)
        except ValueError:
            raise ValueError(f"“{url}” is no address.") from None
        listed = literal is not None and self.is_listed(literal)
        if not host or not (parts.scheme == "https" or (parts.scheme == "http" and listed)):
            raise ValueError(
                "A webhook’s address begins with https://. Only a number address of "
                "api.webhook_networks may do with http://."
            )
        if parts.username or parts.password or parts.fragment:
            raise ValueError("A webhook’s address holds no user, no password and no #.")
        if literal is not None and not self.allow(str(literal)):
            raise ValueError(f"{host} is not public. Name its network in api.webhook_networks.")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host's name is, None for a name.

    Raises ValueError for an address in an odd spelling, such as 2130706433: aiohttp hands what
    looks like a number to the system unseen, which takes that for 127.0.0.1.
    """
    if ":" in host or host.replace(".", "").isdigit():
        return ip_address(host.partition("%")[0])
    return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    disguised = any(address in network for network in _IN_DISGUISE)
    return address.is_global and not address.is_multicast and not disguised
