/* Programs that embed Lua: two states on one engine, in turn and in two threads, and memory that Lua does not get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <cormorant/cormorant.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char define[] =
    "local c = require 'cormorant'\n"
    "db = assert(c.open(where))\n"
    "User = db:model('user', { id = c.integer { primary_key = true }, name = c.text { default = function() return "
    "'made by ' .. "
    "me end }, posts = c.has_many('post', { back = 'user', cascade = 'all' }) })\n"
    "Post = db:model('post', { id = c.integer { primary_key = true }, user_id = c.integer { references = 'user.id' },\n"
    "  user = c.belongs_to('user', { back = 'posts' }), data = c.json() })\n"
    "assert(db:create_all())\n"
    "db:on('before_insert', User, function(user) told = (told or 0) + 1 end)\n";

static const char work[] = "local s = db:session()\n"
                           "local user = User {}\n"
                           "user.posts:append(Post { data = { 1, 'two' } })\n"
                           "s:add(user)\n"
                           "assert(s:commit())\n"
                           "assert(user.name == 'made by ' .. me, user.name)\n"
                           "for u in s:select(User):preload('posts'):each(1) do assert(u.posts[1].user == u) end\n"
                           "n = s:select(User):count()\n"
                           "s:close()\n";

static void run(lua_State *L, const char *code) {
  if (luaL_loadstring(L, code) || lua_pcall(L, 0, 0, 0)) {
    lua_getglobal(L, "tostring");
    lua_insert(L, -2);
    (void)lua_pcall(L, 1, 1, 0);
    fail_msg("%s", lua_tostring(L, -1));
  }
}

static lua_State *begin(const char *name) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushstring(L, name);
  lua_setglobal(L, "me");
  return L;
}

static double number(lua_State *L, const char *name) {
  lua_getglobal(L, name);
  double n = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return n;
}

static void *engine_of(lua_State *L) {
  run(L, "engine = db:engine()");
  lua_getglobal(L, "engine");
  void *engine = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return engine;
}

static void nothing_lives(void) {
  assert_int_equal(corm_live(CORM_LIVE_RECORDS), 0);
  assert_int_equal(corm_live(CORM_LIVE_SESSIONS), 0);
  assert_int_equal(corm_live(CORM_LIVE_ENGINES), 0);
  assert_int_equal(corm_live(CORM_LIVE_CONNECTIONS), 0);
}

static char path[64], url[96];

static int make_path(void **state) {
  int file;
  (void)state;
  (void)snprintf(path, sizeof path, "/tmp/cormorant-states-XXXXXX");
  file = mkstemp(path);
  if (file < 0)
    return -1;
  (void)close(file);
  (void)snprintf(url, sizeof url, "sqlite:///%s", path);
  return 0;
}

static int remove_path(void **state) {
  char more[80];
  (void)state;
  (void)unlink(path);
  (void)snprintf(more, sizeof more, "%s-wal", path);
  (void)unlink(more);
  (void)snprintf(more, sizeof more, "%s-shm", path);
  (void)unlink(more);
  return 0;
}

static void open_first(lua_State *L) {
  lua_pushstring(L, url);
  lua_setglobal(L, "where");
  run(L, define);
}

static void open_second(lua_State *L, void *engine) {
  lua_pushlightuserdata(L, engine);
  lua_setglobal(L, "where");
  run(L, define);
}

static void two_states_share_an_engine_and_end_in_any_order(void **state) {
  (void)state;
  for (int first = 0; first < 2; first++) {
    lua_State *states[2] = {begin("one"), begin("two")};
    open_first(states[0]);
    open_second(states[1], engine_of(states[0]));
    for (int i = 0; i < 6; i++)
      run(states[i % 2], work);
    assert_int_equal((int)number(states[0], "told"), 3);
    assert_int_equal((int)number(states[1], "told"), 3);
    lua_close(states[first]);
    run(states[!first], work);
    assert_int_equal((int)number(states[!first], "n"), 7 * (first + 1));
    lua_close(states[!first]);
    nothing_lives();
  }
}

static void *work_often(void *arg) {
  for (int i = 0; i < 20; i++)
    run(arg, work);
  return NULL;
}

static void two_threads_with_a_state_each_share_an_engine(void **state) {
  lua_State *states[2] = {begin("one"), begin("two")};
  pthread_t thread;
  (void)state;
  open_first(states[0]);
  open_second(states[1], engine_of(states[0]));
  assert_int_equal(pthread_create(&thread, NULL, work_often, states[1]), 0);
  (void)work_often(states[0]);
  (void)pthread_join(thread, NULL);
  run(states[0], work);
  assert_int_equal((int)number(states[0], "n"), 41);
  lua_close(states[0]);
  lua_close(states[1]);
  nothing_lives();
}

/* ---- Memory that Lua does not get
 * ----------------------------------------------------------------------------------------- */

typedef struct budget {
  long left;    /* allocations until one fails; negative: none does */
  long failing; /* how many fail then: Lua collects and tries once more */
} budget;

static void *allocate(void *ud, void *p, size_t before, size_t n) {
  budget *b = ud;
  (void)before;
  if (n == 0) {
    free(p);
    return NULL;
  }
  if ((!p || n > before) && b->left >= 0) {
    if (b->left > 0)
      b->left--;
    else if (b->failing-- > 0)
      return NULL;
    else
      b->left = -1;
  }
  return realloc(p, n);
}

static const char once[] = "local ok, err = pcall(function()\n"
                           "  local s = db:session()\n"
                           "  local user = User { name = 'a' }\n"
                           "  user.posts:append(Post { data = { list = { 1, 2 } } }, Post {})\n"
                           "  s:add(user, User {})\n"
                           "  assert(s:flush())\n"
                           "  local all = assert(s:select(User):preload('posts'):order_by(User.id):all())\n"
                           "  assert(all[1].posts[1].data.list[2] == 2)\n"
                           "  all[1].posts = { all[1].posts[2] }\n"
                           "  s:execute('select :a', { a = 1 })\n"
                           "  s:rollback()\n"
                           "  s:close()\n"
                           "end)\n";

static void each_failing_allocation_of_lua_is_an_error_and_nothing_more(void **state) {
  int done = 0;
  (void)state;
  for (long n = 0; !done && n < 20000; n++) {
    budget b = {-1, 0};
    lua_State *L = lua_newstate(allocate, &b);
    assert_non_null(L);
    luaL_openlibs(L);
    lua_pushliteral(L, "one");
    lua_setglobal(L, "me");
    lua_pushliteral(L, "sqlite://");
    lua_setglobal(L, "where");
    run(L, define);
    assert_int_equal(luaL_loadstring(L, once), 0);
    b = (budget){n, 2};
    int status = lua_pcall(L, 0, 0, 0);
    done = b.left > 0;
    b.left = -1;
    assert_true(status == 0 || status == LUA_ERRMEM || status == LUA_ERRERR);
    lua_settop(L, 0);
    run(L, "collectgarbage()");
    lua_close(L);
    nothing_lives();
  }
  assert_true(done);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(two_states_share_an_engine_and_end_in_any_order, make_path, remove_path),
      cmocka_unit_test_setup_teardown(two_threads_with_a_state_each_share_an_engine, make_path, remove_path),
      cmocka_unit_test(each_failing_allocation_of_lua_is_an_error_and_nothing_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
