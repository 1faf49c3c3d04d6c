// The paper: strokes by mouse, pen, finger and keys, or a picture; all of it undone and redone.

/** Units across the paper, and pixels across what is read of it. */
export const WIDTH = 640;

const BLANK = { picture: null, strokes: [] };
const BLACK = "#000";
const WHITE = "#fff";

/**
 * Something to write on.
 *
 * A scene is { picture, strokes }: a picture is { blob, bitmap, turns }, or null, turns being the
 * quarter turns to the left that bring it upright; a stroke is { width, points: [[x, y], ...] } in
 * units. Who writes on a picture gets a new sheet.
 *
 * Events: "draw" while a stroke grows, "change" when the scene is another.
 */
export class Paper extends EventTarget {
    #canvas;
    #scenes = [BLANK];
    #at = 0;
    #stroke = null;
    #pointer = null; // that draws the stroke
    #hasPen = false;
    /** Width of the pen, in units. */
    brush = 26;

    constructor(canvas) {
        super();
        this.#canvas = canvas;
        canvas.addEventListener("pointerdown", (event) => this.#down(event));
        canvas.addEventListener("pointermove", (event) => this.#move(event));
        canvas.addEventListener("pointerup", (event) => this.#isMine(event) && this.end());
        canvas.addEventListener("pointercancel", (event) => this.#isMine(event) && this.cancel());
        new ResizeObserver(() => this.#fit()).observe(canvas);
        addEventListener("resize", () => this.#fit()); // also when the pixel ratio is another
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#render());
    }

    /** What is on the paper, with the stroke that is being drawn. */
    get scene() {
        const scene = this.#scenes[this.#at];
        if (!this.#stroke) return scene;
        return { picture: null, strokes: [...scene.strokes, this.#stroke] };
    }

    get isBlank() {
        const { picture, strokes } = this.scene;
        return !picture && !strokes.length;
    }

    get isDrawing() {
        return this.#stroke !== null;
    }

    get canUndo() {
        return this.#at > 0;
    }

    get canRedo() {
        return this.#at < this.#scenes.length - 1;
    }

    /** Width and height of what is read: of a picture in its pixels, else in units. */
    get size() {
        const { picture } = this.scene;
        return picture?.bitmap ? sizeOf(picture) : this.units;
    }

    /** Width and height of the paper in units. */
    get units() {
        const { clientWidth, clientHeight } = this.#canvas;
        return [WIDTH, Math.max(Math.round((WIDTH * clientHeight) / (clientWidth || 1)), 1)];
    }

    /** The last point of the last stroke, [x, y]; null when there is none. */
    get lastPoint() {
        return this.scene.strokes.at(-1)?.points.at(-1) ?? null;
    }

    begin(point) {
        this.#stroke = { width: this.brush, points: [point] };
        this.#changed("draw");
    }

    extend(points) {
        if (!this.#stroke) return;
        this.#stroke.points.push(...points);
        this.#changed("draw");
    }

    end() {
        if (!this.#stroke) return;
        const scene = this.scene;
        this.#stroke = null;
        this.#put(scene);
    }

    /** Forget the stroke that is being drawn. */
    cancel() {
        if (!this.#stroke) return;
        this.#stroke = null;
        this.#changed("change");
    }

    undo() {
        if (this.canUndo) this.#go(this.#at - 1);
    }

    redo() {
        if (this.canRedo) this.#go(this.#at + 1);
    }

    clear() {
        this.#stroke = null;
        if (!this.isBlank) this.#put(BLANK);
    }

    /** Put a picture on the paper: { blob, bitmap }, bitmap null where it cannot be shown. */
    show(picture) {
        this.#stroke = null;
        this.#put({ picture: { ...picture, turns: 0 }, strokes: [] });
    }

    /** Show the picture turned to the left by so many quarters. */
    turn(quarters) {
        this.scene.picture.turns = quarters;
        this.#render();
    }

    /** What is to be read: the picture as it came, or the strokes black on white as PNG. */
    blob() {
        if (this.scene.picture) return Promise.resolve(this.scene.picture.blob);
        const context = this.#copy(WHITE);
        return new Promise((done) => context.canvas.toBlob(done, "image/png"));
    }

    /** The ink of the strokes: { width, height, ink }, ink 0 to 255 row by row. */
    ink() {
        const [width, height] = this.size;
        const { data } = this.#copy(null).getImageData(0, 0, width, height);
        const ink = new Uint8Array(width * height);
        for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i + 3];
        return { width, height, ink };
    }

    #copy(ground) {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = this.size;
        const context = canvas.getContext("2d", { willReadFrequently: true });
        if (ground) {
            context.fillStyle = ground;
            context.fillRect(0, 0, canvas.width, canvas.height);
        }
        drawStrokes(context, this.scene.strokes, BLACK);
        return context;
    }

    #put(scene) {
        this.#scenes = [...this.#scenes.slice(0, this.#at + 1), scene];
        this.#go(this.#scenes.length - 1);
    }

    #go(number) {
        this.#at = number;
        this.#changed("change");
    }

    #changed(name) {
        this.#render();
        this.dispatchEvent(new Event(name));
    }

    #down(event) {
        if (!event.isPrimary) return this.cancel(); // a second finger zooms
        this.#hasPen ||= event.pointerType === "pen";
        const isPalm = this.#hasPen && event.pointerType === "touch";
        if (event.button !== 0 || isPalm) return;
        event.preventDefault();
        this.#pointer = event.pointerId;
        this.#canvas.focus({ preventScroll: true, focusVisible: false });
        this.#canvas.setPointerCapture(event.pointerId);
        this.begin(this.#place(event));
    }

    #move(event) {
        if (!this.#isMine(event)) return;
        const all = event.getCoalescedEvents?.() ?? [];
        this.extend((all.length ? all : [event]).map((one) => this.#place(one)));
    }

    #isMine(event) {
        return this.#stroke !== null && event.pointerId === this.#pointer;
    }

    #place(event) {
        const { left, top, width } = this.#canvas.getBoundingClientRect();
        const scale = WIDTH / width;
        return [(event.clientX - left) * scale, (event.clientY - top) * scale];
    }

    #fit() {
        const canvas = this.#canvas;
        canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
        canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
        this.#render();
    }

    #render() {
        const canvas = this.#canvas;
        const context = canvas.getContext("2d");
        context.resetTransform();
        context.clearRect(0, 0, canvas.width, canvas.height);
        const { picture, strokes } = this.scene;
        if (picture?.bitmap) drawInside(context, picture);
        context.scale(canvas.width / WIDTH, canvas.width / WIDTH);
        drawStrokes(context, strokes, getComputedStyle(canvas).color);
    }
}

/** Width and height of a picture once it is upright. */
function sizeOf({ bitmap: { width, height }, turns }) {
    return turns % 2 ? [height, width] : [width, height];
}

/** As large as the canvas allows, in its middle, upright. */
function drawInside(context, picture) {
    const { width, height } = context.canvas;
    const [across, down] = sizeOf(picture);
    const scale = Math.min(width / across, height / down);
    context.imageSmoothingQuality = "high";
    context.translate(width / 2, height / 2);
    context.rotate((-picture.turns * Math.PI) / 2);
    context.scale(scale, scale);
    context.drawImage(picture.bitmap, -picture.bitmap.width / 2, -picture.bitmap.height / 2);
    context.resetTransform();
}

/** Pixels that a dot is long: some browsers draw nothing for a line without a length. */
const DOT = 0.01;

function drawStrokes(context, strokes, colour) {
    context.strokeStyle = colour;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const { width, points } of strokes) {
        context.lineWidth = width;
        context.beginPath();
        context.moveTo(...points[0]);
        // Curves through the middles of what the pointer told of: no corners where it was quick.
        for (let i = 1; i < points.length - 1; i++) {
            context.quadraticCurveTo(...points[i], ...middle(points[i], points[i + 1]));
        }
        const [x, y] = points.at(-1);
        context.lineTo(points.length > 1 ? x : x + DOT, y);
        context.stroke();
    }
}

const middle = ([x, y], [otherX, otherY]) => [(x + otherX) / 2, (y + otherY) / 2];
