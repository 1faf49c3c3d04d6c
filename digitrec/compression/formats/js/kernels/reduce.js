// Over rows, columns or channels: the highest, or the mean.
function reduce(step, [map], out) {
    const [height, width, channels] = step.sides;
    const sums = new Int32Array(out.length).fill(step.mean ? -step.zeros : -128);
    let at = 0;
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
            for (let channel = 0; channel < channels; channel++) {
                const value = map[at++];
                const place = y * step.steps[0] + x * step.steps[1] + channel * step.steps[2];
                sums[place] = step.mean ? sums[place] + value : Math.max(sums[place], value);
            }
    for (let i = 0; i < out.length; i++) {
        const mean = () => step.out_zero + scaled(sums[i], step.multiplier, step.shift);
        out[i] = step.mean ? limited(mean(), -128, 127) : sums[i];
    }
}
