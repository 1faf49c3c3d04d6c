// The highest, or the mean, of what is inside the maps under each window.
function pool(step, [map], out) {
    let at = 0;
    for (let y = 0; y < step.out_height; y++)
        for (let x = 0; x < step.out_width; x++)
            for (let channel = 0; channel < step.channels; channel++) {
                const top = y * step.stride_down - step.above;
                const left = x * step.stride_across - step.left;
                const value = pooled(step, map.subarray(channel), top, left);
                out[at++] = limited(value, step.lowest, step.highest);
            }
}

function pooled(step, map, top, left) {
    let sum = 0;
    let count = 0;
    let highest = -128;
    for (let y = Math.max(top, 0); y < Math.min(top + step.height, step.in_height); y++)
        for (let x = Math.max(left, 0); x < Math.min(left + step.width, step.in_width); x++) {
            const value = map[(y * step.in_width + x) * step.channels];
            sum += value;
            highest = Math.max(highest, value);
            count++;
        }
    const half = Math.floor(count / 2);
    return step.mean ? Math.trunc((sum > 0 ? sum + half : sum - half) / count) : highest;
}
