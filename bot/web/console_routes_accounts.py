"""The routes by which staff get in, and those of their accounts."""

from importlib.util import find_spec

from bot.config import ConfigError
from bot.password_rule import PasswordRule
from bot.settings import Oidc, StaffConsole
from bot.web.console_accounts import AccountPages
from bot.web.console_entrance import Entrance
from bot.web.console_factor import FactorPages
from bot.web.console_frame import ACCOUNTS, ME, MY_FACTOR, MY_PASSWORD
from bot.web.console_me import OwnPages
from bot.web.console_passkeys import PasskeyPages
from bot.web.console_room import Room
from bot.web.console_sign_in import SignIn
from bot.web.passkeys import can_verify
from bot.web.permissions import Page, Permission


def sign_in_pages(room: Room, settings: StaffConsole, entrance: Entrance) -> tuple[Page, ...]:
    """Signing in by password, code, passkey or the force's own provider; and one's own account."""
    store, shelf, clock, frame = room.store, room.shelf, room.clock, room.frame
    sign_in = SignIn(
        store,
        clock,
        frame,
        entrance,
        elsewhere=settings.oidc.only,
        provider=settings.oidc.button if settings.oidc.issuer else "",
    )
    passkeys = PasskeyPages(store, shelf, clock, entrance, sign_in) if can_verify() else None
    if passkeys is not None:
        sign_in.passkey = passkeys.asked_to_show
    rule = PasswordRule(settings.breached_passwords)
    asked = passkeys.asked_to_make if passkeys else None
    me = OwnPages(store, shelf, clock, frame, entrance, rule, asked)
    return (
        Page("GET", "/login", sign_in.show),
        Page("POST", "/login", sign_in.sign_in),
        Page("GET", "/login/code", sign_in.ask_code),
        Page("POST", "/login/code", sign_in.show_code),
        Page("POST", "/logout", sign_in.sign_out, Permission.SIGN_OUT),
        *_own_pages(me, FactorPages(store, shelf, clock, frame)),
        *_passkey_pages(passkeys),
        *_provider_pages(settings.oidc, room, entrance, sign_in),
    )


def account_pages(room: Room) -> tuple[Page, ...]:
    """Everybody's accounts, for administrators."""
    accounts = AccountPages(room.store, room.shelf, room.clock, room.frame)
    one, needed = f"{ACCOUNTS}/{{username}}", Permission.KEEP_ACCOUNTS
    return (
        Page("GET", ACCOUNTS, accounts.list, needed),
        Page("POST", ACCOUNTS, accounts.add, needed),
        Page("GET", one, accounts.show, needed),
        Page("POST", one, accounts.change, needed),
        Page("POST", f"{one}/disable", accounts.disable, needed),
        Page("POST", f"{one}/enable", accounts.enable, needed),
        Page("POST", f"{one}/password", accounts.new_password, needed),
        Page("POST", f"{one}/second-factor", accounts.reset_factor, needed),
        Page("POST", f"{one}/sign-out", accounts.sign_out, needed),
    )


def _own_pages(me: OwnPages, factor: FactorPages) -> tuple[Page, ...]:
    needed = Permission.OWN_ACCOUNT
    return (
        Page("GET", ME, me.show, needed),
        Page("POST", f"{ME}/sign-ins/end", me.end, needed),
        Page("POST", f"{ME}/sign-ins/end-others", me.end_others, needed),
        Page("GET", MY_PASSWORD, me.password, needed),
        Page("POST", MY_PASSWORD, me.change_password, needed),
        Page("GET", MY_FACTOR, factor.show, needed),
        Page("POST", MY_FACTOR, factor.confirm, needed),
        Page("POST", f"{MY_FACTOR}/codes", factor.new_codes, needed),
    )


def _passkey_pages(passkeys: PasskeyPages | None) -> tuple[Page, ...]:
    if passkeys is None:
        return ()
    needed = Permission.OWN_ACCOUNT
    return (
        Page("POST", "/login/passkey", passkeys.sign_in),
        Page("POST", f"{ME}/passkeys", passkeys.add, needed),
        Page("POST", f"{ME}/passkeys/remove", passkeys.remove, needed),
    )


def _provider_pages(
    settings: Oidc, room: Room, entrance: Entrance, sign_in: SignIn
) -> tuple[Page, ...]:
    """The way to the identity provider; raises ConfigError where its package is not there."""
    if settings.issuer is None:
        return ()
    if find_spec("joserfc") is None:
        raise ConfigError("staff.oidc needs a package: pip install 'front-counter[sso]'")
    # Only where it is used: it takes a while to import, and is not there without the extra.
    from bot.web.console_provider import BACK, ProviderPages  # noqa: PLC0415 - see above
    from bot.web.oidc import Provider  # noqa: PLC0415 - see above

    provider = Provider(settings, room.clock)
    pages = ProviderPages(
        room.store, room.clock, room.frame, entrance, sign_in, provider, settings.roles
    )
    return (Page("GET", "/login/provider", pages.go), Page("GET", BACK, pages.back))
