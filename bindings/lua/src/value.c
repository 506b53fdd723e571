/* Values between Lua and the core. Dates are ISO text, decimals text, JSON tables; the type says which is meant. */
#include "binding.h"

static const int64_t exact = INT64_C(1) << 53;

/* ---- null
 * ----------------------------------------------------------------------------------------------------------------- */

static const char null_key;

void crl_push_null(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key); }

int crl_is_null(lua_State *L, int index) {
  return lua_isnoneornil(L, index) || luaL_testudata(L, index, CRL_NULL) != NULL;
}

static int null_text(lua_State *L) {
  lua_pushliteral(L, "null");
  return 1;
}

/* ---- Integers
 * ------------------------------------------------------------------------------------------------------------- */

#if LUA_VERSION_NUM >= 503
void crl_push_int64(lua_State *L, int64_t i) { lua_pushinteger(L, (lua_Integer)i); }
#else
/* Beyond 2^53 a number is not exact: a helper boxes two halves as int64_t. */
void crl_push_int64(lua_State *L, int64_t i) {
  if (i >= -exact && i <= exact) {
    lua_pushnumber(L, (lua_Number)i);
    return;
  }
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, "box_int64");
  lua_remove(L, -2);
  lua_pushnumber(L, (lua_Number)(i >> 32));
  lua_pushnumber(L, (lua_Number)(i & INT64_C(0xffffffff)));
  lua_call(L, 2, 1);
}
#endif

static void unbox_int64(lua_State *L, int index, corm_value *out) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, "unbox_int64");
  lua_pushvalue(L, index);
  lua_call(L, 1, 2);
  if (lua_isnil(L, -1))
    crl_misuse(L, "an int64_t was expected, not another C value");
  *out = corm_int((int64_t)lua_tonumber(L, -2) * (INT64_C(1) << 32) + (int64_t)lua_tonumber(L, -1));
  lua_pop(L, 3);
}

static int is_integer_type(int kind) {
  return kind == CORM_TYPE_INTEGER || kind == CORM_TYPE_SMALLINT || kind == CORM_TYPE_BIGINT;
}

static void number_value(lua_State *L, int index, int kind, corm_value *out) {
  if (lua_isinteger(L, index))
#if LUA_VERSION_NUM >= 503
    *out = corm_int(lua_tointeger(L, index));
#else
    *out = corm_int((int64_t)lua_tonumber(L, index));
#endif
  else
    *out = corm_double(lua_tonumber(L, index));
  if (out->kind == CORM_DOUBLE && is_integer_type(kind) && out->as.f >= -(double)exact && out->as.f <= (double)exact &&
      out->as.f == (double)(int64_t)out->as.f)
    *out = corm_int((int64_t)out->as.f);
}

/* ---- Into the core
 * -------------------------------------------------------------------------------------------------------- */

static int is_number_text(const char *p, size_t n) {
  size_t digits = 0, i = n && (*p == '-' || *p == '+');
  for (; i < n; i++)
    if (p[i] >= '0' && p[i] <= '9')
      digits++;
    else if (p[i] != '.' && p[i] != 'e' && p[i] != 'E' && p[i] != '-' && p[i] != '+')
      return 0;
  return digits > 0;
}

static int parse_text(int kind, int zoned, const char *p, size_t n, corm_value *out) {
  int64_t i = 0;
  int ok = 0;
  if (kind == CORM_TYPE_DATE) {
    ok = corm_date_parse(p, n, &i);
    out->kind = CORM_DATE;
  } else if (kind == CORM_TYPE_TIME) {
    ok = corm_time_parse(p, n, &i);
    out->kind = CORM_TIME;
  } else if (zoned) {
    ok = corm_timestamptz_parse(p, n, &i);
    out->kind = CORM_TIMESTAMPTZ;
  } else {
    ok = corm_timestamp_parse(p, n, &i);
    if (!ok && corm_date_parse(p, n, &i)) {
      i *= INT64_C(86400000000);
      ok = 1;
    }
    out->kind = CORM_TIMESTAMP;
  }
  out->as.i = i;
  return ok;
}

