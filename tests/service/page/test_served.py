"""How the page's files are answered."""

import pytest

TYPES = {
    "": "text/html", "main.js": "javascript", "style.css": "text/css", "sw.js": "javascript",
    "manifest.webmanifest": "manifest+json", "icon.svg": "image/svg+xml", "icon.png": "image/png",
}  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_each_file_has_its_type_and_is_asked_for_anew(server, name):
    answer = server.http.get(f"/{name}")
    assert answer.status_code == 200
    assert TYPES[name] in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-cache"
    again = server.http.get(f"/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
