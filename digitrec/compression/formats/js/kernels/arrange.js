// The same values in another order: each side of the output steps through the input.
function arrange(step, [map], out) {
    const [far, down, across, deep] = step.sides;
    const place = (steps, i, j, k, l) => i * steps[0] + j * steps[1] + k * steps[2] + l * steps[3];
    for (let i = 0; i < far; i++)
        for (let j = 0; j < down; j++)
            for (let k = 0; k < across; k++)
                for (let l = 0; l < deep; l++)
                    out[step.offset + place(step.out_steps, i, j, k, l)] =
                        map[place(step.in_steps, i, j, k, l)];
}
