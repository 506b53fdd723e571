/* What a driver does in its own way, read from a file beside this one. */
#ifndef CM_TEST_QUIRKS_H
#define CM_TEST_QUIRKS_H

/* Reads `path`; 0: it cannot be read, or a line is no `key = value`. */
int quirks_read(const char *path);
/* The value, or `otherwise`. Valid until the program ends. */
const char *quirk(const char *key, const char *otherwise);
int quirk_is(const char *key, const char *value, const char *otherwise);
#endif
