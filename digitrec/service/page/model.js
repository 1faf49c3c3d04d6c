// deeper_cnn: what a picture of 28 x 28 pixels says. Made by digitrec from an int8 network.
//
//     import { card, probabilities, run } from "./digits.js";
//     const { logits, maps } = run(pixels);  // 784, row by row, ink 255 on ground 0
//     probabilities(logits);                 // one a class of card.classes

export const card = {
    "name": "deeper_cnn",
    "classes": [
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9"
    ],
    "temperature": 0.8651855885982513,
    "uncertain_below": 0.6164639734873174,
    "uncertain_energy": -3.3413222678739554,
    "reject_energy": -2.7060668174261195,
    "reject_above": {
        "aspect": 2.5,
        "fill": 0.6925,
        "stroke": 0.3346139430999756
    }
};

// Numbers of 8 and 32 bits, as base64 of their bytes.
const uint8 = (text) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
const int8 = (text) => new Int8Array(uint8(text).buffer);
const int32 = (text) => new Int32Array(uint8(text).buffer);

const limited = (value, lowest, highest) => Math.min(Math.max(value, lowest), highest);

// value * multiplier / 2^shift to the nearest whole number, exactly. The product has up to 62 bits,
// a double 53: so the multiplier is taken in two halves of 16 bits. With a shift below 17 whatever
// is not 0 is far beyond 8 bits, and limited by the caller.
function scaled(value, multiplier, shift) {
    const low = Math.floor((value * (multiplier & 0xffff)) / 2 ** 16);
    return Math.floor((value * (multiplier >> 16) + low + 2 ** (shift - 17)) / 2 ** (shift - 16));
}

// Pixels 0 to 255 as -128 to 127.
function centre(step, [map], out) {
    for (let i = 0; i < out.length; i++) out[i] = map[i] ^ -128;
}

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

const IMAGE = 0;
const SCORES = 24;
const SCORE_ZERO = -40;
const SCORE_SCALE = 0.114297681; // a logit is (score - SCORE_ZERO) * SCORE_SCALE

