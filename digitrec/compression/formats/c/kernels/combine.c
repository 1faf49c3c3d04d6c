/* Two maps, or a map and what is stretched along some of its sides, value by value. */
struct combination {
    uint16_t sides[3];           /* of the output */
    uint32_t a_steps[3], b_steps[3]; /* 0 along a side that is stretched */
    int8_t a_zero, b_zero, out_zero, lowest, highest;
    uint8_t product;             /* or else a sum */
    int32_t a_multiplier, b_multiplier; /* of a product only the first */
    uint8_t shift;
};

static int8_t combined(const struct combination *c, int a, int b)
{
    const int64_t value = c->product
        ? scaled((int64_t)a * b, c->a_multiplier, c->shift)
        : ((int64_t)a * c->a_multiplier + (int64_t)b * c->b_multiplier +
           ((int64_t)1 << (c->shift - 1))) >> c->shift;

    return limited(c->out_zero + value, c->lowest, c->highest);
}

static void combine(const struct combination *c, const int8_t *a, const int8_t *b, int8_t *out)
{
    uint32_t y, x, channel;

    for (y = 0; y < c->sides[0]; y++)
        for (x = 0; x < c->sides[1]; x++)
            for (channel = 0; channel < c->sides[2]; channel++)
                *out++ = combined(
                    c, a[y * c->a_steps[0] + x * c->a_steps[1] + channel * c->a_steps[2]] - c->a_zero,
                    b[y * c->b_steps[0] + x * c->b_steps[1] + channel * c->b_steps[2]] - c->b_zero);
}
