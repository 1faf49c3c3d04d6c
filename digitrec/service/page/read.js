// Who reads what is on the paper: the server, or this browser where the server cannot be reached.

import { Unreachable, predict } from "./client.js";
import { read } from "./local.js";

const HERE =
    "Read in this browser by a smaller model: digits written here that do not touch. " +
    "Photos are for the server.";
const AWAY = `The server cannot be reached. ${HERE}`;
/** Why a photo is not read. */
export const PHOTO_AWAY = "The server, which reads photos, cannot be reached: write instead";
export const PHOTO_HERE = "Photos are read by the server: switch off “read in this browser”";

/**
 * Read the paper.
 *
 * @param paper a Paper that is not blank.
 * @param here whether the server is not to be asked.
 * @param signal ends the waiting.
 * @returns { reading, size, by }: size is width and height that its boxes are in, by says who read;
 *     null when the waiting was ended.
 */
export async function readPaper(paper, here, signal) {
    const { picture } = paper.scene;
    const { size } = paper;
    const inBrowser = (by) => ({ reading: read(paper.ink()), size, by });
    if (here) return picture ? failed(PHOTO_HERE) : inBrowser(HERE);
    try {
        const begun = performance.now();
        const reading = await predict(await paper.blob(), signal);
        return { reading, size, by: `Read by the server in ${since(begun)} ms` };
    } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof Unreachable)) throw error;
        return picture ? failed(PHOTO_AWAY) : inBrowser(AWAY);
    }
}

const since = (begun) => Math.round(performance.now() - begun);

function failed(error) {
    const reading = { status: "error", text: "", digits: [], notes: [], error };
    return { reading, size: null, by: "" };
}
