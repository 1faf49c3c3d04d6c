// The answer: the text, the status in words, notes, and a card for each digit.

import { byId, drawPixels, element } from "./dom.js";
import { STATUSES, percent, sentence } from "./words.js";

const NOTHING = "Nothing is written yet";
const READING = "Reading";

/**
 * Show a reading.
 *
 * @param reading what POST /predict answers; its digits may have `pixels`, and `corrected`: what the
 *     person says that it is.
 * @param selected number of the digit whose layers are shown.
 * @param choose called with the number of a digit that is chosen.
 * @param doubt called with the number of a digit that is said to be wrong.
 */
export function showAnswer(reading, selected, { choose, doubt }) {
    const { told, aloud } = sentence(reading);
    showText(reading);
    showStatus(reading.status, told, aloud);
    byId("notes").replaceChildren(...reading.notes.map((note) => element("li", {}, note)));
    byId("digits").replaceChildren(
        ...reading.digits.map((digit, number) =>
            card(digit, number === selected, () => choose(number), () => doubt(number)),
        ),
    );
}

/** Before anything is written: what can be done. */
export function showNothing() {
    byId("text").replaceChildren();
    showStatus("empty", NOTHING, NOTHING);
    byId("notes").replaceChildren();
    byId("digits").replaceChildren();
}

/** Before the first answer. */
export function showReading() {
    showStatus("reading", READING, "");
}

function showStatus(status, told, aloud) {
    const place = byId("status");
    place.className = `status ${status}`;
    place.replaceChildren(
        element("span", { className: "sign", "aria-hidden": "true" }, STATUSES[status].sign),
        element("span", { "aria-hidden": "true" }, told),
        element("span", { className: "aloud" }, aloud),
    );
}

function showText({ digits }) {
    const text = byId("text");
    const read = digits.filter(isRead);
    const lines = [...new Set(read.map(({ line }) => line))];
    const onLine = (wanted) => read.filter(({ line }) => line === wanted);
    const longest = Math.max(...lines.map((line) => onLine(line).length), 1);
    text.style.setProperty("--longest", longest);
    text.replaceChildren(
        ...lines.map((line) => element("span", { className: "line" }, ...onLine(line).map(figure))),
    );
}

const isRead = ({ status, corrected }) =>
    corrected === undefined ? status !== "not_a_digit" : corrected !== null;

const figure = ({ digit, status, corrected }) =>
    element("span", { className: corrected === undefined ? status : "ok" }, `${corrected ?? digit}`);

function card(digit, isSelected, choose, doubt) {
    const { sign, word } = STATUSES[digit.status];
    const canvas = element("canvas", { className: "pixels", width: 28, height: 28 });
    canvas.setAttribute("aria-hidden", "true");
    if (digit.pixels) drawPixels(canvas, digit.pixels);
    const seen = element(
        "button",
        {
            type: "button",
            className: "seen",
            title: "What the network saw. Show its layers",
            "aria-pressed": `${isSelected}`,
            "aria-label": `Show the layers of ${nameOf(digit)}`,
            disabled: !digit.pixels,
            onclick: choose,
        },
        canvas,
    );
    const told = element(
        "p",
        { className: "reading" },
        element("strong", {}, nameOf(digit)),
        element("span", {}, percent(digit.confidence)),
    );
    const wrong = element(
        "button",
        { type: "button", className: "wrong", "aria-label": `${nameOf(digit)} is wrong`, onclick: doubt },
        "Wrong?",
    );
    if (digit.corrected !== undefined) {
        const said = digit.corrected === null ? "no digit" : digit.corrected;
        const kept = { true: ", kept", false: ", not kept", undefined: "" }[digit.isKept];
        told.append(element("span", { className: "said" }, `you: ${said}${kept}`));
    }
    const worth = element(
        "p",
        { className: `worth ${digit.status}` },
        element("span", { className: "word" }, `${sign} ${word}`),
        wrong,
    );
    return element("li", { className: "digit" }, seen, told, worth, bars(digit));
}

const nameOf = ({ digit, status }) => (status === "not_a_digit" ? "✕" : `${digit}`);

/** Ten columns, the likeliest in the status's colour; every share can be heard. */
function bars({ probabilities, status }) {
    const most = Math.max(...probabilities);
    const columns = probabilities.map((share, number) => {
        const bar = element("span", { className: share === most ? `bar ${status}` : "bar" });
        bar.style.height = `${100 * share}%`;
        return element(
            "li",
            { title: `${number}: ${percent(share)}` },
            element("span", { className: "track", "aria-hidden": "true" }, bar),
            element("span", { "aria-hidden": "true" }, `${number}`),
            element("span", { className: "aloud" }, `${number}: ${percent(share)}`),
        );
    });
    return element("ul", { className: "bars", "aria-label": "Probabilities" }, ...columns);
}
