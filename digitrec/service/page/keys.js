// The keyboard: shortcuts everywhere, and a pen that arrow keys move over the paper.

const STEP = 12;
const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};

/**
 * Ctrl+Z undoes, Ctrl+Y and Ctrl+Shift+Z redo, Delete clears.
 *
 * @param paper a Paper.
 */
export function addShortcuts(paper) {
    addEventListener("keydown", (event) => {
        if (event.target.matches("input, dialog *")) return;
        const action = shortcut(event);
        if (!action) return;
        event.preventDefault();
        paper[action]();
    });
}

function shortcut({ key, ctrlKey, metaKey, shiftKey, altKey }) {
    if (altKey) return null;
    const name = key.toLowerCase();
    if (ctrlKey || metaKey) {
        if (name === "z") return shiftKey ? "redo" : "undo";
        return name === "y" ? "redo" : null;
    }
    return name === "delete" || name === "backspace" ? "clear" : null;
}

/**
 * A pen for those who use no pointer: arrows move it, Shift makes it slow, Space lowers and lifts.
 *
 * @param canvas the paper's.
 * @param paper a Paper.
 * @param mark an element that shows where the pen is.
 */
export function addPen(canvas, paper, mark) {
    let place = null;

    function show() {
        const [width, height] = paper.units;
        mark.style.left = `${(100 * place[0]) / width}%`;
        mark.style.top = `${(100 * place[1]) / height}%`;
        mark.hidden = false;
        mark.classList.toggle("down", paper.isDrawing);
    }

    function move([across, down], step) {
        const [width, height] = paper.units;
        place ??= [width / 2, height / 2];
        place = [within(place[0] + across * step, width), within(place[1] + down * step, height)];
        if (paper.isDrawing) paper.extend([place]);
        show();
    }

    function lower() {
        if (!place) move([0, 0], 0);
        if (paper.isDrawing) paper.end();
        else paper.begin(place);
        show();
    }

    canvas.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key in ARROWS) move(ARROWS[event.key], event.shiftKey ? STEP / 4 : STEP);
        else if (event.key === " ") event.repeat || lower();
        else return;
        event.preventDefault();
    });
    for (const name of ["blur", "pointerdown"]) {
        canvas.addEventListener(name, () => {
            if (name === "blur") paper.end();
            mark.hidden = true;
        });
    }
}

const within = (value, most) => Math.min(Math.max(value, 0), most);
