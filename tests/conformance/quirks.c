#include "quirks.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 64, LONGEST = 400 };

static struct { char key[40], value[LONGEST]; } quirks[MOST];
static int n_quirks;

static char *trim(char *s) {
  char *end = s + strlen(s);
  while (end > s && isspace((unsigned char)end[-1]))
    *--end = '\0';
  while (isspace((unsigned char)*s))
    s++;
  return s;
}

static int add(char *line) {
  char *text = trim(line), *eq = strchr(text, '=');
  if (!*text || *text == '#')
    return 1;
  if (!eq || n_quirks == MOST)
    return 0;
  *eq = '\0';
  snprintf(quirks[n_quirks].key, sizeof quirks[0].key, "%s", trim(text));
  snprintf(quirks[n_quirks++].value, LONGEST, "%s", trim(eq + 1));
  return 1;
}

int quirks_read(const char *path) {
  char line[LONGEST + 50];
  FILE *f = fopen(path, "r");
  int good = f != NULL;
  while (good && fgets(line, sizeof line, f))
    good = add(line);
  if (f)
    fclose(f);
  return good;
}

const char *quirk(const char *key, const char *otherwise) {
  for (int i = 0; i < n_quirks; i++)
    if (strcmp(quirks[i].key, key) == 0)
      return quirks[i].value;
  return otherwise;
}

int quirk_is(const char *key, const char *value, const char *otherwise) {
  return strcmp(quirk(key, otherwise), value) == 0;
}