const STEPS = [
    { kernel: centre, inputs: [0], output: 16, shape: [28, 28, 1] },
    { kernel: convolve, inputs: [16], output: 17, shape: [14, 14, 5], in_height: 28, in_width: 28, in_channels: 1, out_height: 14, out_width: 14, out_channels: 5, stride_down: 2, stride_across: 2, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 5, width: 5, depth: 1, weights: { bytes: uint8("CQQK7+UCz/kYI9kIVkwg9lpbG8X/BsjBGu4e3sndHe45/f7mQSVnMJnZ7gf+572BtZnt9yERDAAE3aueP+jSu+zUFjUlJwsXJ1Ap9/gpNRrq9hRmdg/Arqo7HPrHgcP+KAa2Dxcl//n+CgIML8om1wzYjN3PvIbdnfH1B1U="), mask: null, values: null, bits: 8 }, bias: int32("vRUAADJAAAC2EAAAaSQAACtWAAA="), multipliers: int32("Z3bwSg=="), shifts: uint8("Jw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [17], output: 18, shape: [12, 12, 6], in_height: 14, in_width: 14, in_channels: 5, out_height: 12, out_width: 12, out_channels: 6, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 5, weights: { bytes: uint8("COj65BTL//YVHr4L9QgjFvUwueYa6jTDvQYYSuPN7RmvIAMUHu0h3P4EGywDChIT9uoUBRvcJhb/K/P5HwsWDAIiNBUrBjkRGxDmL9gP/AkhGtQRBPQX5Qz+5BLrDQ2G5Aj0WyEeDtVKwg0T3jIxFB0ME0IM+vgOyw3wDxoo/PMc5xXt89EKBkDtKzz/+hzZNPkg7wlfizAGNw/ANg/86tBY5DdUHvMwK68RBiUl2esyGzIy/t0E/+oHJiIh3Aoa+yoGfxbLLE3pLeMqdufvGtsjnuRqu1FQwvXTAicH/fAHS63y2IY/9/P1PrBDHwRJN7DJ2LUIDCYMQN47HUj8BQHsFAsa/STrCOED8hzy"), mask: null, values: null, bits: 8 }, bias: int32("Vw0AAMvS//9/6v//A83//xDP//9Z8P//"), multipliers: int32("WbC0bA=="), shifts: uint8("Jw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [18], output: 19, shape: [6, 6, 12], in_height: 12, in_width: 12, in_channels: 6, out_height: 6, out_width: 6, out_channels: 12, stride_down: 2, stride_across: 2, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 6, weights: { bytes: uint8("IOsYGdzW9Csb8bsXEkoXydYqIekT798wERE65IFRLQ4g4rIX2MYWEsAa6dkEDJkXAOrh9tP7BNP+5OHv6OAMyckr/QT2ywQJ39r71Kjv3gfi38AeBjHe6vYY+RL9/N7vI1PKAfEDHUDMJBPxFBwADxjc8BAqBSbN+0Ev8w/yEC0uE/vD0wpF8hET3iAC7fZD9f8d/v4Q6QoV9eksAxDxC/cS2tEC9Rws4f4K4i07H9jvBSAT7BYl8iESAhIdEkk0Ff/6LjD9HP8I8QodDQYDNzMIEQMAFif7/OvoCroN7wgYQ/nl5+0T5PrwFf/hD68/twLuUMfg0vQiLOfg+hrQzuUDBP3cMfIBzTIiMwz1EArjDxLSPi7c+ybNNDvlCRbYGBH56AzZVB3L2DnYNgXlCC7T/coV+9YAC/rlBA3kCfv+CRzrIQf12OUXIQn6E+gDBNoCFff1JEj/+f0oXh7rBuL+OQEFGdrqAAz88Q4YMfz96uYbO/EQ/OkINBvUFB70IwTiKSQYBgX8DxkDIQXrRyPDHNLrUAre/rL0KuIJ/RIWEhvkENoBOPPoEPTqUOTPtOrwMuPNz/7gGrgHLi4C3sX6uxDYHfW4HCLLMPzKNj3vIgDy8dHqCfvZIPXBF/mgMB7BNAu4COMFHvG4HugPOQ/qKPIPNBzNzK4e9NDdIv0uBuXdNBxCAe7Q0OIG1dAjFvEu4uQMHxEs1P8a1uQz8fAM0/Q3HfI75+s4Hxwo2wkuOwLq6hQsEvoA8P0+JBgf9PEhO+/B2flBG/DX9+gOO/Ao+AT33/wC+tbxC9AdD7v4Q9/q2vgjyhomENsRBuhc3/0YSewRr+Iwqd4G3//42OEg+uUFKwQB"), mask: null, values: null, bits: 8 }, bias: int32("rw8AAL4sAAC48f//Bd7//+sIAAA+EwAAVQYAAG3x//+RGQAAgQQAALHg//94CwAA"), multipliers: int32("UAIwUA=="), shifts: uint8("Jg=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [19], output: 20, shape: [6, 6, 13], in_height: 6, in_width: 6, in_channels: 12, out_height: 6, out_width: 6, out_channels: 13, stride_down: 1, stride_across: 1, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 12, weights: { bytes: uint8("7O8C5wrp7yMAFhfp9vMdBQzt7gQMFEL2Bf4kKuz9CfsaE/Ah9ukHFu4gGyv2CBX63d379ScpJDQSAxb25PbQAyIPFDcwCxMCFQ04EQHv7AX7K+7nBhYD9AUmCPUGDufo/SkR3gI0M/sCG9vb0cLtEw454SQG3wTpy9T/Jf0i5NfE4Sff0w4wHdXUDNnuBfIAy+Uz5uYdj9vgAg70HjBeQvkJ+bsTvuAMBOO9Eyf/LUQC5+vbBiy69AL+7PhB7/EE0ObNvgMT+QcPzMYU8vrf4/n3DA8JLsIh/+w1B/zqBPnr1R3/7+P/2EX3Ng4D0gkE/N3+ASfTBAUJCjIP/9hDJuNDuS7n8hX9zuDmu/0299gKvLk94xDPFV3OLP0KBPYv+CcLBBwCCjUa/w/8Au0UGtEEqMIG1QAQ4vPrPAYF+9bnzx8ZDekgG/T94RL6Djr72+gEM/Uz4y/p3Ovp3TYN/f4ozK740qgLwxC45Qb+7w525e/i2PYA1BYsCh8h/O3cDRo9J94TCdHU5N8F3O0a2O1E5P8+BhPnDdgdGPb4BwL42wIfBuYRNTPT8eUMvuEvEQKw4gsWHRUm08II1M4x/Oof5xD8Ad0R9oEuEg729Qjw9uU+sqPVEtrswBvqCSEP07gAPBQE/9/tPuoy6yAeJQ76DwIYz/gJEtUDCdbIuRYVKygdINH1DSQrHyYqDAMuHPz7zyIbFh4K+A4X7yDRGA7Z6yAP8CDn4BMPERTl8hMcMhYJ/Cj/2QS9KOX4/PYw9fPpLeASPDsHIuzjCcwm4Pf/8gIMFwwHOhYg1QkbK84EBeMnz7Hz3QwP+UDb4x0BHxkLwgm1s+sT6gsiJS3g9y3c/scowtMQCi0bAwTr+e3jDR8MC/krIOcc9/jxBP/38c8CFugN/iH92wQbHw8QDOH9AQIb9gnyHh4WCv0eNiv/8OcI4OTS7gX/3UL//RH+4xfdIwn+9gcG6fgN4AjSDBgJBQoQ9OwC+d/85vj6+QLwFfghCga+Ev/Gsgch6/Eg/9sEERvv9Pz08wQGIfJM+OTy59fmDhzp37UxCOXyrP3o6AvXD+8XHOsD2fGs1vQWAfE9IP/3qPvU9BryztZBAufdvuvSNBoc+QMVFRPq5uvt6xYXA9AbDvgJ3fP8JRjbCwX7FfMA6AwFDxTLG98SBww7RzUXA+/zKBQd+xgBQSz/9d72/vI49wW7uAfhBiX+2Mzq1g3q2g358Pz7IAof6hgH9woDCusSHu8HFxTC0/7U/v0DGOfw/RLD3f724hkrDiYF+PTz1NgM8QDlBvEQ9Sarwu//NApH6fz5wzbBAfIdJAMe+/Hn8h269wgXLgwg5QMoAxjYys3N7Qo1+Rr4IgrL5MwP6AMiCuD/ExzkEQcs9vsu7BkDPB7gKg3l4/se/CsGJiDs/ez38/4J8BcH/Q/nF/X/9Nv3MjEP8gvg1hjz0Rf5CPj9Ex2vzt7e6h0X8sPqJwv64ff7BynhEjLMBzDT1g0T4zcE+hEwDx3L9OYICQ/NAwYJGusi7AXCExDa7e7X6wva/ygmGBPYBlru7STl8uxbx/7t3i7u2zAC9O8mA+rvzi4P6wQFDvIA/AMZzOP+0/r7EBQx5hHx7hc07uG3uOT7AAUVKRvw0+D++Nol4twv5xoNyED5GvLs7708z/7GCSvl8AzNCRDnEtrn6/iwncfs7vcUH2Pe7dIC+w0N2tHS7BgX/uUgMBTcIwmzOvGy6QjJDkYN5y35HBDb4wO8y+ID2Q4M4NXkPgffssr5AOQQzb7VHO7mBwAXAC3d+wIQKbYQGtXs9fft//sEFu4xGgLMyv307flW5usi5r2x9AfcEv30BAriJ/Ts2+/9AfHw/ez6/hUP/6wZ"), mask: null, values: null, bits: 8 }, bias: int32("lcz//x42AADGCgAAqgMAAJIJAAD19///wgIAAGNDAADvDAAAsCAAAOESAABQNAAAkUkAAA=="), multipliers: int32("XL1pfw=="), shifts: uint8("Jw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [20], output: 21, shape: [4, 4, 15], in_height: 6, in_width: 6, in_channels: 13, out_height: 4, out_width: 4, out_channels: 15, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 13, weights: { bytes: uint8("7gfS/fv37+HhF/D6A+/nE/wA+/wHEyHm7fAD4y0PHwns6go9xfb9DBfWLQ4PHqvS6+rSF/MCKxwLHu71FQ0A6wQBBe0bAxf3Ae0R6/8fEL4tL0U7zw0zy/MN1eHzGSwhQeobPjkBG+/FGe/85SEh9Pca7e0P7gAKQhIn+Cr6JQf26+XrExb/HyQSFB4LHuUD7hjf4uIE4vUL5QTQD/MU/yA1/FD63gPlp+ruBwEgLfMcBgrmutnh8grv+v4B7wgW+u/z6g0DONX2Ft8PN/0y9/HoCinoDwrQ1RcfCQoK6hoS6RnhDwUuN/j22CICNLr5AQf88wgiLOAR4Svh0hb3If8VJDMvJ/nwANEBEAwBHgXh0C8hEOsoGfjUKgI/2R/4MtIU1/QiEvEP8AYouX/ZQv8A9Avl3wH3Jw35GLcGCOjZ8UQszRXVHzAL3gMw7SDBOPcTqVZLCtXrPAI36/45KfkRJS/n4vHWE8fl3vULFiMhFM/x+xUi7cXoDN4gPPTv/9UZGbwPLtz6Cw7d3twfJ/z21gswBET25B3vGhwc3QDTQvnsBvRo4+T0H8ALMPj5J937u+wFCfUwHhTZGhDV4eQkBwPr8Cu9vz0Z/SPe8xHrBdn4BvHc9v3j7Bv1/B/eCuz/4fUd6x4C+Owc6vQaGyUQAOL8BfXg6wb9BxUJ9OUC/vHLGBTg7P8h+iUM6BP96fQI9AUMAxz+E+Du6Ar0BhDiHsHzEhEO/MjDBPgf3zDI+i5P3Q/z3yAID/UT1gUGKfLaBAwz//bgxxrd0N07F/kU2SwFCe/61cbxHkcb/+IuBh0pBOMM8gouJ+fL8exA7gzjFs/oKNHL9SYGAA7g+ffS6jH69+RO/OwO0sgELuQc+fnY+d8GDNobAvv4Cvbm/erxRwTiLAcGLBoUHf/5Cg3sBxwHDCT0+DsX/xAOFjv11gwSMyT3EFPlHCEJJ+bm+RANEAAl8ib++y0r9Lbv3eTcByT65gP3+vnoJhYJ71bzEcD2HjzaDQAOABwSBRnwIvoyEu9A9N7s/iwtAwH9L/IkHA/vGh3eAc3UCBv/IvU88TPm6gHmATv/M0slAxj5/gESEx8w8u3/DP0S8iX4MwYOOtf85uoOFwn2BQ0N9RPzHfsXEgsD+e3mIfUpOunhJuTM6ej+Btja+1DtBeD16xrm+Bf78N0IF+sMCRojBOET8AEeG/kfFdwJ6+cFDwMOEOv3GBHlAvD0BhATGB3p9hgT7xj7Gv0T8dfi2PwMTC0FNCAA/g7c/Awq8CMt4gUGGRUJ7cUHLf4mLxIi3Oj2XMvC0O/7K+jqFUX3/ysLp/8fLgXi+i0Q9BP97O/YDBNJ7hse8hETEcv/4fT9HNL4CwkGHxsM78Hu5RHqCdLLDRcWHFS3AfXD2jfQAQj82iAN/eRBCE4gTeJIMOz7LkPHExZi+h0IOQoYHBLyEsEcXwMeA/Mb8TBE/SoVCAr7KjbuBf7xBxXO+eThvQM3+QtB5wX19u3w7NgW8dos+BUgEPExA/gqKSHx7tvP/CXND0Kz9ekD+C4p2uYsFCAu8wzmCOn1UtsbAfHv3wQO3d34CPrFGQQDDgEGIevb/f3k5C4LAS77Gy4B0gv/N+8XBAvr8/sX/+jy9Psh/BMp9QEP+wADFyboDg8bFfYc+eQP8dkI6d/8GuQXFgUm8tf2BwYc8TEE+/v6Hw/97/QAE/DrDgYh4AflEdbpPULn6iX1ywEHESXvJfr14e/37Nbo8AYG9Q3/ENDG8vwYDOgo9ScUDBoQ//GxAf/y9fTaBC7+JRYHA/UJQuTYFQby1+ULCRYv7xPK5hMVCdYaKvkbLAgTDBgMEB0jJQwnExH+Mgz17wnXA//7AQgi8znO7fkf3Nvv0Ce2+AIE7e/r6TMJ5AEy6fMNDAwU7/D/MPgoG+gH+tICDPfk+OwR/wUV0x4X5CIMGgr98BISQOEtGP4a8QLv4N4K7xsYHxASAOE22C8mAiMU8zIi8BfL/eMYBQf9GA7zMBofzfvmGf4p8BQC5fYQCvca++bS7/Lf3ga/RiQkJ7r+6jX8FOwHxlHg+vX4DOYf4fMmKRcnyBkRMNTf7fbe6PO8KOwb0fzh9BgG5Ns47y32//fdCwsM8+QoJ+kYEwv27t81RDICEi8xz9wb4BzaBBMPGPD+Btbr3xgBBvXx9QE39vH80g1H/hU7Ew67Ryv21gz2CCIHKf4b1wPsIvb5HQAVL2M5Ee0F4wQY/EDRG8Ac/RvS2wX/7OHqCxDsHiAL6dEMBgvsFe8OExMmKQzxJwwo5BAGMPccECXv4QHZ4/URCxoFEC/t4+UEACn9HBMX/e0Y8NYD9PEY/h9H"), mask: null, values: null, bits: 8 }, bias: int32("eNz//wrV//+Nuf//t/T//+oPAADT9v//R57//5fd///a7f//1pz//yHj//8Q1v//4t3//9Ls//+Wx///"), multipliers: int32("oGdFbA=="), shifts: uint8("Jw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [21], output: 22, shape: [2, 2, 38], in_height: 4, in_width: 4, in_channels: 15, out_height: 2, out_width: 2, out_channels: 38, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 15, weights: { bytes: uint8("HCHk/PgGGP0F6gkKAwH8D/4HChITEPPW/PMIA/BF6/YNAtr+OwgY/QkgBv4KCx4rHBzj8w4OAfsU3u0Q+BgkFRYOEvPq9wz9BQ4L/Q1BOP3xGez8+/8P5Prh/wED8fT+Gg3lDtEDMQUI4gUq5iUJ3fv1/vb7/wf9DBcH6yXi+OPC7Tb5ARQkAyP6+tYP8ifrERoR+9zt/ifp89sWKTrn8vrAAuwR1vkbBRXOCw4Q/CnuD/PvDg8E0yfp9AX4BCIQ/hveDh0Z++grTvzj/xziHgoc7xIa9ffs5wfzRzLgC9Hp5u774xIW9AzQDwQgEfvoKSIvCBQTChUX+gMFAub/Ajj8FR/k5P7TKhrKFcT1/iYB7goHMgDv1u77BPH47ggP8Nv2G977AA/w7AcEAuYIF/gHNOAP9jYJ3gn4BRcZ/u4D9AH5/PER9QERDwUZB/Md/Qr0+BcP6dEkGen++fQXEPfm5SQB6AULB/kgCSv+BzDtGhb8Fyf1GyQDBgQABBPV+RgAPBT8EwH95u/+AAXX+vD2EQv68RAQFAsU+/TxKQgY8/j1GQ314QQIIRTjJfgPBwX/HgkJJe0HBR7wIBD0Fx4E9vLo5AooLf/s8uoH+fX4Df3p9/H7Af3zFO8G4h0NDCAX+vEN+QjzHBn1B/D9CAEdCuf5Bfz+IwQM7fj4EBg3/wz6CQTIEBkC//wLBBA2Hw8Q7/j4Fg8H9Pzs8x34ChcXJiX+Ct0GA/QYBQj/zeXgGOUHABPX5gom/TfjFPsDFh/5JQIW5+TsJR367vEbEewH/AX99SApAQUTANz7/QrlKRESEgAsFCbxEfLjAAMCBv4R9e/2EzYO/CEB9e3z+zMOAO3Y5Qrv8x3v+PTxCBMgBw4KAeT97A8Q9iAW7NwP8QMPBgftDu0d9gnxNiQFBv9CAgDi5A0YGyDOD/r1+eMEGRgUAfkk9Br/4v4C89vt7vEIEiQiMNwJDAL58PUU+PoX9w76G/8gGO3y5vn5MQj6+fzvEg0CLPvyCPcIFgcB+fELHfYNCekN+wYbAg744hTs8+7gFAETFRsTDznt6hMTDQLj+h8R2xMSCv8HDQ0vAP/nDvTz1AvtFBH74f8aJAgACQ0Q5+sIFA0M7jEpAfUR/Asr8QYOBw/0ARUFCfUZ6QUT0SXiFRAS6wkS6hX7DfjrEQ0H8jEfATAA8wUICOvt9SABFf78BhbH+Af7/Bf+6w3oGy4yBQboDh7GAAnyFAcKIyUX+RD9Au78FB4L+fc+Hgz6MOcI9P8hKhsN8DgQGhMQ4QsADvvzDP4T+BQuBBIGuQfl8RgB7vML5RxaBQYc89fpEBUh2/gOBRgJ9vwX4PQYCiXi8QfYEggpBPwL+fUgASjdAwH67fgL8yMPywj8Ev8DIPAEFOMA7Pgs4xX4HOnwJhQVBOj61OkL/x4bCun6GQA58PkGHS4L1gEJDejwBuTnHSjZQC4j4zj84/z6SiYNDPEEBRwc/RL6HP8PLxf/7bs1DfkLAwsn9fDQMO0f3/pA+C0ZGfUSAhjlIfX34vfnCAwgEiTl7wjOAR31/AgJKRXzIAwkDA/gCAgQvAQy3icJ8PQLCwwFDv7hC+nx5RPpCQUJ/CYL2gjtBQT73REMBQEqGfb5MAYM/wns+f8P4gIuBfcJMRTz1xf/6PDy9CwC9eT7JCT37RYQCwz58AnkHhXgAeMr/gHiHB4h/QfgEy79FtwL6x3s/wv+//71/grq5PPu9v4oCuD1DeT7CBjyBxYEAv35DjHvAgQH+gLk7OUTExURBir3CBgdHQj3EBIO7ABAAwcH/vL+6d4G9RD79fERMR4V8N8J/vUFBRr5CfoeFRAS9+8e/CUWBBAe/xvu8gf/KywT++LvEA70+RISFBQHCf4X+OwRDfgA9P/35/wh//cZCAEx8O8U+AnyARMU9v/k/vX36vgU6y315xMvECXr/Bbe+RLzBgAfGBQVAhz2Bv7fBwfwDPAcB/QMCPPv/BjgKt8C9/kCAwcU/A73IybAGOrj5w73DPrz+yD2Fh8QCQwe5BUd2wgAHvcFFvjqDt7zBfw4CfgV8uf4A/MHCOEv9ev3S//r9+wlIQHn4QscMvgR/Af6AR/rCxPvAhgOB/gCDjcT/QnvDAHb+wH3CwIELz7qBwAkHvLcAgUICAfwHvz+IyAcSQIC/RzqFc4IJP8dAf8U5xj75ksRCcMB++YZ/ucJAO0BEBrx+e4AI+8YFgIB/PwGDggLIh/1G/sLFP8G+Bf//BAOHAr/HtT1DfoQ/PgLHPfnCQgzASPmBur38A/j8APv6gERBznwAwUIAQruCAMI//sG8gIHCQIjCQXg/BLw9PkRAhAGCfY4DAAHEfEY9fj/ESMPCQkOGCHaBuwKFgP0+AoP/AkJDAUREgoP5PckF+ny7PMFFxP36vczMgbb+xIJAekGLxjpBuzpB/Ho//kZDvMF/hUMB93v/AkGEfcl2vL3+DT1E/c2JP7+EhQnFhkg5Rjn6vMVCwgLBepIEjvwBtfk3yfVE/cSRAXe7gIVAzMACOsY9QDo/AUB++4jCB4HEgsRAjAM+vAZ8gMRA/vfHTYLzQgNCf4YA/sr/RcR/AECAfwG8wMd/wECBwL9AwP1E//zEgP6AyEQDQAGBPsTFvJEFREVBBD7+iLZAv/09QIaDA8F5QUMARHXBAL61/j6Cfb55/UIAvruCewDJvkZ+/gW+wH6CNLsQPkKzfYLBPn6JvnSCOrHHifxzR0NIQoJCPDi2g78Lh/2Bv7oPeABDu8CFR4MGRciAwkPAQcKFwcZ2fQXHBAEFyAQ9Pwp+MwKAAIK5Qn2/OAICu3z5fANMOrq//r7KOD/Ei3s3wQA8w4A9BjTGvT/FR/w4gX1DxbhAUPw5+0uDgbvBOg1B/rmR/wn5xzgDubw/uoVLx7/IA318Oz68v8UCv738DcMGf308PzoE/0T6uL1D/fvDO0UI98BGP8QCejxIwkUAvD59AsR4u1P9E4FDu3t9Qf47RPnHeQZBwsRDhrtIBsX8usJ7/8y8PYNBDwHPPwWIxHfFQs88v35DBfI//78GvXwPf4VJN45+hTvIxYbRdr/J/j1+ygLCS/aDwYdJgQP1QFA6hYNGhfzBAXqBNIo7g/yIOQBLykVNMsJ6t76IgMKDPbRKifVDALh9Qz0Eg0cFf/04von8hb59/Qr8fD+/vwEH+kLGP8lDOIGDBYk7vHt+AIe/v7w+w4hIBJl9hL2Aebj3AT+8SMb+PsGIdP26uf98QHlBCcVD9sXAv/98PTZ/h/5/xsQEPMO//wK9iP2+yjf6PwiFfTyCfTW8iskA+ct7RwQEhn8QQDuCgruCvv8ACMRFfgdKAzz9+fz++7zCuYJJBAECQniCC7w8dQm4w4DEw3w8goAJQEZCRAUChMv/OP7AwwFCgn4BA8I6+VAEd4c8P7kJgIFKgwm6PIC/eUV8BfqCfcUJP8Q3AAX4u7uCwUIIv/06twYDun+DO4CMwoOKwv8MvrzEgoAGCIKE/nr8/rm9BPkJ+z89Oz2Bev7Dv7f7Ojm4d3oHfnk9AMeBhTqCPLsNDoeKDP16xQTBf316PkdFA4BEwUJDQoGBBEREwXw+QDrASkaK+8WFu7GAxDT4fYOyfM+CekI8wn0NQEDNRDeJRPkPcolCg739P7yIh7mPBgbFxbk++P67QL//f8H8Rc3Cv8mHvrkPC0DRAXZGBbMIQ8s5/cMGwQa9BQO+RTm99jFAhwW9isnAgnvDygM1BPm+wr0HCsLKd0kDhjH9iMC2zHsBwcF4wQjK/7p9/kaHP4N+QQGHPUS7wL46fr6DRT1/BXqBRceHggM6QEp5EbpFyEG0BMz+vL/9PEbBh/X0/3iCOnxBxMTIAP1EjD/C/z09dX0A9w5CRkNFNoWEwse+gLtCdjr8yQFEfgCIQv/2f/eJP0W4PUD7jz7I/X4FAIWGCv99QP+9Av7DPIZ/AQMCBP88AUP/P0JKgIX+h4DC/cQ2/YG5Aj47hACBBMoBAL75Pj8CCXaCjMB8/wPBO8D6vkhBwsDFhAHDwL1Dv4KBQIGCATqBAcDDgkFFvL57w76BAntGQv8/wb6FPL76An6MfXxE/32E/wLAQn37PABAhQADA//Ehn45wnm/vT1EPsRGgUS8AfV8BTq8BsLIRXyGQ7vBRMK+B0JGRfjKfbZDfzdBAIQQvwr6hfT7Bo6MBrK8dbjBwYL6iD5+grvGfLOBgEY+wUfAxL99+IBF/n8Ahke/AcUMBLu+Pr5IOIl6u71Aw4M3vMSA/vx+fn6JvwZBi0s8xPwCgDg+AQLCv337w8M/DftFfXMCBP/CugXAhcBEO3a9cAD/goL/goKBhIG5uPm+A/jLgsF8gjw/QsG7/Pk9xf4GgP/6O74GQ0JJxEBKdb6GOLo7f4k//sYGx7jGf/zHBDsGAIDFxgn8QTi8hsBFBz4EAoFAhwMBQL2Bv/4BA0HKRsO7CoO8A3/+vz32O4O8gENFfsS7gn37uEaGi/w+PhABA0HEeYFxr4e5R/1zSQjJ9UR/tcj7x/qNvkS6uU/+Db54Qrg7QrBRSkC6uf19/8GBwvvD+4F6wDqEPX2KQ8VDwwTGffsGicoTPsYFPQLBgQOBQb0/w0X7yITAfkA5icaHxr2G9brIPPqJiL1Exb+Gd38JeoBEuHq4+wJBf8FCfMd+wkQ7QQXABX37uT8JQjjFQwAD/cgC/QZD+sB+/3XCgXjBAUIB+XiKQUcBfL7KA75DSPf9QsBB/z7JfTk7fX8/gX3HAX96O3yHhj8I/0x+P73KPr9EugS/xYPCO0hCAEJ9yL02xHxIxcAFgEV/Ar3Dhn5+ffbF/btIfMm8Qv5Jhzi/vb/EAnaAgEOEu7p6/Yn4AAXARwUGBr39QEGBgP1A/8eBd0D9g75+h/2Fi4G9PgT+/bfHhsfDffXAfP4/xb+GfD+Cfb53gcO/v8cCPMGAvf4BhfwAQoV9wndIPvX7f/4KQAH5fLvSu4CDe8RKQT0DBwOLfgmOw309tYEAxf3HPo6P/ME/xvQ9AzoBe73+Qru6vUHIAX+7PkSHw4XHCEF4wAS/gMRJRQKFvH0ASIg9gLT9gMH/fwM7PjjBQYG9OP9K/f5BvUI9vn2JPUbIwIeJSYE+Rf8Bv4IECL3HfnzBwT6Ew8EBAUTFuUG9PADE04EGAYIB+nZLQIS+usADy8LAQEh7uv6DwYD9gLrF/8SBP0XE+/0+PgADP/v9gT9CtsR8+gGFisB9Aj3PO/4EfwW9QvzFA/s3PkQCgj7JwjxCQb1KP4Z4Rfy/vgS+PUM+/XcJQQEDfYcLP4HFPLoEhrkBAI2McQT+fUEFwgECSLv5wnkHAoJ5QIRFfAW9u7//ujtGPcCABFFDxz8Duvn/A3qD+4BDzI5BTgK9P7h9//oFP3mHPP+9gIKE/ICTQbk2wjuJwAx9hL/8P8aHPzm5+gJDQ/15P8++PHz6wQzGQjvB+ghB/sJ/RwtFgnt6P8C+BYoGDDm+Pr48fIJDCD55g4X5PogAvEBAesh8tLt+h4SDf7uDRjzAeoAHCPzEiszGBAC7RPLDvIXGyj8EB0gARf6G/P5EgEE8ugXBgjqEBgJDvvhAxXuDPgXAP0D/xcHBRz/3xLz7e74A/YgAPPv8Bb08fkd8AQh7fEF+x0LOhoFDPsK9Qn1DQsHAxgEAxcIDxzxA9sNG/Yb9+wJ/QUJ+/v++er6LgXw/fwCFwf95PMV4QIRBxD/8wEIBQzgBPoL9AodKxEF6/sFBBH9HO4a6/oKCgcc3wHqGfX5/vf6BecGA/wQDQHpLAoI+BURFhMO/gsKChToHwMb7db/7sUECA8dAQozDOfcAxLz//3wD/od8gDpMv/iA/0QCOEAF/wB6BH6HRcA8QHi/bH8AA0X6gYZJBboLfPs+CfyDQoD+QQGAfDJAfMGJxYOPlH7zAP9BvrtAg8EJjoTIQ8LOOsKE+n7GgIZ/Pg5/BDzBC34+h7uFxQLERUcIBIW5wre8Of5BvH16RMO7fAk4AMHFuwh/ggQIAIkCdge6/v4BwvuPfwI+gASIPsQCfzr+ALhFgD2CPlBAQge5SsBJgbrDfcE5OTj7QgPAgIINPT29AIx1wgD7+L+CQj6NALoAuwj4hPuJRgg/PDv6gcBKDrmFfsrEdYjBNfwAQwcJSwB5fkJGtQ0/PMAIPs4IAgaBeHvExcC8+FA6OvvGyzPBBslEfsrBdUMExH6ISns6P8E8h8bCjq9C93d5O/tBQ0FFSQCBeAJ9xDNGgza8v32Cx4VI+QUMOjCCgbqfxwY+CLs3CQgCAPg8PjtNNwV9/73/A8oGg/6Gg0dA+33/QQO+gIJJCbi+wPe3fQcB/IpAeTiERb6HQ7f9QEEA+3rHQHvRATl3gYO5P8OHxr/LRL07fzm/ObyAfn6DvwpAvnrCgUPDfUO6gjy/Pc1ESL+FzIFBhAYEwoH8/Yl6R4g+fLdCREFDwcE/vUU1wv5EQUK7Q0I/QEuEu755fXuOCvnEf4L9vYXCQoIBQviMA7F+Az29ewL/SUj9f/LGhHw4gvd8QkC9gkYEO39+iD7B/AYBu4VEPdoCx8g//cAARYQ/wkCAhEO9iIJ9QII+B337+MPDgQP6u8i7CnzTPkKEenRIC8aEO4a7CPeEQT2BPLt2h4L7w3sCvXo7iT4/hdBJR4Y+RnTEAv+Fg0U/hv2GQXyAdzRQM7zE9cBIksKDu0QBP4HFfIH5dsN6PQILxU50ijqFNzKCgQvASHKCggq+PDuEfXu+CEEDvMY4+Tz/AgWNOb1BebjCOBB2S5IBwUIGPQHKScZ7cjh7TYZHCzuBP+z3xwd7icmBwEO/wcR8QXp5Pfy3wjw"), mask: null, values: null, bits: 8 }, bias: int32("CeT//2rq//+U7f//u93//57d//+s2P//ytL//1HV///yzf//A9v///7d//844f//fNX//6jb//+b3f//Buf//0TR//+UyP//JOX//x3f///D1f//cdv//2jj//+c4v//EuH//y/f//+f7P//I+X//6/S//824///q9b//6Db//8f3P//Ktn//xvM///c2f//gNb//ybh//8="), multipliers: int32("mQw5WQ=="), shifts: uint8("Jg=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: reduce, inputs: [22], output: 23, shape: [1, 1, 38], sides: [2, 2, 38], steps: [0, 0, 1], count: 38, mean: false, multiplier: 1073741824, shift: 32, zeros: -512, out_zero: -128 },
    { kernel: convolve, inputs: [23], output: 24, shape: [1, 1, 10], in_height: 1, in_width: 1, out_height: 1, out_width: 1, stride_down: 1, stride_across: 1, dilation_down: 1, dilation_across: 1, in_channels: 38, out_channels: 10, above: 0, left: 0, height: 1, width: 1, depth: 38, weights: { bytes: uint8("ScNP/NDOzs1iExSjFMHyFd4fvBrrv125Edr4nsjwp9RRFe3ZOXzYUa4zbNjEtlup8rwBFOzD078Zo1fA7EEs2Do+Ft/+BP3Q9ADmD93CDPlPNOxmzeXh8vMLxOLR6/sH+lI24OhaLeD0wukW0EzbDQr+RMkIxuAl787RyC0bL8nbTPUGQw4z8LY8W+vk1ssZ2w7SAPI6Gw/jz81w2RIY1P859WOOzydNA7lEHtzTN7UDwX8ZIj/YxJrQ4tr5QxzlN8LuFXDl5S14xyMZVRbnAsrSMxvP7+Hp7B7A6kDx5/fRq8EExtDfy9D2x/oqLCbeE+Hg62L19kPaANJJxfoI7eMid/0KG2Phwg7bFTT9JNns2cHnGPIlrd4/7Me2HdvaMfEyNr9sTmDVrSS8OccR5fkfEzvlx/Ea1PTP3cBwITZ5Ms7aBES21uvavt3MOvrxv8ThQFwF3tr+P0NeMtPwGbxPJOfrB+kkyUTY9/4e87HuFRsE7jk/r9oABNs="), mask: null, values: null, bits: 8 }, bias: int32("KQAAADgAAAA8AAAApP////T///8OAAAAHgAAACAAAABJAAAAfP///w=="), multipliers: int32("1uludw=="), shifts: uint8("KA=="), per_channel: false, in_zero: -128, out_zero: -40, lowest: -128, highest: 127 },
];

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
