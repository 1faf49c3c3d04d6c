// What a reading is worth, by the card's limits: as digitrec/reading/reject.py judges.

import { SIDE, cropped } from "./ink.js";
import { strokeWidth } from "./strokes.js";

const HALF_INK = 127;
const BOX = 20;

/**
 * @param pixels a digit in MNIST's form, Uint8Array of 784.
 * @param logits what the model says of it.
 * @param confidence the highest of its probabilities.
 * @param card the model's.
 * @returns "ok", "uncertain" or "not_a_digit".
 */
export function statusOf(pixels, logits, confidence, card) {
    const energy = energyOf(logits, card.temperature);
    const odd = Object.entries(card.reject_above).some(
        ([name, most]) => measures(pixels)[name] > most,
    );
    if (odd || isAbove(energy, card.reject_energy)) return "not_a_digit";
    const unsure = confidence < card.uncertain_below || isAbove(energy, card.uncertain_energy);
    return unsure ? "uncertain" : "ok";
}

const isAbove = (value, limit) => limit !== null && value > limit;

/** How little like a digit it is: -T logsumexp(logits / T), what they have in common taken off. */
export function energyOf(logits, temperature) {
    const mean = logits.reduce((all, one) => all + one) / logits.length;
    const scaled = logits.map((logit) => (logit - mean) / temperature);
    const top = Math.max(...scaled);
    const sum = scaled.reduce((all, one) => all + Math.exp(one - top), 0);
    return -temperature * (top + Math.log(sum));
}

/** Width by height, share of ink in the square, and width of the strokes by MNIST's box. */
export function measures(pixels) {
    const ink = pixels.map((value) => (value > HALF_INK ? 1 : 0));
    const box = cropped({ width: SIDE, height: SIDE, ink });
    if (!box) return { aspect: 0, fill: 0, stroke: 0 };
    const inked = ink.reduce((all, one) => all + one, 0);
    return {
        aspect: box.width / box.height,
        fill: inked / Math.max(box.width, box.height) ** 2,
        stroke: strokeWidth({ width: SIDE, height: SIDE, ink: pixels }) / BOX,
    };
}
