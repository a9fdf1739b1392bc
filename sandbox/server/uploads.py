"""Bytes in at ``/upload/<id>``, out again at ``/files/<id>/<name>``, and people's pictures."""

import html
import mimetypes
import zlib

from aiohttp import web

from sandbox.server.box import Box
from sandbox.state.channels import File

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


async def take(box: Box, request: web.Request) -> web.Response:
    """Take the bytes of a reserved file, raw or as the ``file``/``filename`` part of a form."""
    file = _file(box, request)
    if file is None or file.complete:
        raise web.HTTPNotFound(text="no upload waits at this address")
    content = await _content(request)
    if len(content) != file.size:
        raise web.HTTPBadRequest(text=f"{file.size} bytes were announced, {len(content)} came")
    file.content = content
    file.mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return web.Response(text=f"OK - {len(content)}")


def _file(box: Box, request: web.Request) -> File | None:
    file_id = request.match_info["file_id"]
    worlds = box.realm.worlds.values()
    return next((world.files[file_id] for world in worlds if file_id in world.files), None)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    raise web.HTTPBadRequest(text="the form holds no file")


async def give(box: Box, request: web.Request) -> web.Response:
    """Give a finished file; anything but a picture is downloaded and never shown as a page."""
    file = _file(box, request)
    if file is None or file.content is None or not file.complete:
        raise web.HTTPNotFound(text="no such file")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    if file.mimetype not in _SHOWN:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=file.content, content_type=file.mimetype, headers=headers)


async def picture(box: Box, request: web.Request) -> web.Response:
    """Give somebody's picture: initials on a colour of their own."""
    user = request.match_info["user"]
    worlds = box.realm.worlds.values()
    person = next((world.people[user] for world in worlds if user in world.people), None)
    if person is None:
        raise web.HTTPNotFound(text="nobody of that id")
    letters = "".join(word[0] for word in person.real_name.split()[:2]).upper()
    hue = zlib.crc32(person.id.encode()) % 360
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" fill="hsl({hue} 45% 40%)"/>'
        '<text x="24" y="31" font-family="sans-serif" font-size="20" fill="#fff" text-anchor="middle">'
        f"{html.escape(letters)}</text></svg>"
    )
    return web.Response(text=drawn, content_type="image/svg+xml")
