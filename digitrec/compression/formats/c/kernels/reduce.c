/* Over rows, columns or channels: the highest, or the mean. */
struct reduction {
    uint16_t sides[3];   /* of what comes in */
    uint32_t steps[3];   /* of the output, for each step along a side; 0: it is reduced */
    uint32_t count;      /* of the output */
    uint8_t mean;
    int32_t multiplier;
    uint8_t shift;
    int32_t zeros;       /* the input's zero point, as often as there are values in a mean */
    int8_t out_zero;
};

static void reduce(const struct reduction *r, const int8_t *in, int8_t *out, int32_t *sums)
{
    uint32_t place, y, x, channel;

    for (place = 0; place < r->count; place++)
        sums[place] = r->mean ? -r->zeros : -128;
    for (y = 0; y < r->sides[0]; y++)
        for (x = 0; x < r->sides[1]; x++)
            for (channel = 0; channel < r->sides[2]; channel++, in++) {
                int32_t *sum = sums + y * r->steps[0] + x * r->steps[1] + channel * r->steps[2];
                if (r->mean)
                    *sum += *in;
                else if (*in > *sum)
                    *sum = *in;
            }
    for (place = 0; place < r->count; place++)
        out[place] = r->mean ? limited(r->out_zero + scaled(sums[place], r->multiplier, r->shift),
                                       -128, 127)
                             : (int8_t)sums[place];
}
