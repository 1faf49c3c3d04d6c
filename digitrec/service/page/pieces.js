// Connected pieces of ink in reading order: one a digit, where digits do not touch.

const OVERLAP = 0.5; // of the narrower piece's width, from which two pieces may be one digit
const NEAR = 0.3; // of the taller one's height: how far above the other a part may be, as a 5's hat
const SPECK = 0.12; // of the tallest one's height: what is smaller is no digit

/**
 * The digits' ink.
 *
 * @param sheet { width, height, ink }.
 * @returns a list of { x, y, width, height, ink, line }: box and ink of each, and its line from 0.
 */
export function pieces(sheet) {
    const parts = joined(connected(sheet));
    const tallest = Math.max(...parts.map(({ box }) => Math.max(box.width, box.height)));
    const digits = parts.filter(({ box }) => Math.max(box.width, box.height) > SPECK * tallest);
    return inLines(digits).map(({ box, pixels, line }) => ({
        ...box,
        ink: inkOf(sheet, box, pixels),
        line,
    }));
}

/** Pieces whose pixels touch, also by their corners. */
function connected({ width, height, ink }) {
    const seen = new Uint8Array(ink.length);
    const found = [];
    for (let start = 0; start < ink.length; start++) {
        if (ink[start] && !seen[start]) found.push(pieceAt(start, { width, height, ink }, seen));
    }
    return found;
}

function pieceAt(start, { width, height, ink }, seen) {
    const pixels = [start];
    seen[start] = 1;
    for (let next = 0; next < pixels.length; next++) {
        const [x, y] = [pixels[next] % width, Math.floor(pixels[next] / width)];
        for (let j = Math.max(y - 1, 0); j <= Math.min(y + 1, height - 1); j++) {
            for (let i = Math.max(x - 1, 0); i <= Math.min(x + 1, width - 1); i++) {
                const place = j * width + i;
                if (!ink[place] || seen[place]) continue;
                seen[place] = 1;
                pixels.push(place);
            }
        }
    }
    return { pixels, box: boxOf(pixels, width) };
}

function boxOf(pixels, width) {
    let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
    for (const place of pixels) {
        const [x, y] = [place % width, Math.floor(place / width)];
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
    }
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Parts of one digit put together, as a 5's body and its hat. */
function joined(parts) {
    for (const [i, one] of parts.entries()) {
        const other = parts.findIndex((part, j) => j > i && areOne(one.box, part.box));
        if (other < 0) continue;
        const whole = {
            pixels: [...one.pixels, ...parts[other].pixels],
            box: around(one.box, parts[other].box),
        };
        return joined([...parts.filter((_, j) => j !== i && j !== other), whole]);
    }
    return parts;
}

function areOne(a, b) {
    const across = overlap(a.x, a.width, b.x, b.width);
    const apart = -overlap(a.y, a.height, b.y, b.height);
    return (
        across > OVERLAP * Math.min(a.width, b.width) &&
        apart < NEAR * Math.max(a.height, b.height)
    );
}

/** How much two spans share; less than 0: how far they are apart. */
const overlap = (start, length, other, otherLength) =>
    Math.min(start + length, other + otherLength) - Math.max(start, other);

function around(a, b) {
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    const right = Math.max(a.x + a.width, b.x + b.width);
    const bottom = Math.max(a.y + a.height, b.y + b.height);
    return { x, y, width: right - x, height: bottom - y };
}

/** From left to right, line by line: who begins below the middle of a line's first is on the next. */
function inLines(parts) {
    const left = [...parts].sort((a, b) => a.box.y - b.box.y);
    const sorted = [];
    for (let line = 0; left.length; line++) {
        const { y, height } = left[0].box;
        const count = left.findIndex(({ box }) => box.y > y + height / 2);
        const row = left.splice(0, count < 0 ? left.length : count);
        row.sort((a, b) => a.box.x - b.box.x);
        sorted.push(...row.map((part) => ({ ...part, line })));
    }
    return sorted;
}

function inkOf({ width, ink }, box, pixels) {
    const own = new Float32Array(box.width * box.height);
    for (const place of pixels) {
        const [x, y] = [place % width, Math.floor(place / width)];
        own[(y - box.y) * box.width + x - box.x] = ink[place];
    }
    return own;
}
