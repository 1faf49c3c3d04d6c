// The layers light up: every map that the network makes of a digit on its way to the answer.

import { card, run } from "./model.js";
import { element } from "./dom.js";

const NAMES = {
    convolve: "Convolution",
    pool: "Pooling",
    reduce: "Highest of each map",
    lookup: "Activation",
    slope: "Activation",
    combine: "Combination",
    arrange: "Rearrangement",
};
const HIDDEN = new Set(["centre"]); // the picture itself, which is shown beside its reading
const TILE = 56; // pixels across that a map is enlarged to, or nearly
const MOST_TIMES = 12;
const GAP = 3;
const GAMMA = 0.75; // so that what is in the middle is not pale
const FAINTEST = 0.06; // so that a map is seen where nothing answers

/**
 * Show the layers of a digit in MNIST's form.
 *
 * @param place the element that has them.
 * @param pixels Uint8Array of 784.
 */
export function showLayers(place, pixels) {
    const layers = run(pixels).maps.filter(({ kernel }) => !HIDDEN.has(kernel));
    if (place.children.length !== layers.length) {
        place.replaceChildren(...layers.map((layer, i) => figure(layer, i === layers.length - 1)));
    }
    layers.forEach((layer, i) => light(place.children[i].lastChild, layer));
}

function figure({ kernel, shape: [height, width, channels] }, isLast) {
    const isFlat = height * width === 1;
    const name = isLast ? "Scores" : isFlat && kernel === "convolve" ? "Dense" : NAMES[kernel];
    const maps = isFlat ? `${channels} numbers` : `${channels} maps of ${width} × ${height}`;
    const sizes = isLast ? `of ${card.classes.join(" ")}` : maps;
    return element(
        "figure",
        {},
        element("figcaption", {}, element("strong", {}, name), ` ${sizes}`),
        element("canvas", { role: "img", "aria-label": `${name}, ${sizes}` }),
    );
}

/** Maps side by side; a layer's highest value has full colour, its lowest none. */
function light(canvas, { shape: [height, width, channels], values }) {
    const times = Math.max(Math.min(Math.floor(TILE / width), MOST_TIMES), 2);
    const [across, down] = [width * times + GAP, height * times + GAP];
    const room = canvas.parentElement.clientWidth || 320;
    const columns = Math.max(Math.min(channels, Math.floor((room + GAP) / across)), 1);
    canvas.width = columns * across - GAP;
    canvas.height = Math.ceil(channels / columns) * down - GAP;
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(canvas).color;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (let i = 0; i < values.length; i++) {
        const [place, channel] = [Math.floor(i / channels), i % channels];
        const left = (channel % columns) * across + (place % width) * times;
        const top = Math.floor(channel / columns) * down + Math.floor(place / width) * times;
        const share = ((values[i] - low) / (high - low || 1)) ** GAMMA;
        context.globalAlpha = FAINTEST + (1 - FAINTEST) * share;
        context.fillRect(left, top, times, times);
    }
}
