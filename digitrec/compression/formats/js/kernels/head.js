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
