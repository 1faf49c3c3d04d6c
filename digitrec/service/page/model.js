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
    "temperature": 1.2585602402687073,
    "uncertain_below": 0.7248508428014712,
    "uncertain_energy": -4.747271054560494,
    "reject_energy": -4.287845228489115,
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
const SCORES = 26;
const SCORE_ZERO = -3;
const SCORE_SCALE = 0.136049405; // a logit is (score - SCORE_ZERO) * SCORE_SCALE

const STEPS = [
    { kernel: centre, inputs: [0], output: 4, shape: [28, 28, 1] },
    { kernel: convolve, inputs: [4], output: 7, shape: [14, 14, 5], in_height: 28, in_width: 28, in_channels: 1, out_height: 14, out_width: 14, out_channels: 5, stride_down: 2, stride_across: 2, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 5, width: 5, depth: 1, weights: { bytes: uint8("ZzVldYmnvsbLWoiGt3mDegSmSXBpJLcnllW3mwCgvgCg7kSF7IepyEPVBwBATAChe0VGp1d23mPlDROWamIJ"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("wQIAANcEAAD8////wAYAAOv+//8="), multipliers: int32("M8uHdw=="), shifts: uint8("JA=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [7], output: 10, shape: [12, 12, 6], in_height: 14, in_width: 14, in_channels: 5, out_height: 12, out_width: 12, out_channels: 6, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 5, weights: { bytes: uint8("QH4d495wpX64EEB+wGQEihWLeLZmh3hAh72o7XubAnDUOMXOuKsHVJogKWlrgNAGKkpl4nB1DkblAOYuOWdmglssd+kupYBwAAdTEEAAAQJKUAcGMG61rnmahggjdQFsVOXgqQ46hKBWUlUko0klnOeRYA4ovpfckOoIXAxAEECZOXwGhkl1"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("OAQAADH6///wAgAAywkAAMMHAAAhAgAA"), multipliers: int32("GXTAWg=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [10], output: 13, shape: [6, 6, 11], in_height: 12, in_width: 12, in_channels: 6, out_height: 6, out_width: 6, out_channels: 11, stride_down: 2, stride_across: 2, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 6, weights: { bytes: uint8("XM5B3OZp18LutuAHcODLIMW7UjFoQUltem5rSX69bL66o7lhawytN01oEXtTrCiJVwpHBQ4Y5Kha5jaqu0t61qy46RV76Acphc6UuWhmmCATeEmgugN07AC5FZ5gelWAeQK4ArggB5ZQJWPEGpyYTErsfCHpC027PEzuiUTrJ0qEmmqKuFOJRgAFJTM4M4OmhQAKMwQeNkWeaVU0qQc8liZ+dAXNIhrLCB4WZinuZwntZwURdnjeWFi0dlVAPYvsuomM5bmZTL202OpiwqpYeZqAcegAg+RslOFqcNDuMGLGICJ6ABmqdEt1dTIzVlhqV3eYxqZHyUB4aDFguLK+YbbeBH5EILjZAk6XBD4At2FkxXEUZWVDgJAioIAFZGglQIVWYnQEpmlJ"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("i/3//4H+///w+///RgcAAN39//8FCQAAdQMAAFf5//9gBwAARwIAALwKAAA="), multipliers: int32("V9duSw=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [13], output: 16, shape: [6, 6, 13], in_height: 6, in_width: 6, in_channels: 11, out_height: 6, out_width: 6, out_channels: 13, stride_down: 1, stride_across: 1, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 11, weights: { bytes: uint8("YFieeTRiQA1CaqtaYIJq6qhJZ2iMq21moImuq06G17QHVau5XHm1VpqWdUipdVa5ZuiFB3umzZwkaRmMZQOFYBVrZb7hd0ptrua+hwebBEnI5YWOWXZaspR3dIVFYzd0SJV3shDKBGVEGUMOhkWGYHwmmaYCBAYWyVgXRnhZg5p9zmOjSI3gWy5dtWZuwYoAMitVwX4nnUQiSqlEAqa5emBOdkfZ5OAOsaVwEtQQWwqMKB2ImOBpmmKZOHxnmUZIZs6ojldFNLppUEMw5Zhqdjh1dYlupIagGlZolYyKRy2KN35O7MOWBIVZBTmbE4OEekrTgge2tLVysnBYRUOeZXKYB2gEqaSkhIgJhkkJJg5IIeGxUsM1RAlLeixE0+LD4AJiQLiGijlZ4SnRA3MdbGaaQY51CWdo53EoioSIFnyWXevKuMhpkGuedjVDhHZ2Z7BGungnN3eWl3fuDuaFRKFWMIVCdXUSCUdkd0uAeKAKXkMKDpVkibajOH1aY4tYnWM2cpFjjWUOjqS3TsYxuaqgqYroczeVpKwcAOMNc17jkzw2W2RbnlNjVTHesMTkAWW2SJBY3Wo7BTW3zjUNi2WVgVuDlYFuiojQ17IW4LDHMiIhsFuOU6lGLsZZi3lVkGcjNHgjfoZjQIUwl0Sqd2RnpkRVU4tmi7ttcXdJ61VeYtUHBtOYSKcFUW7r6KgAB5uKCVRK1lZIJ2RmlVKBwIh7g1hZS5VldKy5ZEW41XZbKIkw0Ax+IxuEleN7lRrjijMlTgC36oTlBUe3m0sCBIOhuKcHMKdudCUAOH6WIDCA5HYsaUCubg5HJlCqqetghEcJmhNg0Hao5wY5pckpmxentwU="), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("hP7//07+///UBAAAqf///wQBAAB5BwAAwAAAAMkEAACO/f//nAMAANQDAADYAAAA+QMAAA=="), multipliers: int32("xWdwRw=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [16], output: 19, shape: [4, 4, 15], in_height: 6, in_width: 6, in_channels: 13, out_height: 4, out_width: 4, out_channels: 15, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 13, weights: { bytes: uint8("eqciC0hYkHcIcnSnB2VeCzqDAAIGWtZEhicaILWHIpJ6OuPaBwe2DmqLwOO1zCVkTgd+npqzxaTghIiDaHasGkM3bnS0qlk2mWgniIpo7iW4cmsMubdVZ5mdyVR0J0K0ZgsFTuV0ygPFcHl6gKlYBUOOB2TYOLXXaGpl6VluCoZE6b50lDLgaeeRlSBpQKmD3lcEAFkEQIngUDIEaVfXWQXFkRdm3hegDrBgZ+yqlGbr5lIuAuy25gs7AOa5Tr7pYDDZdxi3tdQ4WzZUK2ejdUCWxTlMPnCod+qV24R5SZRYaisUdWiJw+UZsiuooZFqCWUCWre7Fm64V5jeWIeIpieCPWeFKQgZdpWAd4biUGgzDGM3dnl26LNzrlYkWpVEOqZl2XkOtU0luLiMZ6o0EqR+Z2M+J1ft3uB4GYS3wWlulQeZgySj4AtadwmzrMKJplsl6hTGJkmFgAU2vXZUqRLYRqo441ZGRqNGV77TdyNobmaydY2G1odwR1CujooJhicjeqs+dLoImVcqmWBGlewF6AeJxcadIKpGfrGRimdZRKYDWZuGSaF6mEOHE7Y0C2dtIkE2LITpIVsVZXVqdwjFzNBpbcZsjKpEunXoeVmnwlZlabjBoYYXB3JFCW6uRgdOauiVdNuaiTkg0zeSe3VgdEKn6F2dUzij3jhHDgsbrHtjMnNRYM50ZA4ApnfqwnVQl5mpl3EMMcyQVYjeU5lKMNDJJQdJAhJ5hXRlXTmxjopX7VagPFSq58Mwp0KU1xoukIe1LcjpbsyHx4zgfmUVWotyVQiWncg3kM5+CU6DMIQ7ulBSDgfomTlXI3bUyQDApWNJYKJFoFViJHU8KlOIWOBqB2NMKcXJh1OHZETpe3YDYxfoh2x9ujlwfqO3rJFggRrph4hGmLlLcB6+jHu3WKemp4KEZTpkWSlleCDGdgWx5TeGGQVQ40XYlCIHC0l6ABqtVaaVSjWQHo0O5V6E4bHp1HbJpet2YGx6hpdsAb1mZw7KCg5FBVt1ueB0qqLolkgtdr1dDsp4A6aodpRodzNTaAY35WargHeQXYx2d8ZoRlyZU+RZMLQQigdzEziKeOaGCp3jDTPpp+S6PBQBi5WYpQSVOYnreuYB4S5ofKppQJYhRjaBM5NltqYekhF5ZAJ8aYJ1dofH1gs="), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("bAAAAO3+//+eAAAAfv///4MCAACjAAAAJgIAAKwAAAA9AQAA3wAAAIsAAAAY////Rv7//6kCAABwAAAA"), multipliers: int32("y6qQQg=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [19], output: 22, shape: [2, 2, 37], in_height: 4, in_width: 4, in_channels: 15, out_height: 2, out_width: 2, out_channels: 37, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 15, weights: { bytes: uint8("DN7AxYbjZG6GIwBZamqdWQUKaZiJjX3GI3iFOzwoNHrFdgchBRY0MOAHCmHjGXKCUx6ejbCYOHN3aIODuAAyjSkAIxdQBAhgAH5ObRVXkAgm17kHDitYQmWBNAzk0GCidEdlkSUJJBguRunlZBbYUBWdOWleBFUmMAW1UJsywHbYblzIZmbHR6bHmnhsJE2HqTh2ZUhkd2iWG0shZ4opXKgqZEVYolh5ZWumXVWblkmLVzW4GXk0ZlDmegt3lweVVtZTs3oXIcYITbVmDoAKIGiVprcxRGCEJEeSUbAINyWcaNUnqAaRZHF9lWh2gXaQmSIHmVM3k5l0WJaZyelqi7WHDEqLSYMoVIV4IjhndbRIBRdodaYIaGUnc1TqXFaHYztXpbmJt5VjtB1ViUW3pkhTmpgkRgcWVGRKVpiXqEqVooaCNkpeREZpt2io4ShRqFNDZ3N3amZEd1d4qXaJSXdVVWm3V02oqJhWmAKIZlR7dOO3UmpqSKo5gXlmpjlLNZx4lTlSKLpoeWeGW+i7diBmV4Zo07WGYwBjRkEMS4MAJW1wBeokZVFkaWyrhEJG4QBVt4bLLRMoU6wAK+JifAOtWblL2IsoUek5Ost5WAVqRhNUthAWhUjTicerR0FQVUVAiI4Gtm5Ic0FphIDtpFUDkzmEZlmVuHF0RcOIud6XEzN+7iNGeVMDZVu1U5tlc2h3RoypcCCEq+mAYoBUEjh4lXVMg5e0p0UzJTUHmWOotUWaiFqJYKcF12qLiDRIppPGcFR5ZESkuTJtd5Z+LoStgoelmoUJOoOXlVl0sYiMa1vkRowoZbR2VXeYakO0eVehGcgFyodqeEY5B5JoOlhxErmHCrNVbEOCp3elCTdbhoiXbXR0mTldBzZnF5OZaHZzGYPoaMIUaEo9J1h0d1dnVJto4wxYeumhNVhYOGCTGtdkOXQneVmHjuRkuYm4YhbGpQkWMwZlKtzdOEWSEFIAboEhJjhITjCioGs453QquUh7SHZjo2NYWDpph2WX7Bg7AFC5sJhVgRlUKFWYggaDt5hnSrZEmQ5jzJUXdVhhW4MFCcQOKZqWR0bIZpJDZ2dwaWlXUgdJF7dJOJQ5pWghhHtJrei1Kr0qhVdohpbnVYZ2l5WTO0AYp0FXWLV3eFSWJ6lqaVdDSpaUpzfFJXZHuogQU8O3aTV4eTeShVtUVpq5bHiX6ocGQTOQgi7KRGFCOHst1yhM2IdbGOBFkCxHYLhJVSnpOCXDmrZsx8V6hOY3J1h2GABQrjNg3TYBGR50YBW4cQgoxVZJAAAhIreLR5hYVIOwisanXXUolBNjnQc0YQspmmoiGznGYDmxjuHkC0VAZmeAOWTctxAFYZqmUF50YXVnQAbuZ1hImOlxZibqxVyIppCKMoEpvoIgSpSKjEt9oLIlklpJamg0CORnYIlHY2THZGOVcZOoMpcklnVJs6dEV+uZqEh0eqtyUpdWl2VXcnmJaXaoSoxdFLlGKylIaJfHxnyWoxk7hXJcZdlTZFEUrWRwVjVlSlJJRCVrKbN1jWmnRpJCZKGVhgl8Q6qOiYlUBmVwwwAnx0ZmKzB6Nhc3hggNWIqadRoFcIQJyWaQVTgCJuwaSblglxTpaHgy0KFqQkhBcHvESlB5M053aXaHDFtKc0NVyxZ1XFe5VbJmMkg350sIg5m15Ul3U6kms7WHxFN1WlyOxMaFMDWZKnVC2Ohyl3Uwh2RmC6ioNkkFF5g5lqhGKCTUV1e5eHQGY1tTujCEVllllluLM1lGiiJWqmXIm4ZXldQbUWKGY1SH6LUEWBpkGWVwmWArpZlkBAQZlkiJRzdUcOd4Bg48cAILdlKF0AYGmOgFcZhYrqFAYUTWOUEOKXU0SIuCwZBUbnFmCIl7OY10agN1w6TncYkICGNYppBGBXC5MmpmUjnCu5onkyaGWCZGBquNiHlVqFYJLjVGQbl5hheWVxFiKhxkqpRZKze3Z6W4loiDVkW2h3WJOXc1NBY5l6pnp5lzN4ynenaTqFPFaHZYZoqHYmRlaCZ0OqaCaWuGilR2c5dDh2lmSntUIJqWWSWKDIVTkA2IljhmtnW2iAegdHdJbuSVjWpCJCN6SHVniEhyRZesdoCGa4XSXoaJqWdWomd3ioZHN1Z2eFZUlhZZiIpmDgYCwOAHYG4EoAFeUIHu5wZ2jAeJ6h62JEjeTmC2clIETiE3FgwMAuQEg6cwoDc57R4QGI0BMOd1Tbi3RwM3vjNYaWcwKkt3hDtgW7WlqKSTEmdFFphplwSaXa7E2jwjYmiZI7erNQRShXVoo9u5a3N7LUUKRIh4dJlEnnC2hibCeSOWd+Q1ZmWaqHdm1kYVk3qIeHRzZ5NnpieImUareGeJk20Wdza7g3hnWHSGVoMZkLkpo3hnxjiFx1iVtHpRJ5mYiwiJRUexl3Qpd4gkeodpfHeT1RWDs+BTZipFamuVpkHWZ5oEV3mUAm4XV0iUFzySMLSkpZvVhNhXaYiZeAV3NiaFaNnIlAkzFVpndYRGAqtoVZVpeJR3qJp1ebeaalmlinlHVkh0rKcndWV6iLiKWIm3unVWanxKOGqkuGkHZuZnh1NFOLRpaVpFsJKjdYh2hnUKB3hmF5czmWumd5SjmlGny1yGSYiBnLsnB1izp2Gd1CRXlmtEhnGGVbsSUJc6GFd6aGMJEHWQdXRFN7kiBpios4ZHcgdcVWQBiFM46dUmXqWHjiSGfjuoyYWYYmpVYHRaVEhaOMhoCK5GUtlpppYSgBjpRQg5aXBBB55gZKAFnrVWKFNJSXprWUJ3dhbChjSEVxk5oEWaYGbrl1Rw11kmZlW1NDvJOoWAM45pa1ZMrAiIZ7XkeJWLQomWeWNViQeYR5VX2nV6ZGWJJmRIJZdFaLoqVXWCWaybg0RndUKTdltyZmCEdTpo3jdJtUTJh2c3DHRmcHcJx5hXZJh6w+dMhWZVi0qHyHRQd0YzCQJ45oaFhIPFGJK+GlihrHZpgQSSaUWRILVdfqrlOltGB82miCZKi1OjWXgehkLmg7dHIaBwUrriZgjUc1FiWKhzBHgNNGdkSJKmwOaBe0Q2npMJ6CQz7EVxqbVpXiiSJFWIBoR1CWcCZDNViKSGVo7eWmZkpY6lxGZmN4Z7GmyeUAJT1aRoTWcKtnkwiTNmeaEZYygkcIRoZoHaiYOZl6SIMJtnU5amg0t2WIUzLEdmfaaWaKmaN2h3WnpGejS2d7qSh6VrisdjCJZ6ZYPYElcQdlWKJpYyaAIJhGazqIdliXlEKseGW0R3h2hkdnao1rZLdXV46EF6NkeYbVJ3RSWHXFeIbISYflq1Owo="), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("BgEAAFwBAAD6AAAANQAAALUAAACK////cQAAAGj///95////VgAAAEEAAAD2////m////w3////xAAAAr////4MAAABAAAAAKwAAAJH///8VAQAAeAAAAOb////lAAAAAP///9X///8RAAAAMAAAAGP///8FAAAAzv///3AAAAAB////s////8D///8gAAAAfwAAAA=="), multipliers: int32("all5fQ=="), shifts: uint8("JA=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: reduce, inputs: [22], output: 23, shape: [1, 1, 37], sides: [2, 2, 37], steps: [0, 0, 1], count: 37, mean: false, multiplier: 1073741824, shift: 32, zeros: -512, out_zero: -128 },
    { kernel: convolve, inputs: [23], output: 26, shape: [1, 1, 10], in_height: 1, in_width: 1, out_height: 1, out_width: 1, stride_down: 1, stride_across: 1, dilation_down: 1, dilation_across: 1, in_channels: 37, out_channels: 10, above: 0, left: 0, height: 1, width: 1, depth: 37, weights: { bytes: uint8("Dd0AEN0AOQAABAPWABMAYA0ADQ3SAAAFYDACUMAADdUtAM0DYAAJ0NRwMNAAADDQbdANANBQgIgAAFYw0GEC3U0EB9mAUAA9EX0AANcA3dAA0gANIAaFDd0AIAAgAQDYUt2Q09MFAEQFqFNA0ABAABUwMKcADVAN0kDQlAspbdECMABwAAMJ0AAAACDQAFXdXdDS2kGYAABg0NLX3QPdAAAw0A0AkABA3d0AAF0AVAANST0AoAeYAA0="), mask: null, values: int8("+fr7/P3+/wABAgMEBQc="), bits: 4 }, bias: int32("YQAAANwAAAD2////1v///93///8nAAAAk////0AAAADo////Pf///w=="), multipliers: int32("4cFFYQ=="), shifts: uint8("JA=="), per_channel: false, in_zero: -128, out_zero: -3, lowest: -128, highest: 127 },
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
