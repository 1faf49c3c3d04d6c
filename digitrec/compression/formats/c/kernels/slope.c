/* PReLU: what is below 0 by a factor of its channel's. */
struct slopes {
    uint32_t count;
    uint16_t channels; /* of the factors; 1: all have one */
    const int8_t *factors;
    int32_t multiplier, below_multiplier;
    uint8_t shift, below_shift;
    int8_t in_zero, factor_zero, out_zero;
};

static void slope(const struct slopes *s, const int8_t *in, int8_t *out)
{
    uint32_t i;

    for (i = 0; i < s->count; i++) {
        const int value = in[i] - s->in_zero;
        const int factor = s->factors[i % s->channels] - s->factor_zero;
        out[i] = limited(s->out_zero + (value >= 0
                             ? scaled(value, s->multiplier, s->shift)
                             : scaled(value * factor, s->below_multiplier, s->below_shift)),
                         -128, 127);
    }
}
