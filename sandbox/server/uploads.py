"""Bytes in at ``/upload/<id>``, and out again at ``/files/<id>/<name>``."""

import mimetypes

from aiohttp import web

from sandbox.server.box import Box

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


async def take(box: Box, request: web.Request) -> web.Response:
    """Take the bytes of a reserved file, raw or as the ``file``/``filename`` part of a form."""
    file = box.world.files.get(request.match_info["file_id"])
    if file is None or file.complete:
        raise web.HTTPNotFound(text="no upload waits at this address")
    content = await _content(request)
    if len(content) != file.size:
        raise web.HTTPBadRequest(text=f"{file.size} bytes were announced, {len(content)} came")
    file.content = content
    file.mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return web.Response(text=f"OK - {len(content)}")


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    raise web.HTTPBadRequest(text="the form holds no file")


async def give(box: Box, request: web.Request) -> web.Response:
    """Give a finished file; anything but a picture is downloaded and never shown as a page."""
    file = box.world.files.get(request.match_info["file_id"])
    if file is None or file.content is None or not file.complete:
        raise web.HTTPNotFound(text="no such file")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    if file.mimetype not in _SHOWN:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=file.content, content_type=file.mimetype, headers=headers)
