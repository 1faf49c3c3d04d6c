/**
 * Reads one digit.
 *
 * @param pixels 784 of them, 0 to 255, row by row, in MNIST's form: ink 255 on ground 0.
 * @returns logits, one a class; and the maps that each step made on the way, in their order:
 *     { kernel, shape: [height, width, channels], values: Int8Array }.
 */
export function run(pixels) {
    const made = new Map([[IMAGE, new Int8Array(Uint8Array.from(pixels).buffer)]]);
    const maps = new Map();
    for (const step of STEPS) {
        const inputs = step.inputs.map((one) => (typeof one === "number" ? made.get(one) : one));
        const [height, width, channels] = step.shape;
        const out = made.get(step.output) ?? new Int8Array(height * width * channels);
        step.kernel(step, inputs, out);
        made.set(step.output, out);
        maps.set(step.output, { kernel: step.kernel.name, shape: step.shape, values: out });
    }
    const logits = Array.from(made.get(SCORES), (score) => (score - SCORE_ZERO) * SCORE_SCALE);
    return { logits, maps: [...maps.values()] };
}

/** How likely each class is, calibrated: the softmax of logits at the card's temperature. */
export function probabilities(logits) {
    const highest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp((logit - highest) / card.temperature));
    const sum = powers.reduce((all, power) => all + power);
    return powers.map((power) => power / sum);
}
