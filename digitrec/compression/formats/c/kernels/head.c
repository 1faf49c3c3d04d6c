/* The routine needs whole numbers of 32 and 64 bits, and nothing of the C library. */

static int8_t limited(int64_t value, int lowest, int highest)
{
    if (value < lowest)
        return (int8_t)lowest;
    return (int8_t)(value > highest ? highest : value);
}

/* value * multiplier / 2^shift, to the nearest whole number. */
static int64_t scaled(int64_t value, int32_t multiplier, int shift)
{
    return (value * multiplier + ((int64_t)1 << (shift - 1))) >> shift;
}
