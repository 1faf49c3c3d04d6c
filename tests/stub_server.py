"""TEMPORARY: what the page needs of a server, until digitrec.service is there."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from PIL import Image

import digitrec
from digitrec.errors import PictureError
from digitrec.reading import stages
from digitrec.reading.reader import Reader

PAGE = Path(digitrec.__file__).parent / "service" / "page"
CSP = "default-src 'self'; img-src 'self' data: blob:"
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}


def png(image):
    b = io.BytesIO()
    image.save(b, "PNG")
    return base64.b64encode(b.getvalue()).decode()


class Handler(SimpleHTTPRequestHandler):
    reader = Reader()
    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}

    def end_headers(self):
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            s = self.reader.see(body)
            out, status = s.reading.as_dict(), 200
            pic = Image.fromarray(s.picture.pixels)
            out["stages"] = {
                "picture": png(pic),
                "ink": png(stages._ink(s)),
                "boxes": png(stages._with_boxes(s, pic)),
                "digits": [png(Image.fromarray(i)) for i in s.images],
            }
        except PictureError as e:
            out, status = {"error": str(e)}, 422
        data = json.dumps(out).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(PAGE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
