"""What a person hands over in a form: bytes in, Slack's file object out."""

import base64
import binascii
import mimetypes

from sandbox.server.control.asked import Asked
from sandbox.server.errors import ControlError
from sandbox.state import ids
from sandbox.state.channels import File, file_object
from sandbox.state.payload import Payload


async def upload(asked: Asked) -> Payload:
    """Take a file for a ``file_input``: ``name`` and ``content`` (base64).

    Gives ``{file}``, which ``fill`` takes as a value. The file belongs to the person and is shared nowhere.
    """
    box = asked.box
    name = str(asked.need("name")).replace("\\", "/").rpartition("/")[2] or "file"
    try:
        content = base64.b64decode(str(asked.body.get("content") or ""), validate=True)
    except binascii.Error:
        raise ControlError("invalid_content", "content is the bytes of the file in base64") from None
    made = File(
        ids.slack_id("F"),
        name,
        asked.person.id,
        len(content),
        int(box.clock.now()),
        content=content,
        complete=True,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
    box.world.files[made.id] = made
    return {"file": file_object(made, box.address)}
