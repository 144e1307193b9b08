/* One place for the program's version. */
#pragma once

#define FLASHLINE_VERSION "0.1.0"
