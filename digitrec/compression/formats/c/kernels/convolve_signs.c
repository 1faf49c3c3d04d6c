/* A convolution of signs by signs: XNOR and counting bits in place of multiplying. */
struct sign_convolution {
    uint16_t in_height, in_width, words; /* words of 32 channels */
    uint16_t out_height, out_width, out_channels;
    uint8_t height, width, stride_down, stride_across, above, left;
    const uint32_t *signs;   /* (out_channels, height, width, words); 1: the weight is positive */
    const int8_t *sizes;     /* of a channel's weights */
    uint16_t in_channels;
    int16_t low, high;       /* the two values that an input has, less the zero point */
    const int32_t *bias;
    const int32_t *multipliers;
    const uint8_t *shifts;
    uint8_t per_channel;
    int8_t threshold, out_zero, lowest, highest;
};

static int ones(uint32_t word)
{
    word -= word >> 1 & 0x55555555u;
    word = (word & 0x33333333u) + (word >> 2 & 0x33333333u);
    return (int)(((word + (word >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24);
}

/* 32 channels a word, 1 where an input is the higher of its two values. */
static void pack_signs(const struct sign_convolution *c, const int8_t *in, uint32_t *packed)
{
    const int places = c->in_height * c->in_width;
    int place, channel;

    for (place = 0; place < places * c->words; place++)
        packed[place] = 0;
    for (place = 0; place < places; place++)
        for (channel = 0; channel < c->in_channels; channel++)
            if (in[place * c->in_channels + channel] > c->threshold)
                packed[place * c->words + channel / 32] |= (uint32_t)1 << channel % 32;
}

/* The sum of inputs by signs of weights: with b the inputs' bits and w the weights', each input is
   low + b (high - low) and each sign 2w - 1, so that counting b & w, b and w is enough. */
static int32_t signed_sum(const struct sign_convolution *c, const uint32_t *packed,
                          const uint32_t *signs, int top, int left)
{
    int32_t both = 0, inputs = 0, weights = 0, taps = 0;
    int y, x, word;

    for (y = 0; y < c->height; y++)
        for (x = 0; x < c->width; x++, signs += c->words) {
            const uint32_t *at;
            if (top + y < 0 || top + y >= c->in_height || left + x < 0 || left + x >= c->in_width)
                continue;
            at = packed + ((top + y) * c->in_width + left + x) * c->words;
            taps += c->in_channels;
            for (word = 0; word < c->words; word++) {
                both += ones(at[word] & signs[word]);
                inputs += ones(at[word]);
                weights += ones(signs[word]);
            }
        }
    return c->low * (2 * weights - taps) + (c->high - c->low) * (2 * both - inputs);
}

static void convolve_signs(const struct sign_convolution *c, const int8_t *in, int8_t *out,
                           int32_t *own)
{
    uint32_t *const packed = (uint32_t *)own;
    const int all = c->height * c->width * c->words;
    int o, y, x;

    pack_signs(c, in, packed);
    for (y = 0; y < c->out_height; y++)
        for (x = 0; x < c->out_width; x++)
            for (o = 0; o < c->out_channels; o++) {
                const int scale = c->per_channel ? o : 0;
                const int32_t sum = signed_sum(c, packed, c->signs + o * all,
                                               y * c->stride_down - c->above,
                                               x * c->stride_across - c->left);
                *out++ = limited(c->out_zero + scaled((int64_t)sum * c->sizes[o] + c->bias[o],
                                                      c->multipliers[scale], c->shifts[scale]),
                                 c->lowest, c->highest);
            }
}
