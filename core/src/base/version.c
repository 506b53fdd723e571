#include <cormorant/abi.h>

#define TEXT_OF(x) #x
#define DOTTED(a, b, c) TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)

const char *corm_version(void) { return DOTTED(CORM_VERSION_MAJOR, CORM_VERSION_MINOR, CORM_VERSION_PATCH); }
