/* The way in. */
#include "lower/lower.h"
#include "lower/rows.h"

static int gives_rows(const corm_node *s) {
  switch (s->kind) {
  case CORM_NODE_SELECT:
  case CORM_NODE_COMPOUND:
    return 1;
  case CORM_NODE_INSERT:
  case CORM_NODE_UPDATE:
  case CORM_NODE_DELETE:
    return s->kids[CM_DML_RETURNING] != NULL;
  case CORM_NODE_TEXT:
    return (s->flags & CM_SUBQUERY) != 0;
  default:
    return 0;
  }
}

static corm_node *lower_statement(cm_lowering *l, const corm_node *s) {
  switch (s->kind) {
  case CORM_NODE_SELECT:
    return cm_l_select(l, s);
  case CORM_NODE_INSERT:
  case CORM_NODE_UPDATE:
  case CORM_NODE_DELETE:
    return cm_l_change(l, s);
  case CORM_NODE_COMPOUND:
    cm_rows_plain(l, s);
    return cm_l_statement(l, s);
  default:
    return cm_l_expr(l, s);
  }
}

static corm_node *plain(cm_lowering *l, const corm_node *s) {
  if (l->plan)
    cm_rows_plain(l, s);
  return corm_node_ref(s);
}

/* Nodes that items name must live as long as the plan: they are those of the statement, or are kept with it. */
static int keep_sources(cm_lowering *l) {
  cm_plan *plan = l->plan;
  if (!plan || l->status)
    return l->status;
  plan->kept = l->kept;
  plan->n_kept = l->n_kept;
  l->kept = NULL;
  l->n_kept = 0;
  return CORM_OK;
}

int cm_lower(cm_lowered *out, const corm_node *stmt, corm_error **err) {
  cm_lowering l = {.err = err};
  out->stmt = NULL;
  out->plan = NULL;
  l.status = corm_node_check(stmt, err);
  if (l.status)
    return l.status;
  if (gives_rows(stmt) && !(l.plan = cm_plan_new()))
    return cm_fail_memory(err);
  out->stmt = stmt->flags & (CM_ORM | CM_JOINS) ? lower_statement(&l, stmt) : plain(&l, stmt);
  if (!l.status)
    l.status = corm_node_check(out->stmt, err);
  keep_sources(&l);
  for (size_t i = 0; i < l.n_kept; i++)
    corm_node_unref(l.kept[i]);
  cm_free(l.kept);
  cm_map_free(&l.sources);
  out->plan = l.plan;
  if (!l.status)
    return CORM_OK;
  corm_node_unref(out->stmt);
  cm_plan_free(out->plan);
  out->stmt = NULL;
  out->plan = NULL;
  return l.status;
}
