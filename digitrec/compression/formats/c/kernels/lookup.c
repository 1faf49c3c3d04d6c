/* What is done to each value by itself: one table of all its 256 answers. */
static void lookup(const int8_t *table, int count, const int8_t *in, int8_t *out)
{
    int i;

    for (i = 0; i < count; i++)
        out[i] = table[(uint8_t)in[i]];
}
