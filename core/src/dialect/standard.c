/* The dialect of str(statement): SQL as the standard has it, named parameters. */
#include "dialect/dialect.h"

static const char *const reserved[] = {"all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "binary", "both", "case", "cast", "check", "collate", "column", "constraint", "create", "cross", "current_date", "current_role", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "new", "not", "notnull", "null", "off", "offset", "old", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary", "references", "right", "select", "session_user", "set", "similar", "some", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "verbose", "when", "where"};

const corm_dialect_def cm_dialect_standard = {
    .size = sizeof(corm_dialect_def),
    .name = "default",
    .features = CORM_DIALECT_NATIVE_BOOLEAN | CORM_DIALECT_INSERT_RETURNING | CORM_DIALECT_UPDATE_RETURNING |
                CORM_DIALECT_DELETE_RETURNING | CORM_DIALECT_MULTI_VALUES | CORM_DIALECT_UPDATE_FROM |
                CORM_DIALECT_FOR_UPDATE | CORM_DIALECT_DELETE_FROM | CORM_DIALECT_ALTER_CONSTRAINTS |
                CORM_DIALECT_ON_CONFLICT,
    .paramstyle = CORM_PARAMS_NAMED,
    .quote_open = '"',
    .quote_close = '"',
    .reserved = reserved,
    .n_reserved = sizeof reserved / sizeof reserved[0],
    .limit_none = "-1",
};
