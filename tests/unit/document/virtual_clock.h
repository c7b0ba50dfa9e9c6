// Time and chance for tests: nothing waits, nothing is random.
#pragma once

