// Two maps, or a map and what is stretched along some of its sides, value by value.
function combine(step, [first, second], out) {
    const [height, width, channels] = step.sides;
    const place = (steps, y, x, channel) => y * steps[0] + x * steps[1] + channel * steps[2];
    let at = 0;
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            for (let channel = 0; channel < channels; channel++) {
                const a = first[place(step.a_steps, y, x, channel)] - step.a_zero;
                const b = second[place(step.b_steps, y, x, channel)] - step.b_zero;
                out[at++] = limited(step.out_zero + combined(step, a, b), step.lowest, step.highest);
            }
}

// A product has one multiplier; a sum has two, and their products of 39 bits are exact.
function combined(step, a, b) {
    if (step.product) return scaled(a * b, step.a_multiplier, step.shift);
    const sum = a * step.a_multiplier + b * step.b_multiplier;
    return Math.floor((sum + 2 ** (step.shift - 1)) / 2 ** step.shift);
}
