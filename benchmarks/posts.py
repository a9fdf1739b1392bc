"""How many chat.postMessage calls a second the local Slack takes, from a caller that costs next to nothing.

Whoever measures the bot's sending against the local Slack must know what the latter can take. The requests
are made up beforehand and written over kept-alive connections, several at once; there is no bot.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.figures import show, spread
from bot.manifest import manifest
from sandbox import process

PEOPLE = 50
LENGTH = b"content-length: "


def cpu_seconds(pid: int) -> float:
    """Return the seconds of CPU a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def deaf() -> dict[str, Any]:
    """Return the bot's manifest without events: nobody listens, and each would be repeated to nobody."""
    made = manifest()
    made["settings"]["event_subscriptions"]["bot_events"] = []
    return made


def message(number: int) -> dict[str, object]:
    """Return a message of the size of a check-in."""
    line = "How is your mentoring going? It takes two minutes, and nobody but you reads what you write."
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Answer"},
        "value": f"checkin-{number}",
    }
    return {
        "text": line,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*Your check-in* {line}"}},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "With <@U0SOMEBODY>, last month."},
            },
            {
                "type": "actions",
                "elements": [
                    {**button, "action_id": "checkins.answer", "style": "primary"},
                    {**button, "action_id": "checkins.not_met"},
                ],
            },
            {"type": "context", "elements": [{"type": "mrkdwn", "text": line}]},
        ],
        "metadata": {"event_type": "mentorbot_notice", "event_payload": {"key": f"key-{number:020}"}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def request(host: str, token: str, body: dict[str, object], method: str = "chat.postMessage") -> bytes:
    """Return a whole HTTP request to a Web API method."""
    content = json.dumps(body).encode()
    head = (
        f"POST /api/{method} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json;charset=utf-8\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> bytes:
    """Send one request and return the answer's body."""
    writer.write(said)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    start = head.index(LENGTH) + len(LENGTH)
    return await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))


async def load(address: str, requests: list[bytes], connections: int) -> list[float]:
    """Make all requests over so many connections; return how long each took, in seconds."""
    where = urlsplit(address)
    waiting = iter(requests)
    took: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for said in waiting:
            began = time.perf_counter()
            answer = await ask(reader, writer, said)
            took.append(time.perf_counter() - began)
            assert answer.startswith(b'{"ok":'), answer
            assert b'"ok": true' in answer or b'"ok":true' in answer, answer
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return took


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=5000)
    options.add_argument("--connections", type=int, default=8)
    given = options.parse_args()
    team = {"people": [{"id": f"U0GUEST{n}", "name": f"guest{n}"} for n in range(PEOPLE)]}
    with process.start(team=team, manifest=deaf(), limits_off="all") as slack:
        host = urlsplit(slack.address).netloc
        requests = [
            request(host, slack.bot_token, {"channel": f"U0GUEST{n % PEOPLE}", **message(n)})
            for n in range(given.messages)
        ]
        used, began = cpu_seconds(slack.pid), time.perf_counter()
        took = asyncio.run(load(slack.address, requests, given.connections))
        seconds, used = time.perf_counter() - began, cpu_seconds(slack.pid) - used
    show(
        "posts",
        {
            "messages": len(took),
            "connections": given.connections,
            "posts_per_second": round(len(took) / seconds),
            "sandbox_cpu_ms_each": round(used / len(took) * 1000, 3),
            "answered": spread(took),
        },
    )


if __name__ == "__main__":
    main()
