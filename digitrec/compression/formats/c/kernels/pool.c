struct pooling {
    uint16_t in_height, in_width, channels, out_height, out_width;
    uint8_t height, width, stride_down, stride_across, above, left;
    uint8_t mean; /* or else the highest */
    int8_t lowest, highest;
};

/* The highest, or the mean, of what is inside the maps under one window. */
static int pooled(const struct pooling *p, const int8_t *map, int top, int left)
{
    int sum = 0, count = 0, highest = -128, y, x;

    for (y = top < 0 ? 0 : top; y < top + p->height && y < p->in_height; y++)
        for (x = left < 0 ? 0 : left; x < left + p->width && x < p->in_width; x++) {
            const int value = map[(y * p->in_width + x) * p->channels];
            sum += value;
            highest = value > highest ? value : highest;
            count++;
        }
    if (!p->mean)
        return highest;
    return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

static void pool(const struct pooling *p, const int8_t *in, int8_t *out)
{
    int y, x, channel;

    for (y = 0; y < p->out_height; y++)
        for (x = 0; x < p->out_width; x++)
            for (channel = 0; channel < p->channels; channel++)
                *out++ = limited(pooled(p, in + channel, y * p->stride_down - p->above,
                                        x * p->stride_across - p->left),
                                 p->lowest, p->highest);
}
