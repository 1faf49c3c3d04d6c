// Pictures that people have: chosen, photographed, dropped or pasted.

import { byId } from "./dom.js";

const SIDE = 2048; // pixels of the longer side that are sent, at most
const QUALITY = 0.92;

/**
 * @param take called with each picture: { blob, bitmap }, bitmap null where this browser cannot
 *     show it; the server may read it all the same.
 */
export function addPictures(take) {
    for (const name of ["picture", "photo"]) {
        const input = byId(`${name}-file`);
        byId(`${name}-button`).addEventListener("click", () => input.click());
        input.addEventListener("change", () => {
            open(input.files[0], take);
            input.value = ""; // the same one may be chosen again
        });
    }
    byId("photo-button").hidden = !matchMedia("(pointer: coarse)").matches;
    addEventListener("paste", (event) => open(firstFile(event.clipboardData), take));
    addDrop(take);
}

function addDrop(take) {
    const sheet = byId("sheet");
    const stop = (event) => event.preventDefault();
    addEventListener("dragover", (event) => {
        event.preventDefault();
        sheet.classList.add("dropping");
    });
    addEventListener("dragleave", ({ relatedTarget }) => {
        if (!relatedTarget) sheet.classList.remove("dropping");
    });
    addEventListener("drop", (event) => {
        stop(event);
        sheet.classList.remove("dropping");
        open(firstFile(event.dataTransfer), take);
    });
}

const firstFile = (data) => data?.files?.[0];

async function open(blob, take) {
    if (!blob) return;
    const bitmap = await createImageBitmap(blob).catch(() => null);
    const isLarge = bitmap && Math.max(bitmap.width, bitmap.height) > SIDE;
    take(isLarge ? await shrunk(bitmap) : { blob, bitmap });
}

/** A phone's photo is sent as small as it is looked at anyway. */
async function shrunk(bitmap) {
    const scale = SIDE / Math.max(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return { blob, bitmap: await createImageBitmap(canvas) };
}
