/* Pixels 0 to 255 as -128 to 127. */
static void centre(int count, const int8_t *in, int8_t *out)
{
    int i;

    for (i = 0; i < count; i++)
        out[i] = (int8_t)(in[i] ^ -128);
}
