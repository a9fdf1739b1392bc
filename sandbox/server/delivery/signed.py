"""Signed HTTP: Slack's v0 signature over the raw body, three seconds for an answer."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.server.delivery.answer import ACK_SECONDS, Answer
from sandbox.state.payload import Payload

OK, MULTIPLE = 200, 300


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body as Slack does: HMAC-SHA256 over ``v0:{timestamp}:{body}``, hexadecimal, with ``v0=``."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def form(fields: Payload) -> bytes:
    """Encode a slash command's fields."""
    return urlencode(fields).encode()


def interactive(payload: Payload) -> bytes:
    """Encode an interaction: one form field ``payload`` with JSON in it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


async def post(
    session: ClientSession,
    url: str,
    secret: str,
    body: bytes,
    content_type: str,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Post a signed body and read the answer: JSON where it is JSON, else text; None for an empty body."""
    timestamp = str(int(time.time()))
    sent = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    } | (headers or {})
    try:
        async with session.post(
            url, data=body, headers=sent, timeout=ClientTimeout(total=ACK_SECONDS), allow_redirects=False
        ) as response:
            text = await response.text()
            if not OK <= response.status < MULTIPLE:
                return Answer(error="http_service_error")
    except TimeoutError:
        return Answer(error="operation_timeout")
    except ClientError:
        return Answer(error="dispatch_failed")
    if not text:
        return Answer()
    try:
        return Answer(json.loads(text))
    except ValueError:
        return Answer(text)
