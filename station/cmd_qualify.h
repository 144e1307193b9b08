/* The verbs behind `flashline qualify`. argv[0] is "qualify". */
#pragma once

#include "cmd.h"

int qualify_plan(int argc, char **argv);
int qualify_run(int argc, char **argv);
