/* The same values in another order: each side of the output steps through the input. */
struct arrangement {
    uint16_t sides[4];
    uint32_t in_steps[4], out_steps[4];
    uint32_t offset; /* of the output */
};

static void arrange(const struct arrangement *a, const int8_t *in, int8_t *out)
{
    uint32_t i, j, k, l;

    out += a->offset;
    for (i = 0; i < a->sides[0]; i++)
        for (j = 0; j < a->sides[1]; j++)
            for (k = 0; k < a->sides[2]; k++)
                for (l = 0; l < a->sides[3]; l++)
                    out[i * a->out_steps[0] + j * a->out_steps[1] + k * a->out_steps[2] +
                        l * a->out_steps[3]] =
                        in[i * a->in_steps[0] + j * a->in_steps[1] + k * a->in_steps[2] +
                           l * a->in_steps[3]];
}
