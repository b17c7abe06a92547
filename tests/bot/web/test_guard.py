"""Tokens, limits, and where a request comes from."""

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.web.guard import Limits, Tokens, Whereabouts, is_own

SECRET = bytes(range(32))


class TestTokens:
    def test_a_token_is_right_for_its_session_and_secret_only(self) -> None:
        token = Tokens(SECRET).token("one")
        assert Tokens(SECRET).right("one", token)
        assert not Tokens(SECRET).right("another", token)
        assert not Tokens(bytes(32)).right("one", token)
        assert not Tokens(SECRET).right("one", "")
        assert not Tokens(SECRET).right("one", "é" * 64)

    def test_an_event_has_one_id_for_one_content_of_one_form(self) -> None:
        tokens = Tokens(SECRET)
        id = tokens.event_id("session", "form", b"words")
        assert id == tokens.event_id("session", "form", b"words")
        others = {
            tokens.event_id("session", "form", b"word"),
            tokens.event_id("session", "forms", b"words"),
            tokens.event_id("sessionform", "", b"words"),
            Tokens(bytes(32)).event_id("session", "form", b"words"),
        }
        assert len(others - {id}) == 4


class TestLimits:
    def test_each_key_has_its_own_burst(self) -> None:
        limits = Limits(rate=0.001, burst=3)
        assert [limits.allow("one") for _ in range(5)] == [True, True, True, False, False]
        assert limits.allow("another")

    def test_a_flood_of_keys_is_not_remembered_for_ever(self) -> None:
        limits = Limits(rate=1e9, burst=2)
        for number in range(Limits.MOST_KEYS * 2):
            assert limits.allow(str(number))
        assert len(limits._buckets) <= Limits.MOST_KEYS


class TestWhereabouts:
    def test_what_a_stranger_says_of_their_address_is_not_believed(self) -> None:
        request = _request(remote="203.0.113.5", forwarded="198.51.100.7")
        assert Whereabouts(()).of(request) == "203.0.113.5"
        assert Whereabouts(["10.0.0.0/8"]).of(request) == "203.0.113.5"

    def test_a_trusted_proxy_is_believed_for_the_last_hop_only(self) -> None:
        request = _request(remote="10.0.0.5", forwarded="1.2.3.4, 198.51.100.7, 10.0.0.9")
        assert Whereabouts(["10.0.0.0/8"]).of(request) == "198.51.100.7"

    def test_a_household_is_one_however_many_addresses_it_has(self) -> None:
        one = Whereabouts(()).of(_request(remote="2001:db8:1:2::1"))
        other = Whereabouts(()).of(_request(remote="2001:db8:1:2:ffff::9"))
        assert one == other
        assert one != Whereabouts(()).of(_request(remote="2001:db8:1:3::1"))

    def test_nonsense_is_an_address_too(self) -> None:
        request = _request(remote="10.0.0.5", forwarded="nonsense" * 50)
        assert len(Whereabouts(["10.0.0.5"]).of(request)) <= 64
        assert Whereabouts(["10.0.0.5"]).of(_request(remote="10.0.0.5")) == "10.0.0.5"


class TestOwnPages:
    def test_our_own_pages_and_a_person_may_send(self) -> None:
        assert is_own(_request(site="same-origin"))
        assert is_own(_request(site="none"))
        assert is_own(_request())
        assert is_own(_request(origin="null"))
        assert is_own(_request(origin="http://counter.example"))
        assert is_own(_request(origin="https://chat.example"), "chat.example")

    def test_other_pages_may_not(self) -> None:
        assert not is_own(_request(site="cross-site"))
        assert not is_own(_request(site="same-site", origin="http://counter.example"))
        assert not is_own(_request(origin="http://counter.example.evil"))
        assert not is_own(_request(origin="http://counter.example"), "chat.example")


def _request(
    *, remote: str = "203.0.113.5", forwarded: str = "", site: str = "", origin: str = ""
) -> web.Request:
    given = {
        "Host": "counter.example",
        "X-Forwarded-For": forwarded,
        "Sec-Fetch-Site": site,
        "Origin": origin,
    }
    headers = {name: value for name, value in given.items() if value}
    return make_mocked_request("POST", "/say", headers=headers).clone(remote=remote)
