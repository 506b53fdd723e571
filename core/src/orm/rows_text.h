/* rows_text.c: an INSERT's text of one row as that of many. */
#ifndef CM_ORM_ROWS_TEXT_H
#define CM_ORM_ROWS_TEXT_H
#include "base/base.h"

typedef struct cm_rows_cast {
  const char *p;
  size_t n;
} cm_rows_cast;
typedef struct cm_rows_text {
  const char *sql; /* borrowed */
  size_t len, n, open, close;
  int numbered;        /* marks are $1, $2 ...; else ? */
  cm_rows_cast *casts; /* n: what stands behind each mark */
} cm_rows_text;
/* 1: the row is made of `n` plain marks, so that it can be repeated; -1: no memory. */
int cm_rows_read(cm_rows_text *, const char *sql, size_t len, size_t n, cm_arena *);
/* Replaces what is in the buffer. `ordered`: the rows that come back are in the order of those that are sent. */
int cm_rows_write(cm_strbuf *, const cm_rows_text *, size_t rows, int ordered, corm_error **err);
#endif
