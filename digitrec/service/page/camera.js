// The live camera: one frame after the other is read, and they vote.

import { Vote } from "./vote.js";

const SIDE = 960; // pixels of a frame's longer side, at most
const PAUSE = 250; // milliseconds between frames
const QUALITY = 0.85;

/** Whether this browser can: it wants https, or the same machine. */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Reads what a camera sees until it is stopped. */
export class Camera {
    #video;
    #stream = null;
    #ended = null;

    constructor(video) {
        this.#video = video;
    }

    get isOn() {
        return this.#stream !== null;
    }

    /**
     * Begin.
     *
     * @param read takes a frame's Blob and an AbortSignal, gives its reading.
     * @param show called with { reading, voted, size } after each frame: what it says, or null when it
     *     cannot be read; what most of the last say, or null; and its width and height.
     * @throws DOMException when there is no camera, or it is not allowed.
     */
    async start(read, show) {
        this.#stream = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment", width: { ideal: 1280 } },
        });
        this.#video.srcObject = this.#stream;
        this.#video.hidden = false;
        await this.#video.play();
        this.#ended = new AbortController();
        this.#watch(read, show, this.#ended.signal);
    }

    stop() {
        this.#ended?.abort();
        this.#stream?.getTracks().forEach((track) => track.stop());
        this.#stream = null;
        this.#video.srcObject = null;
        this.#video.hidden = true;
    }

    async #watch(read, show, signal) {
        const votes = new Vote();
        while (!signal.aborted) {
            const { blob, size } = await this.#frame();
            const reading = await read(blob, signal).catch(() => null);
            if (signal.aborted) return;
            show({ reading, voted: reading && votes.add(reading), size });
            await new Promise((done) => setTimeout(done, PAUSE));
        }
    }

    async #frame() {
        const { videoWidth, videoHeight } = this.#video;
        const scale = Math.min(SIDE / Math.max(videoWidth, videoHeight), 1);
        const size = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = size;
        canvas.getContext("2d").drawImage(this.#video, 0, 0, ...size);
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
        return { blob, size };
    }
}
