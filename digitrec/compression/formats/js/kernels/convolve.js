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
    step.whole ??= unpacked(step.weights, channels * height * width * depth);
    const sums = new Int32Array(step.out_height * step.out_width);
    const aGroup = channels / (step.in_channels / depth);
    let number = 0;
    for (let o = 0; o < channels; o++) {
        const first = Math.floor(o / aGroup) * depth;
        sums.fill(step.bias[o]);
        for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
                for (let i = 0; i < depth; i++) {
                    const weight = step.whole[number++];
                    if (weight) addWeight(step, map, first + i, y, x, weight, sums);
                }
        putChannel(step, o, sums, out);
    }
}

// Adds what one weight comes to, at every place of the output.
function addWeight(step, map, channel, y, x, weight, sums) {
    const down = y * step.dilation_down - step.above;
    const across = x * step.dilation_across - step.left;
    const [top, bottom] = reach(down, step.stride_down, step.in_height, step.out_height);
    const [left, right] = reach(across, step.stride_across, step.in_width, step.out_width);
    const stride = step.stride_across * step.in_channels;
    for (let row = top; row < bottom; row++) {
        const line = (row * step.stride_down + down) * step.in_width;
        let at = (line + left * step.stride_across + across) * step.in_channels + channel;
        for (let place = row * step.out_width + left; place < row * step.out_width + right; place++) {
            sums[place] += weight * (map[at] - step.in_zero);
            at += stride;
        }
    }
}

// The outputs along one side, from the first to before the last, that a weight has a part in.
function reach(offset, stride, inside, outside) {
    const first = Math.max(Math.ceil(-offset / stride), 0);
    const last = Math.floor((inside - 1 - offset) / stride) + 1;
    return [first, Math.min(last, outside)];
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
