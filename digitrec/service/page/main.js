// The page: what is written is read, by the server or in the browser, and shown.

import { showAnswer, showNothing } from "./answer.js";
import { showBoxes } from "./boxes.js";
import { Camera, hasCamera } from "./camera.js";
import { byId } from "./dom.js";
import { addPen, addShortcuts } from "./keys.js";
import { pixelsAt } from "./local.js";
import { showLayers } from "./maps.js";
import { Paper } from "./paper.js";
import { addPictures } from "./pictures.js";
import { readPaper } from "./read.js";
import { showStages } from "./stages.js";
import { predict } from "./client.js";
import { correct } from "./wrong.js";

const PAUSE = 180; // milliseconds without a stroke, after which it is read

const paper = new Paper(byId("paper"));
const camera = new Camera(byId("video"));

let shown = null; // { reading, size of what its boxes are in, by: who read it }
let selected = 0; // number of the digit whose layers are shown
let waiting = new AbortController(); // for the server
let timer = 0;

function show(next) {
    shown = next;
    selected = lastDrawn(next.reading.digits);
    byId("where").textContent = next.by;
    render();
}

function render() {
    const { reading, size } = shown;
    byId("help").hidden = true;
    showAnswer(reading, selected, { choose, doubt });
    showBoxes(byId("boxes"), reading.digits, size);
    showStages(byId("stages"), reading.stages ?? []);
    light(reading.digits[selected]?.pixels);
}

function showBlank() {
    shown = null;
    byId("help").hidden = false;
    showNothing();
    showBoxes(byId("boxes"), [], null);
    showStages(byId("stages"), []);
    light(null);
    byId("where").textContent = "";
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

function light(pixels) {
    byId("layers").hidden = !pixels;
    if (pixels) showLayers(byId("maps"), pixels);
}

function choose(number) {
    selected = number;
    render();
    byId("digits").querySelectorAll(".seen")[number].focus();
}

async function doubt(number) {
    const digit = shown.reading.digits[number];
    if (await correct(digit)) render();
    byId("digits").querySelectorAll(".wrong")[number]?.focus();
}

/** While a stroke grows, the layers see the digit that it is part of. */
function drawn() {
    byId("boxes").replaceChildren();
    schedule(lightLast);
}

let scheduled = false;
function schedule(work) {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
        scheduled = false;
        work();
    });
}

function lightLast() {
    if (paper.lastPoint) light(pixelsAt(paper.ink(), paper.lastPoint));
}

function changed() {
    byId("undo-button").disabled = !paper.canUndo;
    byId("redo-button").disabled = !paper.canRedo;
    byId("clear-button").disabled = paper.isBlank;
    byId("hint").hidden = !paper.isBlank;
    waiting.abort();
    clearTimeout(timer);
    if (paper.isBlank) return showBlank();
    stopCamera();
    timer = setTimeout(readSoon, PAUSE);
}

async function readSoon() {
    waiting = new AbortController();
    const found = await readPaper(paper, byId("here").checked, waiting.signal);
    if (found) show(found);
}

function stopCamera() {
    camera.stop();
    byId("camera-button").setAttribute("aria-pressed", "false");
}

async function toggleCamera() {
    const wasOn = camera.isOn;
    paper.clear();
    stopCamera();
    if (wasOn) return showBlank();
    byId("hint").hidden = true;
    try {
        await camera.start(predict, showFrame);
        byId("camera-button").setAttribute("aria-pressed", "true");
    } catch (error) {
        stopCamera();
        byId("hint").hidden = false;
        byId("status").textContent = `No camera: ${error.message}`;
    }
}

function showFrame({ reading, voted, size }) {
    if (voted && voted.text !== shown?.reading.text) show({ reading: voted, size, by: "Live: most of the last frames say so" });
    showBoxes(byId("boxes"), reading.digits, size);
}

paper.addEventListener("draw", drawn);
paper.addEventListener("change", changed);
for (const name of ["undo", "redo", "clear"]) {
    byId(`${name}-button`).addEventListener("click", () => paper[name]());
}
byId("brush").addEventListener("input", ({ target }) => (paper.brush = Number(target.value)));
byId("here").addEventListener("change", changed);
byId("camera-button").hidden = !hasCamera();
byId("camera-button").addEventListener("click", toggleCamera);
addPictures((picture) => paper.show(picture));
addShortcuts(paper);
addPen(byId("paper"), paper, byId("pen"));
showBlank();
navigator.serviceWorker?.register("sw.js");
