// Pixels 0 to 255 as -128 to 127.
function centre(step, [map], out) {
    for (let i = 0; i < out.length; i++) out[i] = map[i] ^ -128;
}
