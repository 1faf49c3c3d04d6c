// One digit's ink to 28x28, exactly as MNIST was made: what digitrec/reading/normalize.py does.

import { SIDE, cropped, resized } from "./ink.js";

const BOX = 20;
const DECIMALS = 1e5; // of the centre of mass: a symmetrical digit's lies between two pixels

/**
 * Bring the ink of one digit to MNIST's form.
 *
 * @param digit { width, height, ink }: ink row by row, 0 on the ground, larger where there is ink.
 * @returns Uint8Array of 784: the digit in a box of 20 by its longer side, full ink 255, its centre
 *     of mass in the middle; all 0 when there is no ink.
 */
export function toMnist(digit) {
    const square = squared(cropped(digit));
    if (!square) return new Uint8Array(SIDE * SIDE);
    const { ink: small } = resized(square, BOX, BOX);
    const most = small.reduce((highest, value) => Math.max(highest, value), 0);
    return centred(small.map((value) => (value * 255) / most));
}

/** Padded to a square with the digit in the middle, doubled until it has BOX pixels a side. */
function squared(digit) {
    if (!digit) return null;
    const { width, height, ink } = digit;
    let side = Math.max(width, height);
    const top = Math.floor((side - height) / 2);
    const left = Math.floor((side - width) / 2);
    let square = new Float32Array(side * side);
    for (let y = 0; y < height; y++) {
        square.set(ink.subarray(y * width, (y + 1) * width), (top + y) * side + left);
    }
    for (; side < BOX; side *= 2) square = doubled(square, side);
    return { width: side, height: side, ink: square };
}

function doubled(square, side) {
    const large = new Float32Array(4 * side * side);
    for (let i = 0; i < large.length; i++) {
        const [y, x] = [Math.floor(i / (2 * side)), i % (2 * side)];
        large[i] = square[(y >> 1) * side + (x >> 1)];
    }
    return large;
}

/** Paste the box so that its centre of mass comes to the middle, by whole pixels. */
function centred(small) {
    const rows = new Float64Array(BOX);
    const columns = new Float64Array(BOX);
    small.forEach((value, i) => {
        rows[Math.floor(i / BOX)] += value;
        columns[i % BOX] += value;
    });
    const [down, across] = [shift(rows), shift(columns)];
    const image = new Uint8Array(SIDE * SIDE);
    small.forEach((value, i) => {
        const [y, x] = [Math.floor(i / BOX) + down, (i % BOX) + across];
        if (value) image[y * SIDE + x] = Math.floor(Math.min(value + 0.5, 255));
    });
    return image;
}

/** How far to move along an axis: the box may leave the image, ink may not. */
function shift(ink) {
    const sum = ink.reduce((all, value) => all + value);
    const moment = ink.reduce((all, value, place) => all + value * place, 0);
    const centre = Math.round((moment / sum) * DECIMALS) / DECIMALS;
    const first = ink.findIndex((value) => value > 0);
    const last = ink.findLastIndex((value) => value > 0);
    return Math.min(Math.max(Math.floor(14.5 - centre), -first), SIDE - 1 - last);
}
