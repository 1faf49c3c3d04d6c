/* Weights in order; see next_weight. */
struct packed {
    const uint8_t *bytes;   /* weights, or numbers of `bits` bits into `values` */
    const uint8_t *mask;    /* a bit a weight: whether it is in `bytes`, or 0; NULL: all are there */
    const int8_t *values;   /* NULL: `bytes` are the weights themselves */
    uint8_t bits;
};

struct reading {
    const struct packed *from;
    uint32_t number; /* of the weight */
    uint32_t place;  /* in bytes, in units of `bits` */
};

static int next_weight(struct reading *at)
{
    const struct packed *from = at->from;
    const uint32_t number = at->number++;
    uint32_t place, index;

    if (from->mask && !(from->mask[number >> 3] >> (number & 7) & 1))
        return 0;
    place = at->place++;
    if (!from->values)
        return (int8_t)from->bytes[place];
    place *= from->bits;
    index = from->bytes[place >> 3] >> (place & 7);
    if ((place & 7) + from->bits > 8)
        index |= (uint32_t)from->bytes[(place >> 3) + 1] << (8 - (place & 7));
    return from->values[index & ((1u << from->bits) - 1)];
}

/* Convolution: a dense layer is one on maps of 1 x 1, a depthwise one has a map a group. */
struct convolution {
    uint16_t in_height, in_width, in_channels;
    uint16_t out_height, out_width, out_channels;
    uint16_t height, width, depth; /* of the kernel; depth: maps of a group */
    uint8_t stride_down, stride_across, dilation_down, dilation_across;
    uint8_t above, left; /* ground around the maps */
    struct packed weights;
    const int32_t *bias;
    const int32_t *multipliers;
    const uint8_t *shifts;
    uint8_t per_channel; /* whether there is a multiplier and a shift for each of out_channels */
    int8_t in_zero, out_zero, lowest, highest;
};

/* The outputs along one side, from `first` to before `end`, that `tap` of the kernel has a part in. */
static void reach(int tap, int before, int stride, int in, int out, int *first, int *end)
{
    const int last = in - 1 + before - tap;

    *first = before > tap ? (before - tap + stride - 1) / stride : 0;
    *end = last < 0 ? 0 : last / stride + 1;
    if (*end > out)
        *end = out;
}

/* Adds what one weight comes to, at every place of the output. */
static void add_weight(const struct convolution *c, const int8_t *map, int down, int across,
                       int weight, int32_t *sums)
{
    const int step = c->stride_across * c->in_channels;
    int top, bottom, left, right, y, x;

    reach(down, c->above, c->stride_down, c->in_height, c->out_height, &top, &bottom);
    reach(across, c->left, c->stride_across, c->in_width, c->out_width, &left, &right);
    for (y = top; y < bottom; y++) {
        const int row = y * c->stride_down + down - c->above;
        const int column = left * c->stride_across + across - c->left;
        const int8_t *in = map + (row * c->in_width + column) * c->in_channels;
        for (x = left; x < right; x++, in += step)
            sums[y * c->out_width + x] += weight * (*in - c->in_zero);
    }
}

static void convolve(const struct convolution *c, const int8_t *in, int8_t *out, int32_t *sums)
{
    const int places = c->out_height * c->out_width;
    const int a_group = c->out_channels / (c->in_channels / c->depth);
    struct reading at = {0, 0, 0};
    int o, i, y, x, place;

    at.from = &c->weights;
    for (o = 0; o < c->out_channels; o++) {
        const int scale = c->per_channel ? o : 0;
        for (place = 0; place < places; place++)
            sums[place] = c->bias[o];
        for (y = 0; y < c->height; y++)
            for (x = 0; x < c->width; x++)
                for (i = 0; i < c->depth; i++) {
                    const int weight = next_weight(&at);
                    if (weight)
                        add_weight(c, in + o / a_group * c->depth + i, y * c->dilation_down,
                                   x * c->dilation_across, weight, sums);
                }
        for (place = 0; place < places; place++)
            out[place * c->out_channels + o] = limited(
                c->out_zero + scaled(sums[place], c->multipliers[scale], c->shifts[scale]),
                c->lowest, c->highest);
    }
}
