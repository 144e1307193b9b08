/* Every step kind there is; steps.c lists them. */
#pragma once

#include "core/step.h"

extern const StepKind step_console_run;
extern const StepKind step_dfu_detach;
extern const StepKind step_dfu_download;
extern const StepKind step_dfuse_download;
extern const StepKind step_dfuse_erase;
extern const StepKind step_dfuse_leave;
extern const StepKind step_drive_check;
extern const StepKind step_drive_format;
extern const StepKind step_drive_persist;
extern const StepKind step_drive_put;
extern const StepKind step_fixture_read;
extern const StepKind step_fixture_set;
extern const StepKind step_openmv_cdc_download;
extern const StepKind step_power;
extern const StepKind step_power_measure;
extern const StepKind step_swd_compare;
extern const StepKind step_swd_identify;
extern const StepKind step_swd_program;
extern const StepKind step_swd_verify;
extern const StepKind step_usb_await;
extern const StepKind step_usb_identify;
extern const StepKind step_wait_operator;
