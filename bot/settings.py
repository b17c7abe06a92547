"""What can be set, a class for each table of config.toml."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    model_validator,
)

SHIPPED_CONTENT = Path(__file__).parent.parent / "knowledge" / "content"

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


def _network(text: str) -> str:
    """An address or network as it was written; ValueError for what is neither."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"“{text}” is no address or network such as 10.0.0.0/8") from None
    return text


Network = Annotated[str, AfterValidator(_network)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Web(_Part):
    """The residents' chat page."""

    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: HttpUrl | None = None
    """The address residents see, where a proxy stands in front; https turns on secure cookies."""
    trusted_proxies: tuple[Network, ...] = ()
    idle_minutes: Annotated[int, Field(ge=5)] = 60


Role = Literal["handler", "supervisor", "comms", "auditor", "admin"]


class Oidc(_Part):
    """Signing in at the force's own identity provider, by OpenID Connect; off until it is named."""

    issuer: HttpUrl | None = None
    """Its address, at which `/.well-known/openid-configuration` is found."""
    client_id: str = ""
    client_secret: SecretStr | None = None
    """Empty for a public client, which PKCE alone protects."""
    button: str = "Sign in with your work account"
    claim: str = "preferred_username"
    """Which of its claims is the username here, the first time that somebody signs in."""
    groups: str = "groups"
    """The claim that names somebody's groups."""
    roles: dict[str, Role] = Field(default_factory=dict)
    """Group to role: whoever is in one gets an account by signing in. Empty: only accounts that
    are there already."""
    only: tuple[Role, ...] = ()
    """Roles that cannot sign in with a password of ours."""

    @model_validator(mode="after")
    def _is_whole(self) -> "Oidc":
        if self.issuer is not None and not self.client_id:
            raise ValueError("an issuer needs a client_id")
        local = self.issuer is None or self.issuer.host in {"localhost", "127.0.0.1"}
        if self.issuer is not None and self.issuer.scheme != "https" and not local:
            raise ValueError("issuer has to be an https address")
        return self


class StaffConsole(_Part):
    """The staff console, on a listener of its own."""

    host: str = "127.0.0.1"
    port: Port = 8081
    public_url: HttpUrl | None = None
    idle_minutes: Annotated[int, Field(ge=1)] = 30
    longest_hours: Annotated[int, Field(ge=1)] = 12
    second_factor: tuple[Role, ...] = ()
    """Roles that have to set up a second factor before they can do anything else."""
    breached_passwords: Path | None = None
    """A sorted list of the SHA-1 of stolen passwords, as Have I Been Pwned gives it."""
    oidc: Oidc = Oidc()
    alarm_minutes: Annotated[int, Field(ge=1)] = 5
    """After so long with nobody on it an alarm is told to whoever is on call, where any is watched;
    and after so long again if nobody has closed it."""
    urgent_minutes: Annotated[int, Field(ge=1)] = 15
    """After so long with nobody having opened it an urgent report is told to whoever is on call."""


class Api(_Part):
    """The API for the force's own systems, and webhooks; off until it is enabled."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: Port | None = None
    """None: the API is on the staff console's listener."""
    per_minute: Annotated[int, Field(ge=1)] = 600
    """How often each token may ask."""
    webhook_networks: tuple[Network, ...] = ()
    """Networks of our own that webhooks may be sent to; public addresses always may be."""


_SECRET = re.compile(r"[\w-]{0,256}", re.ASCII)
"""What Telegram takes as a webhook's secret, or none at all."""


class Telegram(_Part):
    """The Telegram bot; off until a token is given."""

    token: SecretStr | None = None
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: HttpUrl | None = None
    webhook_secret: SecretStr | None = None
    api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    staff_chat_id: int | None = None
    """A group of staff that is told, without any content, what waits for somebody."""

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "Telegram":
        if self.mode == "webhook" and not (self.webhook_url and self.webhook_secret):
            raise ValueError("mode “webhook” needs webhook_url and webhook_secret")
        if self.webhook_url and self.webhook_url.scheme != "https":
            raise ValueError("webhook_url has to be an https address")
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not _SECRET.fullmatch(secret):
            raise ValueError("webhook_secret has 1 to 256 of A-Z a-z 0-9 _ -")
        if self.token is not None and not self.token.get_secret_value():
            raise ValueError("the token is empty: leave it out to have Telegram off")
        return self


class Knowledge(_Part):
    """Where the knowledge files are, and when a question counts as understood."""

    folder: Path = SHIPPED_CONTENT
    reload_seconds: Seconds = 2.0
    answer_above: Share | None = None
    options_above: Share | None = None

    @model_validator(mode="after")
    def _answers_are_the_surer(self) -> "Knowledge":
        sure, unsure = self.answer_above, self.options_above
        if sure is not None and unsure is not None and sure < unsure:
            raise ValueError("answer_above has to be as high as options_above, or higher")
        return self


class Storage(_Part):
    """Where everything is kept."""

    url: str = ""
    """Empty means SQLite in the data folder."""
    key_file: Path | None = None
    """Empty means `seal.key` in the data folder, made on the first run."""
    journal: Path | None = None
    """Empty means `journal` in the data folder; better a folder on another disk."""


class Alerts(_Part):
    """Who is told when something needs a person: by webhook, by e-mail, or both."""

    webhook_url: SecretStr | None = None
    email_to: tuple[str, ...] = ()
    email_from: str = "front-counter@localhost"
    smtp_host: str = "localhost"
    smtp_port: Port = 25
    smtp_starttls: bool = True


class Retention(_Part):
    """How long things are kept, in days."""

    alarms: Annotated[int, Field(ge=1)] = 90
    unanswered: Annotated[int, Field(ge=1)] = 30
    feedback: Annotated[int, Field(ge=1)] = 365
    drafts: Annotated[int, Field(ge=1)] = 30
    messages: Annotated[int, Field(ge=1)] = 30
    web_chats_hours: Annotated[int, Field(ge=1)] = 24
    telegram_chats: Annotated[int, Field(ge=1)] = 365
    set_aside: Annotated[int, Field(ge=1)] = 90
    webhook_deliveries: Annotated[int, Field(ge=1)] = 30
    reports_review: Annotated[int, Field(ge=1)] = 2192
    hand_overs: Annotated[int, Field(ge=1)] = 365
    audit: Annotated[int, Field(ge=365)] = 2557
    tombstones: Annotated[int, Field(ge=30)] = 400


class LiveSettings(_Part):
    """Live chats with a handler."""

    enabled: bool = True
    away_minutes: Annotated[int, Field(ge=1)] = 3
    """A chat goes back to the queue when its handler has had no page open for so long."""
    patience_minutes: Annotated[int, Field(ge=1)] = 10
    """A resident who has waited for so long is told so, or let go where nobody is there."""
    alert_minutes: Annotated[int, Field(ge=1)] = 5
    """After so long a wait whoever is on call is told."""
