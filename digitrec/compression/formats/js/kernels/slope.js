// PReLU: what is below 0 by a factor of its channel's.
function slope(step, [map], out) {
    for (let i = 0; i < out.length; i++) {
        const value = map[i] - step.in_zero;
        const factor = step.factors[i % step.channels] - step.factor_zero;
        const sloped =
            value >= 0
                ? scaled(value, step.multiplier, step.shift)
                : scaled(value * factor, step.below_multiplier, step.below_shift);
        out[i] = limited(step.out_zero + sloped, -128, 127);
    }
}
