// What a live picture says: frames vote, so that one that is blurred changes nothing.

const FRAMES = 7;
const ENOUGH = 3;

/** The last frames' readings. */
export class Vote {
    #readings = [];

    /**
     * Count a frame's reading.
     *
     * @returns the newest reading with the text that most frames have; null while it is open.
     */
    add(reading) {
        this.#readings = [...this.#readings, reading].slice(-FRAMES);
        const votes = new Map();
        for (const { text } of this.#readings) votes.set(text, (votes.get(text) ?? 0) + 1);
        const most = Math.max(...votes.values());
        const leading = [...votes.keys()].filter((text) => votes.get(text) === most);
        if (most < ENOUGH || leading.length > 1) return null;
        return this.#readings.findLast(({ text }) => text === leading[0]);
    }
}
