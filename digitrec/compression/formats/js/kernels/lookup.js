// What is done to each value by itself: one table of all its 256 answers.
function lookup(step, [map], out) {
    for (let i = 0; i < out.length; i++) out[i] = step.table[map[i] & 0xff];
}
