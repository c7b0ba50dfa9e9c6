#include "aws/client.h"
