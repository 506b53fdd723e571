/* All of libcormorant's public headers. */
#ifndef CORMORANT_H
#define CORMORANT_H
#include <cormorant/abi.h>
#include <cormorant/compile.h>
#include <cormorant/engine.h>
#include <cormorant/error.h>
#include <cormorant/event.h>
#include <cormorant/expr.h>
#include <cormorant/ext/dialect.h>
#include <cormorant/ext/driver.h>
#include <cormorant/ext/host.h>
#include <cormorant/model.h>
#include <cormorant/record.h>
#include <cormorant/reflect.h>
#include <cormorant/result.h>
#include <cormorant/schema.h>
#include <cormorant/session.h>
#include <cormorant/stmt.h>
#include <cormorant/value.h>
#endif
