// Elements of the page.

/** The element of an id. */
export const byId = (id) => document.getElementById(id);

/** A new element: its properties, "data-..." and "aria-..." attributes, and its children. */
export function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (key.includes("-") || key === "role") made.setAttribute(key, value);
        else made[key] = value;
    }
    made.append(...children);
    return made;
}

/** A digit in MNIST's form on a canvas of 28 x 28, white on black as the network sees it. */
export function drawPixels(canvas, pixels) {
    const image = new ImageData(28, 28);
    pixels.forEach((value, place) => image.data.set([value, value, value, 255], 4 * place));
    canvas.getContext("2d").putImageData(image, 0, 0);
}
