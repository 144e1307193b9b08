#!/bin/bash
# Runs a command in the virtual fixture while all eight boards of its first pin controller have power, BOOT0 is
# low and NRST released.
exec tool_pins FLPINS01 A=ff B=00 C=ff -- "$@"
