// Weights in order: as they are, or as numbers of a few bits into a table of those that differ; and
// either of them behind a bit a weight that says which are not 0.
function unpacked({ bytes, mask, values, bits }, count) {
    const weights = new Int8Array(count);
    let place = 0;
    for (let i = 0; i < count; i++) {
        if (mask && !((mask[i >> 3] >> (i & 7)) & 1)) continue;
        weights[i] = values ? values[numberAt(bytes, bits, place)] : bytes[place];
        place++;
    }
    return weights;
}

function numberAt(bytes, bits, place) {
    const bit = place * bits;
    const two = bytes[bit >> 3] | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    return (two >> (bit & 7)) & ((1 << bits) - 1);
}

// A dense layer is a convolution of maps of 1 x 1; a depthwise one has a map a group.
function convolve(step, [map], out) {
    const { height, width, depth, out_channels: channels } = step;
    const size = height * width * depth;
    step.whole ??= unpacked(step.weights, channels * size);
    step.patches ??= new Int16Array(step.out_height * step.out_width * size);
    const sums = new Int32Array(step.out_height * step.out_width);
    const aGroup = channels / (step.in_channels / depth);
    for (let o = 0; o < channels; o++) {
        if (o % aGroup === 0) cut(step, map, (o / aGroup) * depth);
        sums.fill(step.bias[o]);
        addProducts(step.patches, step.whole, o * size, size, sums);
        putChannel(step, o, sums, out);
    }
}

// What the kernel sees of a group's maps, one place of the output after the other; ground is 0.
function cut(step, map, first) {
    const { patches, depth, in_zero: zero } = step;
    let to = 0;
    for (let down = 0; down < step.out_height; down++)
        for (let across = 0; across < step.out_width; across++)
            for (let y = 0; y < step.height; y++)
                for (let x = 0; x < step.width; x++, to += depth) {
                    const row = down * step.stride_down + y * step.dilation_down - step.above;
                    const column = across * step.stride_across + x * step.dilation_across - step.left;
                    if (row < 0 || row >= step.in_height || column < 0 || column >= step.in_width) continue;
                    const from = (row * step.in_width + column) * step.in_channels + first;
                    for (let i = 0; i < depth; i++) patches[to + i] = map[from + i] - zero;
                }
}

// Adds the products of a filter's weights and each patch.
function addProducts(patches, weights, first, size, sums) {
    for (let place = 0, at = 0; place < sums.length; place++) {
        let sum = 0;
        for (let i = first; i < first + size; i++, at++) sum += weights[i] * patches[at];
        sums[place] += sum;
    }
}

function putChannel(step, channel, sums, out) {
    const scale = step.per_channel ? channel : 0;
    const multiplier = step.multipliers[scale];
    const shift = step.shifts[scale];
    for (let place = 0; place < sums.length; place++) {
        const value = step.out_zero + scaled(sums[place], multiplier, shift);
        out[place * step.out_channels + channel] = limited(value, step.lowest, step.highest);
    }
}
