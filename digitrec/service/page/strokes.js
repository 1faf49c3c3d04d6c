// How wide strokes are, and bringing them near MNIST's: as digitrec/reading/normalize.py does it.

import { cropped, cut, resized } from "./ink.js";

const THIN = 0.07; // width of the strokes by the digit's longer side: MNIST's lie between
const THICK = 0.25;
const LEAST_SIDE = 40; // of a digit whose strokes can be measured
const CHANGED_SIDE = 160;
const HALF_INK = 127;

const STRAIGHT = 62587; // steps of the distance, in 65536ths: OpenCV's 0.955 and 1.3693
const ASLANT = 89738;

/** Mean width of a digit's strokes in pixels, 0 where there is no ink. */
export function strokeWidth(digit) {
    const distances = distancesIn(cut(digit, -1, -1, digit.width + 2, digit.height + 2));
    if (!distances.length) return 0;
    const sum = distances.reduce((all, one) => all + one);
    return 4 * (sum / 65536 / distances.length - 0.5);
}

/** From each pixel inside to the nearest outside, by a chamfer of 3 x 3. */
function distancesIn({ width, height, ink }) {
    const far = new Int32Array(width * height);
    const inside = [];
    ink.forEach((value, place) => value > HALF_INK && inside.push(place));
    for (const place of inside) far[place] = nearest(far, place, -1, width);
    for (const place of inside.reverse()) {
        far[place] = Math.min(far[place], nearest(far, place, 1, width));
    }
    return inside.map((place) => far[place]);
}

/** By the four neighbours that come before a place (way: -1) or after it (1). */
function nearest(far, place, way, width) {
    return Math.min(
        far[place + way * (width + 1)] + ASLANT,
        far[place + way * (width - 1)] + ASLANT,
        far[place + way * width] + STRAIGHT,
        far[place + way] + STRAIGHT,
    );
}

/** A digit { width, height, ink: 0 to 255 } with strokes far from MNIST's width brought near it. */
export function nearMnistWidth(digit) {
    const whole = cropped(digit);
    if (!whole || Math.max(whole.width, whole.height) < LEAST_SIDE) return digit;
    const small = atMost(whole, CHANGED_SIDE);
    const side = Math.max(small.width, small.height);
    const wide = strokeWidth(small);
    if (THIN * side <= wide && wide <= THICK * side) return whole;
    const wanted = (wide < THIN * side ? THIN : THICK) * side;
    const change = Math.max(Math.round(Math.abs(wanted - wide)), 1);
    const brush = ellipse(change + 1);
    if (wide > wanted) {
        const eroded = brushed(small, brush, Math.min, Infinity, 0);
        return eroded.ink.some((value) => value) ? eroded : small;
    }
    const { width, height } = small;
    const room = cut(small, -change, -change, width + 2 * change, height + 2 * change);
    return brushed(room, brush, Math.max, 0, -1);
}

function atMost(digit, most) {
    const scale = most / Math.max(digit.width, digit.height);
    if (scale >= 1) return digit;
    const [width, height] = [digit.width, digit.height].map((side) =>
        Math.max(Math.round(side * scale), 1),
    );
    return resized(digit, width, height);
}

/** Places of a round brush, from its middle, as OpenCV's MORPH_ELLIPSE has them. */
function ellipse(size) {
    const middle = Math.floor(size / 2);
    const places = [];
    for (let y = 0; y < size; y++) {
        const down = y - middle;
        if (Math.abs(down) > middle) continue;
        const half = Math.round(middle * Math.sqrt(1 - (down * down) / (middle * middle || 1)));
        for (let x = Math.max(middle - half, 0); x < Math.min(middle + half + 1, size); x++) {
            places.push([x - middle, down]);
        }
    }
    return places;
}

/** The highest or the lowest ink under the brush, at every place. */
function brushed({ width, height, ink }, brush, choose, start, outside) {
    const out = new Float32Array(ink.length);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            let value = start;
            for (const [across, down] of brush) {
                const [i, j] = [x + across, y + down];
                const there = i >= 0 && j >= 0 && i < width && j < height;
                value = choose(value, there ? ink[j * width + i] : outside);
            }
            out[y * width + x] = value;
        }
    }
    return { width, height, ink: out };
}