static void date_text(lua_State *L, const corm_type *type, const char *p, size_t n, corm_value *out) {
  const int kind = corm_type_peek_kind(type), zoned = (corm_type_peek_flags(type) & CORM_TYPE_TIMEZONE) != 0;
  *out = corm_null();
  if (parse_text(kind, zoned, p, n, out))
    return;
  if (kind == CORM_TYPE_DATE)
    crl_misuse(L, "\"%.40s\" is no date: it is written as \"2024-01-31\"", p);
  if (kind == CORM_TYPE_TIME)
    crl_misuse(L, "\"%.40s\" is no time: it is written as \"13:45:00\"", p);
  crl_misuse(L, "\"%.40s\" is no date and time: it is written as \"2024-01-31 13:45:00%s\"", p, zoned ? "+00:00" : "");
}

/* The 16 bytes become the value at `index`, which keeps them. */
static void uuid_text(lua_State *L, int index, const char *p, size_t n, corm_value *out) {
  char raw[16];
  if (!corm_uuid_parse(p, n, raw))
    crl_misuse(L, "\"%.40s\" is no UUID", p);
  lua_pushlstring(L, raw, sizeof raw);
  lua_replace(L, index);
  *out = corm_bytes_of(CORM_UUID, lua_tostring(L, index), sizeof raw);
}

static int is_date(int kind) { return kind == CORM_TYPE_DATE || kind == CORM_TYPE_TIME || kind == CORM_TYPE_DATETIME; }

static void text_value(lua_State *L, int index, const corm_type *type, corm_value *out) {
  size_t n;
  const char *p = lua_tolstring(L, index, &n);
  int kind = type ? corm_type_peek_kind(type) : CORM_TYPE_NULL;
  *out = corm_bytes_of(CORM_TEXT, p, n);
  if (n > UINT32_MAX)
    crl_misuse(L, "a text of %zu bytes is too long", n);
  if (is_date(kind))
    date_text(L, type, p, n, out);
  else if (kind == CORM_TYPE_BINARY)
    out->kind = CORM_BYTES;
  else if (kind == CORM_TYPE_UUID)
    uuid_text(L, index, p, n, out);
  else if (kind == CORM_TYPE_NUMERIC && is_number_text(p, n))
    out->kind = CORM_DECIMAL;
  else if (kind == CORM_TYPE_NUMERIC)
    crl_misuse(L, "\"%.40s\" is no number", p);
}

static int64_t part(lua_State *L, int table, const char *key, int64_t otherwise) {
  lua_getfield(L, table, key);
  int64_t n = lua_isnumber(L, -1) ? (int64_t)lua_tonumber(L, -1) : otherwise;
  if (n == INT64_MIN)
    crl_misuse(L, "a table for a date needs the field \"%s\"", key);
  lua_pop(L, 1);
  return n;
}

/* As os.date("*t") makes them. */
static void date_table(lua_State *L, int index, int kind, corm_value *out) {
  int64_t days = 0, seconds = 0;
  if (kind != CORM_TYPE_TIME) {
    int64_t year = part(L, index, "year", INT64_MIN);
    int month = (int)part(L, index, "month", INT64_MIN), day = (int)part(L, index, "day", INT64_MIN);
    if (month < 1 || month > 12 || day < 1 || day > 31)
      crl_misuse(L, "month %d, day %d is no date", month, day);
    days = corm_days_from_civil(year, month, day);
  }
  if (kind != CORM_TYPE_DATE)
    seconds = part(L, index, "hour", kind == CORM_TYPE_TIME ? 0 : 12) * 3600 + part(L, index, "min", 0) * 60 +
              part(L, index, "sec", 0);
  *out = corm_int(kind == CORM_TYPE_DATE ? days : (days * 86400 + seconds) * 1000000);
  out->kind = (uint8_t)(kind == CORM_TYPE_DATE ? CORM_DATE : kind == CORM_TYPE_TIME ? CORM_TIME : CORM_TIMESTAMP);
}

static void push_helper(lua_State *L, const char *name) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &crl_helpers);
  lua_getfield(L, -1, name);
  lua_remove(L, -2);
}

