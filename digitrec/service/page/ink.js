// Grey pictures as { width, height, ink }, ink row by row, 0 on the ground: cropped and resized.

/** Pixels a side of a digit in MNIST's form. */
export const SIDE = 28;

/** The part that has ink; null when there is none. */
export function cropped({ width, height, ink }) {
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (!ink[y * width + x]) continue;
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = y;
        }
    }
    if (bottom < 0) return null;
    return cut({ width, height, ink }, left, top, right - left + 1, bottom - top + 1);
}

/** A part, as Float32Array; what is outside the picture is ground. */
export function cut({ width, height, ink }, left, top, across, down) {
    const part = new Float32Array(across * down);
    for (let y = Math.max(top, 0); y < Math.min(top + down, height); y++) {
        for (let x = Math.max(left, 0); x < Math.min(left + across, width); x++) {
            part[(y - top) * across + x - left] = ink[y * width + x];
        }
    }
    return { width: across, height: down, ink: part };
}

/** Made smaller: each pixel is the mean of what it covers, as OpenCV's INTER_AREA has it. */
export function resized({ width, height, ink }, across, down) {
    const columns = shares(width, across);
    const rows = shares(height, down);
    const lines = new Float32Array(across * height);
    for (let y = 0; y < height; y++) {
        for (const { from, to, share } of columns) {
            lines[y * across + to] += share * ink[y * width + from];
        }
    }
    const small = new Float32Array(across * down);
    for (const { from, to, share } of rows) {
        for (let x = 0; x < across; x++) small[to * across + x] += share * lines[from * across + x];
    }
    return { width: across, height: down, ink: small };
}

/** What share each of `many` pixels has in each of `few`. */
function shares(many, few) {
    const scale = many / few;
    const found = [];
    for (let to = 0; to < few; to++) {
        const [first, last] = [to * scale, Math.min((to + 1) * scale, many)];
        for (let from = Math.floor(first); from < last; from++) {
            const covered = Math.min(from + 1, last) - Math.max(from, first);
            if (covered > 1e-3) found.push({ from, to, share: covered / (last - first) });
        }
    }
    return found;
}
