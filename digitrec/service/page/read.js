// Who reads what is on the paper: the server, or this browser where the server cannot be reached.

import { Unreachable, predict } from "./client.js";
import { read } from "./local.js";

const HERE =
    "Read in this browser by a smaller model: digits written here that do not touch. " +
    "Photos are for the server.";
const AWAY = `The server cannot be reached. ${HERE}`;
/** The server's notes, by the quarter turns that they stand for. */
const TURNS = [
    "upright",
    "lay on its side: turned left",
    "stood on its head: turned round",
    "lay on its side: turned right",
];

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
 *     size null where what was read cannot be shown. null: the waiting was ended.
 */
export async function readPaper(paper, here, signal) {
    const { picture } = paper.scene;
    const inBrowser = (by) => ({ reading: read(paper.ink()), size: paper.size, by });
    if (here) return picture ? failed(PHOTO_HERE) : inBrowser(HERE);
    try {
        const begun = performance.now();
        const reading = await predict(await paper.blob(), signal);
        if (picture && !signal.aborted) paper.turn(turnsOf(reading.notes));
        const isShown = !picture || picture.bitmap;
        const by = `Read by the server in ${since(begun)} ms`;
        return { reading, size: isShown ? paper.size : null, by };
    } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof Unreachable)) throw error;
        return picture ? failed(PHOTO_AWAY) : inBrowser(AWAY);
    }
}

/** Quarter turns to the left that brought a picture upright, as its notes tell. */
export function turnsOf(notes) {
    return Math.max(...notes.map((note) => TURNS.indexOf(note)), 0);
}

const since = (begun) => Math.round(performance.now() - begun);

function failed(error) {
    const reading = { status: "error", text: "", digits: [], notes: [], error };
    return { reading, size: null, by: "" };
}
