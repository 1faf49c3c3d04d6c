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
    "temperature": 1.2322203516960142,
    "uncertain_below": 0.7269693755448096,
    "uncertain_energy": -5.125681577697924,
    "reject_energy": -4.418611426424679,
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
const SCORES = 26;
const SCORE_ZERO = -14;
const SCORE_SCALE = 0.132209659; // a logit is (score - SCORE_ZERO) * SCORE_SCALE

const STEPS = [
    { kernel: centre, inputs: [0], output: 4, shape: [28, 28, 1] },
    { kernel: convolve, inputs: [4], output: 7, shape: [14, 14, 5], in_height: 28, in_width: 28, in_channels: 1, out_height: 14, out_width: 14, out_channels: 5, stride_down: 2, stride_across: 2, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 5, width: 5, depth: 1, weights: { bytes: uint8("eQZoUMzg7mvuDnhGiTlBh9iu7u5ABAUwAIhS6gMA7QSF7j6jq03IrFbujhC5NhC4B7jDi+VbAQcAIAAzUDMI"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("/////8QFAACFAAAA+gEAAOEPAAA="), multipliers: int32("MiOpVg=="), shifts: uint8("JA=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [7], output: 10, shape: [12, 12, 6], in_height: 14, in_width: 14, in_channels: 5, out_height: 12, out_width: 12, out_channels: 6, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 5, weights: { bytes: uint8("SSYXC+jjxZ3pIM4OgM2Th+CHOz152aVIk5h3ucgynWmjV1V8l+Q6eV6xCWjFs7UKU+PlMg5i4N0I6qxoZ4noaStYh1c6xbXhyOpnAG4FCs6ag4njJQM+exybVXWQngWXyuleiIDkDiGGMErmlHC+IpADHR5ZAnzpbrAwtdOgecVbiWJurFlX"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("wfz//zr+//9e/f//Zv3//5wCAACl/f//"), multipliers: int32("V9xqSA=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [10], output: 13, shape: [6, 6, 12], in_height: 12, in_width: 12, in_channels: 6, out_height: 6, out_width: 6, out_channels: 12, stride_down: 2, stride_across: 2, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 6, weights: { bytes: uint8("iDqJyGja4qfHSkmLcpXXg8PBAYlXAaZ0A6GgJaNwg3DAV2SWUMCg5qDA7JB0Q4F02qB0rqNVlEd21VZoyXdo4wl14gmJtjl5pQmlxBp4tkdoBoW7NDLKeiGZJyOrhhDOmkOOiUaJq0VeWmU9qcRwG+0gCK4UQ9LgdOvACJ5nooDGlUHnikl6qWRKrmA2anI0WmUOnVELilImlzQcdzILhlZFeGnEiUrVmTe3zUmSnlo0Tmc2bHlkbqcVbrUYK3RYNkeXRmyYDuYDCOMQCskzCqo3BuRzG9KTBKQSarAVntQoBacIbNQJjscaRXgZq0kOii48iIg8pkyOdj6dhE0MZA0OKT0MhTsKRDkJF0gXB4mwNTzQgh2mQ2Z0QF6DgE6VYWSVMzl1gzuCdFV6U4ShZFOVYEe2IAHgYgSjN1djMFKCyIRn"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("HwIAADEFAAAMAAAAtgQAABIAAACaBwAAXgAAABgFAADHAQAAOwEAAKIEAAAHCQAA"), multipliers: int32("/2MuWQ=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [13], output: 16, shape: [6, 6, 13], in_height: 6, in_width: 6, in_channels: 12, out_height: 6, out_width: 6, out_channels: 13, stride_down: 1, stride_across: 1, above: 1, left: 1, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 12, weights: { bytes: uint8("ZnCE5lZIWJBieLq4bc6GTsepAxzpW7ZJRgBZ6qwlExB66bsHSW6DSDFzlzebVlzmqEm4OId3VaiJc+p4kpxVBGdIIaZRhLg3Tn5nF3CqaYZGdxGnVJV6sodZ3GKbrAbL6ILrxBiAqkCFWOl3NYuCO6lsNYdD2VI5MZE3Qpp7aW3gJumDojTstwhxoIVGQAV+qXdliJk3qrgyRDR0tttIZRO2LkUBhYBMCpnRjeRglOfpoE11hHB15VjYkLPnVEkAbK6ZB6BhpRikan4nRohlMWilZNJoqWNZiIM+SwxhOVKoy44AtzrqS2ViBqkIEKKgCbeGcnaVmH5rGCDNGHQEspV6qJeUaimMeXjZhnYpmIR1doiqxkVnSFWeskUJcsh+A2PEbusGzAx2EGl5tQ5lCIawCCCI2La760gKwAPm6dh5wCeUe1ZWbClLdjqgDpYgZTeIWKukzZgzZAK6s2bibKgAfHCQ5uiGluPXtESacqicYTdZASBtpLK8maYAUAW4aWRnpWaNeh5lNc2rHkmAEttifK5IY6Praa44WOjdAk01BeB06YgDsGGuJVlGe75WSE4gAGQG7APlvjlAiHespDYBDB4KQLW8s4WL4FvZyLWuwwPIR4o1MJamhUYAZVSNhpAVyKmckhoO4FZXNRMM4pd8RAYGaKZpauguoQTo0bk+UGjsnTRHdYeHl7p2OlOyqF5QGZMlleC4mHd1hXcLmkBDAHFJ1Mhps9CkXIdIOJVs4yTa1mYLxZHuxnXgi1Mnqzh5gDXd5KxboALoxrrHJwlyhairtlZ3IlQdVKXJUbltALG35xXHmDiH5lc7ugOFm5szTaisxkWWhayGqDXoaUpANUuLlnk0WkFn4DQ1FkB34RTIErAjoHhKaTmHUp4oi955B5Cgnoi3aJS0I3plaWBq4cbFrABVB5piFZiQ"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("1v///xUBAAC6BAAAnwAAANMCAAB4/v//IwAAADr9//91AgAAGwIAAIkAAAD0/v//sQYAAA=="), multipliers: int32("Re16Rw=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [16], output: 19, shape: [4, 4, 15], in_height: 6, in_width: 6, in_channels: 13, out_height: 4, out_width: 4, out_channels: 15, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 13, weights: { bytes: uint8("iaGZF3S3pbZ3MFMGWqVDi3ezgcWBCLChMEgZhmlGKXNJjrRIw5mlCYZm5xWHFiV8O26bneBa6I3lOWoFiRtraAXVVejHy1d1dIdG6aiIAnWdkzkwAIuTmRgjI5ClRq5IihNnszjSCoeAA5QZo2Ouc2Y1irbTcsiWdJQ0mkhKklMVzbtoGGsBlQlsOI1l5LMtXCKzXjPlwKKg6OgIabVTXEZ+NzUuRBksRcbZZrTFF3jBxEJkAiBlyIxAZDdFS8tpRSh6S8RXQtt5sFUa5nB0CXkLRQ40WbJgvgJz27iVhjCkmHlK0nlzzui0mDq410UJfFuni45lxarnbViJkKZaCrQWJzPKeFVbllmnGkajYwtKJ1EQSIZ2kjTFR44YRSRnt0ZMeDUost125aCHAOM+JkmWADHnSXPmZiOlDjeGdFMArXuElk5AUI4GOupwF7BWJFkpRlvHWbXCwHbIhKhWxwBp6nNJbZkWZVa0cGeDEBiFZEOcPJWxWJ0z5lBURGNGGh15RgRWlpm+gk44Tn6ieZeip7Qpt5wtd6bclHjnQZV9OGlmLseNwYV3ardK44hYKRWohCKHJ4U3i1fAU7OKFYuadpeys6k6WhS3FJJHhjSTngrIRMR47ppoKVxoN455emgzKNqYZoiAM+AWZFpVAzlkYIPWmVBlUEjCrjp1Buau4u6AN7CYhUtuCFNrQAYcQis+jqaEAoXoyAN3JWBlq2eigUmIlpZslTZSmRbld147KEKbLT1pCZrmMq22dmBZeL2cRTuhaRa4DACVVGkxiFBEdaoUiFmtSletYJuQXoXkGrJlkpqIRFUnbFaWeFVJnsk6wW5Dl4U2k0hIUDJoaKWWR9DcancIqFaGJVRRcKUqBlBWAH6R4ayVGFNexpuSmZTWd2RXur0FUAxqR1XWVaWYSEh5TmhFOXXg2GCpBhAJqYsAsnTjYIZQEDxjCzRINsVFhThskeE9isXAMUqaJzhembqamIqpuGgqVpu3e3VoVcYnuCZpTIy4Ijc5nuqVeXOR4mIHHoipOGrXp1gzBeRpfFVmFhQtRXCgkpODR3rgx3jtl5ctdrl4FYVKl1VaZ5LINIKUhznAaKdbSJMQktZ5PFW+6clgWQCGBCIatSawaydxd1kgSI6sjpREe6V5mUhuEnR1x5xEWTJ4gAw="), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("tgAAADgDAAC8/v//8wEAAPYBAADSBQAAOQEAAJUAAAD6AQAAYQEAABwCAAAgAQAAxwEAAKMCAADZAQAA"), multipliers: int32("ROmxQg=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: convolve, inputs: [19], output: 22, shape: [2, 2, 38], in_height: 4, in_width: 4, in_channels: 15, out_height: 2, out_width: 2, out_channels: 38, stride_down: 1, stride_across: 1, above: 0, left: 0, dilation_down: 1, dilation_across: 1, height: 3, width: 3, depth: 15, weights: { bytes: uint8("44oJQzVti1tYqDFXpqZolX0rsQM9dHVqbEVCenDZd+fnVZVLJJOWixEWwABDAZPg2cl0ZqhhRzY+VxZIZxZ12XALYyhoe6eCClN6dYc6vHJFiXKDi3W9ppdAZ0gjaxFEyWRoF4BTcGYkYrpqOHFMeGSgWVkCGbGGMU6reEUkkUHnq1RHoyGFy4WWeVVFVYSklXtolVmBJ5YrdkVpWJi3RbdYeIWWeFs5iUE6CLh0aXapg31zB5dluoNniGilZYeIeZiJp4ZmXLWyeIeIl4uriSIVSGljh3Vop7ZjxVOIlmlYOSBpOkZnhaIKZIJHiYcoiHmZaIWaZ3eHaFV0alcmlXtrZXOGXGx5W2YFKFjpl6eocrV3dnuX1WBos0GTsEOWU1hMZYp4QClnYrTmJjInVod5E24L40ZZai14mH5GdWaTOmgpJVlWTpl5hRO6iXWkVWGlpLqmRgQHiEfufJJnAGKo27ha5pFgGLVKGAwEEoizcZqjegOIqTJRNUUKR5kMOkPkeFsrrZADdAhCs3kZlYdYapTXo5eZrWYpsIOXVppZlnd+V3ZthVd3ioZjKeShUDSWiGtoKyR4Zoe3fIVxWAVHakpaiHhI43qzh0oHaHaXWXpXksQ3OOvMbpVVclNuV2dGhiYr7VxwkzUscLmVaXxABXOh2YfGYSSChJKlFHBzRo5ZTC6QdpRwyTNlCHZaeahGsohAbr5dG14XgwFWKJYlkGRLUJt01Bea2GlZWpJ4tskVUqdRWwXhpmWnraZScEkYZ5AdqLqIfoC2pnJFgJdVZaeId3N2eIeLqYcUqAZmBqTQrhUEhGSUWmN6caWwyHelS5l7B1jEaKlWYHa0gaY2egdr6Jh3iVSXnIKyOpVk6GR1hpslZ3d2gKkaW6gEQDbDbrUIIA7YhomHeR4oTntjQ4XrQz5oihcnfgPgkJPElIPsICc+VXXn7gTjtWVoRZIAqQ5b5J6yZARnkjBDbiwyoYAEATyG1Oeem1E3Nso0fZEpZFWEU9JmRZY0A2GraFNFYOi5Y6RmeJhphyNuRrNayONjRKDElAOXuSVEXBFzUkoHuIgENn7m24VldNWmRG56u2J9IYNQmHc4lQh7B5dIeml0YFOja+uXNlU7PJWpCqMW0FxTq7NROmVmy4VOLVAVgpuJunOJIoAtOoyMqnmYlRJsakRHioHJW8l7tXN4YnjHRQoVagNGmGtH1aVnkmmDYqt4VI12xHPio6Y4mkNoB4msdoSFYJGwBpKbVwY5YILgLrKXBIBoaH5HaYcIgqIMU06eM0rCiJg1sGJYIyW3aIanUHKqmACDquKjGn1qtmoCdWnWgmsECwCXLmdqaLQGWRhKlq1ohWQDfFpIpthW5XZl12BHhTiSblNTnmBmRiF2uINpYjhIY2qoaHUrhyjjlrdNSCYnAV5ph3RmVICBV3WnmkN0iSYuepIHpXFGYuPpeEZCmraNp7p+coRSBqhUt9hXAGkmWKhscRK0rXZCWAUDAXzWnFBTkAXhllZtqyMIR4tVmZAYE5NyqOyFTCMSSggqfmI6N5eUZmCek3eThXZLC0aYdIgJi8BwxTGHeIp4I2dXaYXkq5g0ZnVuanZ2VoOCpJnURSEWaILFkBEkUVlKNgCUvmJUl4fKhOE6NZROYFVUK5SIdVnLFFNVdUnH6eah6VNGNImZeDR0W4irpmQMNoA6RZeBuULlnGbHilJzcNirrgmAXCkaDu6JIFjjoGxQBpgnUErA7rDpOCTraxMEidAjdytEYAVpZGAoVYhEIkVZh1aXV2UHiSVRebaSIYIpQKiWRgogDig3ACSkEGB5QDhLdKIKRwp3WA50W6PdqwKGAQdVYS4n4gGCqRRhtRTDg3V8Dt4qQ1lDNmeE6HB7RXMGhYhtk4mKSIy7o4XliIdJdEyzVoSoh2yWgGcyhIdqyAgpcmZdi5rEdWSTc4zLNAoyJYdme6YFB02p5XiQh1c1hwiCEEt1lCd2mIQm0IdjpMSHg2eJSHcrdjU7jaakhWyFalR2VKOIjFWEiHUKl2claGp4ZXIjfYd1mZQdeZNFVTvnV3LSWLqkWAtJggB2mkODRbIJUmV8VUVonCfm2kO0MsVklsRoXI0jU1Z3bil2jtp6JbhUAkeEOXtD5INnc0kmpJe2hnvJsmVqV7BgZKkiEFMepjlHeUAohUKE0EYTSJc7x3Y0PgUwhwGAedd6NaMOhM2rgySkaFV663SYlFoky+nZcAoZVUB2HCplhXp1c9yeRznlczeZeFp6oAbDU6hYdzCb4Glxd4fAA4pJy5aqZAGBtGmDV6M4WUnqe2pDZnRQJpVnWYZpW7qBGpRaaZY2V0l4JkBot1oLml4oRqA2wUW35DZYdkXr1Q7iUoeuQoIGAwBZmaSapIU3VIeWWVwqDUPuPaQOQtZyxNREKCiJhHQEagBngIKYZApTpz5o7qFVVyp3dl4ORchg3uc0a1sNRmuFU67imoN1cGZzVqU6eDmYVqQ+QndAZaVqXtYgTZa6l4UkOG1ggamiZxJ4iIWUSCE7ZnKppXSZq5FbeZeKhbEUda5nZ6Tmd3IVeKqsOjUHk3w0yIWnnLBzS1VYWHwJlnVGaGiXZUClIWMyi353dWhnSSm2SZkEdsRmxnd2jFK4hJh9jKk4eUdpjFYpKpB2gmk8hHq6Jyp7VXUoGFBld6elkqZXdnV6SZh2R3gGR+KCJAuGI75QsJCVox7gegawQk7uBubmRgdQC2u3hygLKCd6AK6EJoLlrBZBBXc1QLUS6hyX1TumhAdVmoGVHVk+uwsJOQLUY6o1TJBziYsrugMcFUuZZgU8FYyiOAimfnYIQ8OLh4SF5aYwR1awIYSFbaEKNqlApQXrfgAADBIXZ4k1FGIClmCnqFpJWmU4WJDmt7WHeId1VGonnZYIFFiSc5dXayEUV4e3m1YJBFCrRuQmwYOAB3qXyoQnZNYlo6xqSBKOiwZESXEJOGiXdmnNdXizYYmYunaYlWinYrB6eXOsRUpViVuUaGShmdQmRmhjiGoESrRYZVfGWONlJ0SCKqmsa5haVVeUOCCks2aDmoihgdO+1MVGYIa3t44m1lVEQ4c5e3V5VGxWt1KSaFVXZ5OKaHSlkHU7g3KHZnB1JiPJbmcIoHNmRbZqmjJJKgWHWaVVmQBGoWG5FeYIpQUKKBoUtBFKwSabNeZacTtuNG5Yuzs+eWohjkl0RtunUIWgpATLy7hmCBpYW3uEg0mAhrh7q0aHmDIDfjFo1QRJZ+CYtGFBZoZ5LmArhDh0dLSUcIgXB07bWVd3CJeBakjWCTOzB4K2zpInkKbkoWe+7gClghPWOKQuQRhw0Jw0omAHFw4+RyIJR3dpl4AJKA7rwgndoOiqkDBVR6U+1XiEa3YFSZBJMA7BcgqOTg4GMIE64IALUjgzEwQJWYPE"), mask: null, values: int8("+fr7/P3+/wABAgMEBQYH"), bits: 4 }, bias: int32("u////xQBAAA0AAAAMQEAANUAAABe////qQAAAKP+//+ZAAAA6////+j///9QAAAAFP///23///+5AAAA/AAAAM7///83AAAAPQAAAA8AAADxAQAA+v///wMAAABYAAAAJwEAACcAAAC5AAAAb////4oAAAC7////I////xv////X////N////8sAAADg/v//0////9T///8="), multipliers: int32("5Eu7Qw=="), shifts: uint8("Iw=="), per_channel: false, in_zero: -128, out_zero: -128, lowest: -128, highest: 127 },
    { kernel: reduce, inputs: [22], output: 23, shape: [1, 1, 38], sides: [2, 2, 38], steps: [0, 0, 1], count: 38, mean: false, multiplier: 1073741824, shift: 32, zeros: -512, out_zero: -128 },
    { kernel: convolve, inputs: [23], output: 26, shape: [1, 1, 10], in_height: 1, in_width: 1, out_height: 1, out_width: 1, stride_down: 1, stride_across: 1, dilation_down: 1, dilation_across: 1, in_channels: 38, out_channels: 10, above: 0, left: 0, height: 1, width: 1, depth: 38, weights: { bytes: uint8("DAwAUAwzAMNQQJI8AGOAAEw0wMDADCAMA8A1AAAMYAzADEVVAAAATFzCMJDAAGBAwwXADABAwMAEDAYwBwDMfDDAPFDAnABQIJDCCQfAAIzEwwDDADxADAA4vAAAhQAEDMRcYCxTTEAGJUAAhGIMUAEwAAUAUIegFpB8woDHNVNwDFdmAIBcCgAAAAxzBDAADMPAzAcADEbHxAYMAADAzMwAcAAFQMBAAFEMcsjEW1DACQDAYHBoAEALwAyQAA=="), mask: null, values: int8("+fr7/P3+/wABAgMEBw=="), bits: 4 }, bias: int32("zP///ykBAADv////Hf///5z///+KAAAADAAAACQAAAAlAAAAdf///w=="), multipliers: int32("T1GVVg=="), shifts: uint8("JA=="), per_channel: false, in_zero: -128, out_zero: -14, lowest: -128, highest: 127 },
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
