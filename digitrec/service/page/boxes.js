// Boxes and digits over what was read.

import { element } from "./dom.js";
import { STATUSES } from "./words.js";

const AT_EDGE = 0.07; // of the height: what is nearer to the upper edge has its name inside

/**
 * @param frame the element that covers the picture, wherever it is on the paper.
 * @param digits of a reading.
 * @param size width and height that the boxes are in, or null.
 */
export function showBoxes(frame, digits, size) {
    if (size) {
        frame.style.setProperty("--across", size[0]);
        frame.style.setProperty("--down", size[1]);
    }
    frame.replaceChildren(...(size ? digits.map((digit) => boxOf(digit, size)) : []));
}

function boxOf({ digit, status, box: [x, y, width, height] }, [across, down]) {
    const mark = { ok: "", uncertain: "?", not_a_digit: "" }[status];
    const name = status === "not_a_digit" ? STATUSES.not_a_digit.sign : `${digit}${mark}`;
    const edge = y < AT_EDGE * down ? "low" : "";
    const box = element("div", { className: `box ${status} ${edge}` }, element("span", {}, name));
    box.style.left = `${(100 * x) / across}%`;
    box.style.top = `${(100 * y) / down}%`;
    box.style.width = `${(100 * width) / across}%`;
    box.style.height = `${(100 * height) / down}%`;
    return box;
}
