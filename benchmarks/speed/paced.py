"""Sends a picture so many times a second, whether or not the answers keep up; as a program.

    python paced.py PORT FILE A_SECOND SECONDS

prints in JSON the requests, the milliseconds within which half and 99 % of those answered by 200
came, and how many were answered by 503 and otherwise. A request is late from the moment at which it
was to be sent on, also when it had to wait for a connection.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

CONNECTIONS = 32


async def main(port: int, content: bytes, a_second: float, seconds: float) -> dict[str, float]:
    """Send, wait for all, count."""
    head = f"POST /predict HTTP/1.1\r\nhost: paced\r\ncontent-length: {len(content)}\r\n\r\n"
    request = head.encode() + content
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    statuses: Counter[int] = Counter()
    late: list[float] = []

    async def one(due: float) -> None:
        reader, writer = await free.get()
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in answer.split(b"\r\n") if line.startswith(b"content-length")]
        await reader.readexactly(int(lengths[0].split(b":")[1]))
        status = int(answer[9:12])
        statuses[status] += 1
        if status == 200:
            late.append(time.perf_counter() - due)
        free.put_nowait((reader, writer))

    began = time.perf_counter()
    sent = []
    for number in range(int(a_second * seconds)):
        due = began + number / a_second
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        sent.append(asyncio.create_task(one(due)))
    await asyncio.gather(*sent)
    late = sorted(late) or [seconds]  # where none was answered, all were as late as can be
    return {
        "requests": len(sent),
        "p50": 1000 * late[len(late) // 2],
        "p99": 1000 * late[len(late) * 99 // 100],
        "refused": statuses[503],
        "wrong": len(sent) - statuses[200] - statuses[503],
    }


if __name__ == "__main__":
    port, file, a_second, seconds = sys.argv[1:]
    found = main(int(port), Path(file).read_bytes(), float(a_second), float(seconds))
    print(json.dumps(asyncio.run(found)))
