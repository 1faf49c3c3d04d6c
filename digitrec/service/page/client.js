// The server: what it reads, what it keeps, and whether it is there at all.

import { askForKey, keyHeaders } from "./access.js";
import { SIDE } from "./ink.js";

const PATIENCE = 8000; // milliseconds
const SLOWEST = 50; // bytes a millisecond that are waited for besides
const NO_KEY = 401;

/** The server cannot be reached. */
export class Unreachable extends Error {}

/**
 * Read a picture on the server.
 *
 * @param blob of any format that the server opens.
 * @param signal ends the waiting, with an AbortError.
 * @returns its answer; what the server refuses has status "error" and says why.
 * @throws Unreachable.
 */
export async function predict(blob, signal) {
    const options = { method: "POST", body: blob };
    const time = PATIENCE + blob.size / SLOWEST;
    const answer = await askWithKey("predict?stages=1", options, signal, time);
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return withStages(told);
    return { status: "error", text: "", digits: [], notes: [], error: reason(told, answer) };
}

/** The answer with its stages as { name, url }, and with each digit's pixels. */
async function withStages({ stages, ...reading }) {
    if (!stages) return reading;
    const { digits: images, ...pictures } = stages;
    const pixels = await Promise.all(images.map(pixelsOf));
    const digits = reading.digits.map((digit, number) => ({ ...digit, pixels: pixels[number] }));
    const named = Object.entries(pictures).map(([name, png]) => ({ name, url: urlOf(png) }));
    return { ...reading, digits, stages: named };
}

const urlOf = (png) => `data:image/png;base64,${png}`;

/** A grey PNG of 28 x 28 as Uint8Array of 784. */
async function pixelsOf(png) {
    const bytes = Uint8Array.from(atob(png), (byte) => byte.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    return data.filter((_, place) => place % 4 === 0);
}

function reason(told, { status }) {
    const said = told.error ?? told.detail;
    return typeof said === "string" ? said : `The server answers ${status}`;
}

/** As `ask`; the person gives the key that the server may want. */
async function askWithKey(...request) {
    let answer = await ask(...request);
    while (answer.status === NO_KEY && (await askForKey())) answer = await ask(...request);
    return answer;
}

async function ask(path, options = {}, signal = null, time = PATIENCE) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), time);
    const stop = () => patience.abort();
    signal?.addEventListener("abort", stop);
    try {
        const headers = { ...options.headers, ...keyHeaders() };
        return await fetch(path, { ...options, headers, signal: patience.signal });
    } catch (error) {
        if (signal?.aborted) throw new DOMException("given up", "AbortError");
        throw new Unreachable(error.message);
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
    }
}

/** Whether the server keeps corrections. */
export async function keepsCorrections() {
    try {
        const answer = await ask("corrections");
        return answer.ok && (await answer.json()).kept;
    } catch {
        return false;
    }
}

/**
 * Give the server what a person says that a digit is, with the person's consent.
 *
 * @param pixels in MNIST's form, Uint8Array of 784.
 * @param label a digit, or null for what is none.
 * @returns whether it was kept.
 */
export async function keepCorrection(pixels, label) {
    const body = JSON.stringify({ label, consent: true, pixels: [...pixels] });
    const headers = { "Content-Type": "application/json" };
    try {
        return (await ask("corrections", { method: "POST", headers, body })).ok;
    } catch {
        return false;
    }
}
