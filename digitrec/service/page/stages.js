// How it was read, stage by stage, as the server drew it.

import { byId, element } from "./dom.js";

/**
 * @param section that has them; hidden when there are none.
 * @param stages list of { name, url } of pictures.
 */
export function showStages(section, stages) {
    section.hidden = !stages.length;
    byId("steps").replaceChildren(
        ...stages.map(({ name, url }) =>
            element(
                "figure",
                {},
                element("figcaption", {}, name),
                element("img", { src: url, alt: name }),
            ),
        ),
    );
}
