"""What the machine tells the bot: secrets, addresses, sizes of pools. Read from the environment only."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Misconfigured

SLACK = "https://slack.com/api/"
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED_CONFIG = REPOSITORY / "config"


class Settings(BaseSettings):
    """One field a variable; ``mentorbot check`` explains each of them."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    bot_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_BOT_TOKEN")
    app_token: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_APP_TOKEN")
    signing_secret: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_SIGNING_SECRET")
    keys: SecretStr = Field(default=SecretStr(""), validation_alias="MENTORBOT_KEYS")
    slack_api_url: str = Field(default=SLACK, validation_alias="SLACK_API_URL")
    client_id: str = Field(default="", validation_alias="SLACK_CLIENT_ID")
    client_secret: SecretStr = Field(default=SecretStr(""), validation_alias="SLACK_CLIENT_SECRET")
    authorize_url: str = Field(default=AUTHORIZE, validation_alias="SLACK_AUTHORIZE_URL")
    public_url: str = Field(default="", validation_alias="MENTORBOT_PUBLIC_URL")
    """Under which address Slack and people reach the web process, such as https://mentorbot.example.org."""
    host: str = Field(default="127.0.0.1", validation_alias="MENTORBOT_HOST")
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=AliasChoices("MENTORBOT_PORT", "PORT"))
    web_threads: int = Field(default=16, ge=1, le=200, validation_alias="MENTORBOT_WEB_THREADS")
    metrics_token: SecretStr = Field(default=SecretStr(""), validation_alias="MENTORBOT_METRICS_TOKEN")
    """What a scraper must show to read /metrics; empty where only the inside reaches the port."""
    unready_seconds: float = Field(default=5.0, ge=0, le=60, validation_alias="MENTORBOT_UNREADY_SECONDS")
    """How long the web process goes on accepting after it was told to stop, while /readyz says so."""
    lag_seconds: float = Field(default=300.0, gt=0, validation_alias="MENTORBOT_LAG_SECONDS")
    """How long something may be due before /readyz says that sending lags."""
    silent_seconds: float = Field(default=60.0, gt=0, validation_alias="MENTORBOT_SILENT_SECONDS")
    """How long no clock may have looked for what is due before /readyz says so."""
    keep_days: float = Field(default=90.0, ge=8, validation_alias="MENTORBOT_KEEP_DAYS")
    """How long the record of a message is kept; at least the week in which it counts as one of two."""
    call_seconds: float = Field(default=10.0, ge=0.2, le=60, validation_alias="MENTORBOT_CALL_SECONDS")
    """How long one call to Slack may take; a sender's hold on a message is nine times as long."""
    concurrency: int = Field(default=4, ge=1, le=64, validation_alias="MENTORBOT_CONCURRENCY")
    """How many workspaces one worker process serves at the same moment."""
    log_format: Literal["text", "json"] = Field(default="text", validation_alias="MENTORBOT_LOG_FORMAT")
    database_url: str = Field(default="sqlite:///var/mentorbot.sqlite3", validation_alias="DATABASE_URL")
    config: Path = Field(default=SHIPPED_CONFIG, validation_alias="MENTORBOT_CONFIG")
    clock_file: Path | None = Field(default=None, validation_alias="MENTORBOT_CLOCK_FILE")
    listeners: int = Field(default=6, ge=1, le=200, validation_alias="MENTORBOT_LISTENERS")
    tick_seconds: float = Field(default=5.0, gt=0, le=60, validation_alias="MENTORBOT_TICK_SECONDS")
    paced: bool = Field(default=True, validation_alias="MENTORBOT_PACED")
    """Whether sending keeps below Slack's rate limits by itself, before Slack says so."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", validation_alias="MENTORBOT_LOG_LEVEL"
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_any_spelling(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @model_validator(mode="after")
    def _no_moved_clock_in_real_slack(self) -> Self:
        if self.clock_file is not None and not self.is_local_slack:
            raise ValueError(
                "MENTORBOT_CLOCK_FILE moves the clock: it works only with SLACK_API_URL on this machine. "
                "Unset it."
            )
        return self

    @model_validator(mode="after")
    def _address_ends_in_slash(self) -> Self:
        if not self.slack_api_url.endswith("/"):
            raise ValueError("SLACK_API_URL must end in a slash, such as https://slack.com/api/")
        return self

    @property
    def is_local_slack(self) -> bool:
        """Whether the Slack spoken to is on this machine (a sandbox)."""
        return urlsplit(self.slack_api_url).hostname in {"127.0.0.1", "localhost", "::1"}


def read_settings(**known: object) -> Settings:
    """Read the environment; ``known`` fields win over it. Raises Misconfigured in one plain sentence."""
    try:
        return Settings(**known)  # type: ignore[arg-type] # pydantic checks each value
    except ValidationError as fault:
        lines = []
        for error in fault.errors():
            sentence = error["msg"].removeprefix("Value error, ")  # pydantic's word for a sentence of ours
            lines.append(": ".join(filter(None, (".".join(map(str, error["loc"])), sentence))))
        raise Misconfigured("\n".join(lines)) from fault
