// The key of a server that wants one: the person gives it once a window, and requests bring it.

import { byId } from "./dom.js";

const KEPT = "digitrec-key"; // where the window keeps it; gone when the window is

/** The headers that a request needs. */
export function keyHeaders() {
    const key = sessionStorage.getItem(KEPT);
    return key ? { "X-API-Key": key } : {};
}

let asking = null; // one dialog, however many requests want a key

/**
 * Ask the person for another key.
 *
 * @returns whether there is one; else the page reads in the browser from now on.
 */
export function askForKey() {
    asking ??= ask().finally(() => (asking = null));
    return asking;
}

async function ask() {
    const key = await given();
    if (key) sessionStorage.setItem(KEPT, key);
    else if (!byId("here").checked) byId("here").click();
    return Boolean(key);
}

/** What is typed; "" when the dialog is left otherwise. */
function given() {
    const dialog = byId("access");
    byId("key-refused").hidden = !sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    byId("key").value = dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
        const closed = () => done(dialog.returnValue && byId("key").value);
        dialog.addEventListener("close", closed, { once: true });
    });
}
