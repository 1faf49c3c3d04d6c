// "Wrong?": the person says what it is; the server keeps it only if the person wants that.

import { keepCorrection, keepsCorrections } from "./client.js";
import { byId, drawPixels, element } from "./dom.js";

const CHOICES = [..."0123456789"].map((name) => ({ name, value: Number(name) }));
const NO_DIGIT = { name: "No digit", value: null };

/**
 * Ask what a digit is, and keep the answer where that is wanted.
 *
 * @param digit of a reading; gets `corrected`, a number or null for what is no digit, and `isKept`
 *     where it was to be kept.
 * @returns whether the person said what it is.
 */
export async function correct(digit) {
    const answer = ask(digit);
    const keeps = Boolean(digit.pixels) && (await keepsCorrections());
    byId("consent-label").hidden = !keeps;
    byId("consent-none").hidden = keeps;
    const said = await answer;
    if (said === "") return false;
    digit.corrected = JSON.parse(said);
    if (keeps && byId("consent").checked) {
        digit.isKept = await keepCorrection(digit.pixels, digit.corrected);
    }
    return true;
}

/** What the button says that closes the dialog; "": nothing. */
function ask({ pixels }) {
    const dialog = byId("wrong");
    byId("wrong-pixels").hidden = !pixels;
    if (pixels) drawPixels(byId("wrong-pixels"), pixels);
    byId("choices").replaceChildren(...[...CHOICES, NO_DIGIT].map(button));
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
        dialog.addEventListener("close", () => done(dialog.returnValue), { once: true });
    });
}

const button = ({ name, value }) => element("button", { value: JSON.stringify(value) }, name);