static void json_value(lua_State *L, int index, corm_value *out) {
  size_t n;
  push_helper(L, "json_encode");
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  lua_replace(L, index);
  const char *p = lua_tolstring(L, index, &n);
  *out = corm_bytes_of(CORM_JSON, p, n);
}

void crl_to_value(lua_State *L, int at, const corm_type *type, corm_value *out) {
  int index = lua_absindex(L, at), kind = type ? corm_type_peek_kind(type) : CORM_TYPE_NULL;
  int lua = lua_type(L, index);
  *out = corm_null();
  if (crl_is_null(L, index))
    return;
  if (kind == CORM_TYPE_JSON)
    json_value(L, index, out);
  else if (lua == LUA_TBOOLEAN)
    *out = corm_bool(lua_toboolean(L, index));
  else if (lua == LUA_TNUMBER)
    number_value(L, index, kind, out);
  else if (lua == LUA_TSTRING)
    text_value(L, index, type, out);
  else if (lua == CRL_TCDATA)
    unbox_int64(L, index, out);
  else if (lua == LUA_TTABLE && is_date(kind) && !(corm_type_peek_flags(type) & CORM_TYPE_TIMEZONE))
    date_table(L, index, kind, out);
  else
    crl_misuse(L, "a %s cannot be sent to a database", luaL_typename(L, index));
}

/* ---- Out of the core
 * ------------------------------------------------------------------------------------------------------ */

static void push_formatted(lua_State *L, const corm_value *v) {
  char text[64];
  size_t n = 0;
  if (v->kind == CORM_DATE)
    n = corm_date_format(v->as.i, text);
  else if (v->kind == CORM_TIME)
    n = corm_time_format(v->as.i, 0, text);
  else if (v->kind == CORM_TIMESTAMP)
    n = corm_timestamp_format(v->as.i, 0, ' ', text);
  else if (v->kind == CORM_TIMESTAMPTZ)
    n = corm_timestamptz_format(v->as.i, 0, ' ', text);
  else
    n = corm_uuid_format(v->as.p, text);
  lua_pushlstring(L, text, n);
}

static void push_thing(lua_State *L, void *thing) {
  const crl_object *o = thing;
  if (o->kind == CRL_OBJECT)
    crl_push_object(L, thing);
  else if (o->kind == CRL_NODE) {
    corm_node **at = crl_new_node(L);
    *at = corm_node_ref(((crl_boxed_node *)thing)->node);
  } else
    lua_pushnil(L);
}

void crl_push_value(lua_State *L, const corm_value *v) {
  switch (v->kind) {
  case CORM_NULL:
    lua_pushnil(L);
    break;
  case CORM_BOOL:
    lua_pushboolean(L, v->as.i != 0);
    break;
  case CORM_INT:
    crl_push_int64(L, v->as.i);
    break;
  case CORM_DOUBLE:
    lua_pushnumber(L, v->as.f);
    break;
  case CORM_TEXT:
  case CORM_BYTES:
  case CORM_DECIMAL:
    lua_pushlstring(L, v->size ? v->as.p : "", v->size);
    break;
  case CORM_DATE:
  case CORM_TIME:
  case CORM_TIMESTAMP:
  case CORM_TIMESTAMPTZ:
  case CORM_UUID:
    push_formatted(L, v);
    break;
  case CORM_INTERVAL:
    lua_pushnumber(L, (lua_Number)v->as.i / 1e6);
    break;
  case CORM_JSON:
    push_helper(L, "json_decode");
    lua_pushlstring(L, v->as.p, v->size);
    lua_call(L, 1, 1);
    break;
  case CORM_RECORD:
    crl_push_record(L, v->as.r);
    break;
  case CORM_HOST:
    push_thing(L, v->as.h);
    break;
  default:
    crl_misuse(L, "a value of the unknown kind %d came from the database", v->kind);
  }
}

void crl_open_values(lua_State *L) {
  static const luaL_Reg meta[] = {{"__tostring", null_text}, {NULL, NULL}};
  crl_class(L, CRL_NULL, meta, NULL);
  (void)crl_new_block(L, 1);
  luaL_getmetatable(L, CRL_NULL);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
  lua_setfield(L, -2, "null");
}
