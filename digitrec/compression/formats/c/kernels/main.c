/* Reads one digit of 28 x 28 from a PGM file (P5), ink bright on black, and prints what it is.

       cc -O2 main.c digits.c -o digits && ./digits seven.pgm
*/
#include <stdio.h>

#include "digits.h"

/* The next whole number of a PGM's head; a # begins a remark. -1: there is none. */
static int number(FILE *file)
{
    int value = 0, digits = 0, c;

    while ((c = getc(file)) != EOF) {
        if (c == '#')
            while ((c = getc(file)) != EOF && c != '\n')
                ;
        else if (c >= '0' && c <= '9' && digits < 6)
            value = 10 * value + c - '0', digits++;
        else if (digits || (c != ' ' && c != '\t' && c != '\r' && c != '\n'))
            break;
    }
    return digits ? value : -1;
}

static int read_pgm(FILE *file, uint8_t *image)
{
    if (getc(file) != 'P' || getc(file) != '5')
        return 0;
    if (number(file) != DIGITS_SIDE || number(file) != DIGITS_SIDE || number(file) != 255)
        return 0;
    return fread(image, 1, DIGITS_SIDE * DIGITS_SIDE, file) == DIGITS_SIDE * DIGITS_SIDE;
}

static int read_file(const char *name)
{
    static uint8_t image[DIGITS_SIDE * DIGITS_SIDE];
    int8_t scores[DIGITS_CLASSES];
    FILE *file = fopen(name, "rb");
    const int good = file && read_pgm(file, image);

    if (file)
        fclose(file);
    if (!good) {
        fprintf(stderr, "%s: expected a PGM file (P5) of 28 x 28 pixels, 0 to 255\n", name);
        return 0;
    }
    puts(digits_names[digits_read(image, scores)]);
    return 1;
}

int main(int count, char **names)
{
    int failed = 0, i;

    if (count < 2) {
        fprintf(stderr, "usage: %s FILE.pgm ...\n", names[0]);
        return 2;
    }
    for (i = 1; i < count; i++)
        failed |= !read_file(names[i]);
    return failed;
}
