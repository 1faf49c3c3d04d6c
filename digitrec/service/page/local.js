// Reading in the browser: what is drawn, digits that do not touch, by the tiny model.

import { card, probabilities, run } from "./model.js";
import { statusOf } from "./judge.js";
import { toMnist } from "./normalize.js";
import { pieces } from "./pieces.js";
import { nearMnistWidth } from "./strokes.js";

/**
 * Read a sheet as the server would, as far as that goes here: no photos, touching digits as one.
 *
 * @param sheet { width, height, ink }, ink 0 to 255 row by row.
 * @returns what POST /predict answers; each digit also has its `pixels` in MNIST's form.
 */
export function read(sheet) {
    const digits = pieces(sheet).map(digitOf);
    const told = digits.filter(({ status }) => status !== "not_a_digit");
    const status = statusOfAll(digits, told);
    return { file: null, status, text: textOf(told), digits, notes: [], error: null };
}

/** The digit of a sheet that is at a point, in MNIST's form; null when there is none. */
export function pixelsAt(sheet, [pointX, pointY]) {
    const piece = pieces(sheet).find(
        ({ x, y, width, height }) =>
            pointX >= x && pointY >= y && pointX <= x + width && pointY <= y + height,
    );
    return piece ? pixelsOf(piece) : null;
}

const pixelsOf = (piece) => toMnist(nearMnistWidth(piece));

function digitOf(piece) {
    const pixels = pixelsOf(piece);
    const { logits } = run(pixels);
    const chances = probabilities(logits);
    const confidence = Math.max(...chances);
    return {
        digit: Number(card.classes[chances.indexOf(confidence)]),
        confidence,
        status: statusOf(pixels, logits, confidence, card),
        line: piece.line,
        box: [piece.x, piece.y, piece.width, piece.height],
        probabilities: chances,
        pixels,
    };
}

function statusOfAll(digits, told) {
    if (!digits.length) return "empty";
    if (!told.length) return "not_a_digit";
    return digits.every(({ status }) => status === "ok") ? "ok" : "uncertain";
}

/** Digits in their order, lines with line breaks between them. */
export function textOf(digits) {
    const lines = [...new Set(digits.map(({ line }) => line))];
    const onLine = (wanted) => digits.filter(({ line }) => line === wanted);
    return lines.map((line) => onLine(line).map(({ digit }) => digit).join("")).join("\n");
}
