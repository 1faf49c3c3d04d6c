"""Where the curves bend, in sentences that are computed from what was measured; and why."""

from collections.abc import Iterator, Mapping

from parts import Part

NEAR = 1.1
"""So many times the best is as good as the best."""

Line = Mapping[str, float]
"""What was measured, by what was varied, the smaller first."""


def as_text(parts: Mapping[str, Part]) -> str:
    """A list with a sentence or two a curve, of those that were measured."""
    return "\n".join(f"- {one}" for one in sentences(parts)) or "Not measured yet."


def sentences(parts: Mapping[str, Part]) -> Iterator[str]:
    """What each curve says, where there is one of at least three points."""
    curves = {(name, line): values for name, part in parts.items()
              for line, values in part.curves.items() if len(values) > 2}  # fmt: skip
    for (part, line), values in curves.items():
        if part == "throughput" and line.startswith("digitrec"):
            yield of_batches(line, values)
        elif (part, line) in SAYING:
            yield SAYING[part, line](values)
    one, two = (curves.get(("throughput", f"digitrec, {n} threads"), {}) for n in (1, 2))
    if one and two:
        yield of_threads(one, two)


def of_files(seconds: Line) -> str:
    """From how many files on their number is what takes the time."""
    *_, (before, early), (last, late) = points(seconds)
    first = points(seconds)[0][1]
    each = (late - early) / (last - before)
    return (
        f"**Files, time.** The start takes {first:.1f} s, each file {1e6 * each:.0f} us: up to "
        f"some {first / each:,.0f} files most of the time is the start of the processes that read, "
        "from there on time grows with their number."
    )


def of_files_memory(megabytes: Line) -> str:
    """What a file more takes."""
    (low, _), *_, (before, early), (last, late) = points(megabytes)
    flat = early / points(megabytes)[0][1]
    each = 1e6 * (late - early) / (last - before)
    return (
        f"**Files, memory.** From {low:,.0f} to {before:,.0f} files {flat:.2f} times as much, "
        f"from there on {each:.0f} bytes a file: a folder's names are listed and sorted before the "
        "first is read; pictures and answers do not stay."
    )


def of_batches(name: str, micros: Line) -> str:
    """The batch that is enough, and what a smaller or larger one loses."""
    found = points(micros)
    best = min(value for _, value in found)
    enough = next(batch for batch, value in found if value <= NEAR * best)
    size, largest = found[-1][0], found[-1][1] / best
    slower = "what all its digits' maps take no longer fits the cache next to a core"
    return (
        f"**Batch, {name}.** Batches of {enough:,.0f} are within a tenth of the fastest; one digit "
        f"takes {found[0][1] / best:.1f} times as long: a call costs the same however many it "
        f"brings. {size:,.0f} at once take {largest:.2f} times the fastest"
        f"{f': {slower}' if largest > NEAR else ', no less: there is no more to share'}."
    )


def of_threads(one: Line, two: Line) -> str:
    """What the second thread is worth, by batch."""
    both = [batch for batch in one if batch in two]
    gains = ", ".join(f"{one[batch] / two[batch]:.2f} at {batch}" for batch in both)
    return (
        f"**Threads.** Two read so many times as fast as one, by batch: {gains}. They wait for "
        "each other after each operation, which for a digit or two takes longer than the operation."
    )


def of_widths(micros: Line) -> str:
    """How time grows with the width, beside multiply-adds, which grow with its square."""
    found = points(micros)
    (low, least), (high, most) = found[0], found[-1]
    return (
        f"**Width.** {high / low:.0f} times the width is {(high / low) ** 2:.0f} times the "
        f"multiply-adds and {most / least:.1f} times the time: kernels work on 8 channels and more "
        "at once, and what a narrow layer does not fill is computed for nothing."
    )


def of_batch_memory(megabytes: Line) -> str:
    """What a digit more in a batch takes."""
    (low, least), *_, (high, most) = points(megabytes)
    return (
        f"**Batch, memory.** {1e3 * (most - least) / (high - low):.0f} kB a digit of the batch: "
        "the two largest maps that follow each other, and what the kernels keep of them."
    )


def of_width_memory(megabytes: Line) -> str:
    """What a wider network takes."""
    (low, least), *_, (high, most) = points(megabytes)
    return (
        f"**Width, memory.** {most - least:.0f} MB more from {low:g} to {high:g} times the width: "
        "beside the libraries and the digits, weights and maps are little."
    )


def points(line: Line) -> list[tuple[float, float]]:
    """What was varied, and what was measured."""
    return [(float(varied), value) for varied, value in line.items()]


SAYING = {
    ("files", "s"): of_files,
    ("files", "MB"): of_files_memory,
    ("work", "us by width"): of_widths,
    ("memory", "MB by batch"): of_batch_memory,
    ("memory", "MB by width"): of_width_memory,
}
"""What says where a curve bends, by part and line."""
