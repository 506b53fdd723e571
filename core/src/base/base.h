/* Everything that the layers above take from base, in one include. */
#ifndef CM_BASE_H
#define CM_BASE_H
#include "base/alloc.h"
#include "base/arena.h"
#include "base/def.h"
#include "base/error.h"
#include "base/map.h"
#include "base/strbuf.h"
#include "base/sync.h"
#include "base/text.h"
#endif
