#!/bin/bash
# Runs a command in the virtual fixture while the boards of its first pin controller, switched on with BOOT0
# high, are in ST's ROM bootloader. BOOT0 comes first: it counts at power-up.
exec tool_pins FLPINS01 B=ff C=ff A=ff -- "$@"
