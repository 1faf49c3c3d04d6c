// The page: what is written or shown is read, by the server or in the browser, and explained.

import { showAnswer, showNothing, showReading } from "./answer.js";
import { showBoxes } from "./boxes.js";
import { Camera, hasCamera } from "./camera.js";
import { predict } from "./client.js";
import { byId } from "./dom.js";
import { addPen, addShortcuts } from "./keys.js";
import { pixelsAt } from "./local.js";
import { showLayers } from "./maps.js";
import { Paper } from "./paper.js";
import { addPictures } from "./pictures.js";
import { PHOTO_AWAY, PHOTO_HERE, readPaper } from "./read.js";
import { showStages } from "./stages.js";
import { correct } from "./wrong.js";

const PAUSE = 180; // milliseconds without a stroke, after which it is read
const LIVE = "Live: most of the last frames say so";

const paper = new Paper(byId("paper"));
const camera = new Camera(byId("video"));

let shown = null; // { reading, size: of what its boxes are in, by: who read it }
let selected = 0; // number of the digit whose layers are shown
let waiting = new AbortController(); // for the answer
let timer = 0;
let isLit = false; // whether the layers are to be shown anew

// What is on the paper changes.

function drawn() {
    byId("boxes").replaceChildren();
    showWaiting();
    if (isLit) return;
    isLit = true;
    requestAnimationFrame(lightLast);
}

function changed() {
    byId("undo-button").disabled = !paper.canUndo;
    byId("redo-button").disabled = !paper.canRedo;
    byId("clear-button").disabled = paper.isBlank;
    waiting.abort();
    clearTimeout(timer);
    if (paper.isBlank) return showBlank();
    stopCamera();
    showWaiting();
    timer = setTimeout(readSoon, PAUSE);
}

async function readSoon() {
    const { signal } = (waiting = new AbortController());
    const found = await readPaper(paper, byId("here").checked, signal);
    if (!signal.aborted) show(found);
}

// What is shown changes.

function show(next) {
    shown = next;
    selected = lastDrawn(next.reading.digits);
    told(next.by);
    render();
}

function render() {
    const { reading, size } = shown;
    showAnswer(reading, selected, { choose, doubt });
    showBoxes(byId("boxes"), reading.digits, size);
    showStages(byId("stages"), reading.stages ?? []);
    light(reading.digits[selected]?.pixels);
}

function showBlank() {
    shown = null;
    byId("hint").hidden = byId("help").hidden = false;
    told("");
    showNothing();
    showBoxes(byId("boxes"), [], null);
    showStages(byId("stages"), []);
    light(null);
}

function showWaiting() {
    byId("hint").hidden = byId("help").hidden = true;
    if (!shown) showReading();
}

/** The digit under the end of the last stroke, else the first. */
function lastDrawn(digits) {
    const [x, y] = paper.lastPoint ?? [-1, -1];
    const found = digits.findIndex(
        ({ box: [left, top, width, height] }) =>
            x >= left && y >= top && x <= left + width && y <= top + height,
    );
    return Math.max(found, 0);
}

function choose(number) {
    selected = number;
    render();
    byId("digits").querySelectorAll(".seen")[number].focus();
}

async function doubt(number) {
    if (await correct(shown.reading.digits[number])) render();
    byId("digits").querySelectorAll(".wrong")[number]?.focus();
}

/** While a stroke grows, the layers see the digit that it is part of. */
function lightLast() {
    isLit = false;
    if (paper.lastPoint) light(pixelsAt(paper.ink(), paper.lastPoint));
}

function light(pixels) {
    byId("layers").hidden = !pixels;
    if (pixels) showLayers(byId("maps"), pixels);
}

// The live camera.

async function toggleCamera() {
    if (camera.isOn) {
        stopCamera();
        return showBlank();
    }
    paper.clear();
    if (byId("here").checked) return told(PHOTO_HERE);
    showWaiting();
    try {
        await camera.start(predict, showFrame);
        byId("camera-button").setAttribute("aria-pressed", "true");
    } catch (error) {
        stopCamera();
        showBlank();
        told(`No camera: ${error.message}`);
    }
}

function told(words) {
    byId("where").textContent = words;
}

function stopCamera() {
    camera.stop();
    byId("camera-button").setAttribute("aria-pressed", "false");
}

function showFrame({ reading, voted, size }) {
    if (!reading) return told(PHOTO_AWAY);
    if (voted && voted.text !== shown?.reading.text) show({ reading: voted, size, by: LIVE });
    showBoxes(byId("boxes"), reading.digits, size);
}

paper.addEventListener("draw", drawn);
paper.addEventListener("change", changed);
for (const name of ["undo", "redo", "clear"]) {
    byId(`${name}-button`).addEventListener("click", () => paper[name]());
}
byId("brush").addEventListener("input", ({ target }) => (paper.brush = Number(target.value)));
byId("here").addEventListener("change", () => {
    stopCamera(); // whose frames the server reads
    changed();
});
byId("camera-button").hidden = !hasCamera();
byId("camera-button").addEventListener("click", toggleCamera);
addPictures((picture) => paper.show(picture));
addShortcuts(paper);
addPen(byId("paper"), paper, byId("pen"));
showBlank();
navigator.serviceWorker?.register("sw.js").catch(() => null); // then it is not kept
