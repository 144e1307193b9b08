/* What a job keeps of what its steps record, for the steps that come later. */
#include "steps/job.h"

#include <math.h>

static void emit(const Event *event, gpointer data)
{
	(*(guint *)data)++;
}

static void test_measured(void)
{
	guint events = 0;
	Job job = {.emit = emit, .data = &events};

	g_assert_null(job_measured(&job, "supply"));
	job_value(&job, "supply", 3301.5, "mV", 3200, NAN);
	g_assert_cmpstr(job_measured(&job, "supply"), ==, "3301.5");
	/* 0.1 + 0.2 is 0.30000000000000004 */
	job_value(&job, "ratio", 0.1 + 0.2, "1", NAN, NAN);
	g_assert_cmpstr(job_measured(&job, "ratio"), ==, "0.3");
	job_value(&job, "drive.free", 24.0 * 1024 * 1024, "B", NAN, NAN);
	g_assert_cmpstr(job_measured(&job, "drive.free"), ==, "25165824");
	job_text(&job, "usb.serial", "3377\x1b");
	g_assert_cmpstr(job_measured(&job, "usb.serial"), ==, "3377\\x1b");
	/* The last one counts; also where it is made of the one before. */
	job_text(&job, "usb.serial", job_measured(&job, "supply"));
	job_text(&job, "usb.serial", job_measured(&job, "usb.serial"));
	g_assert_cmpstr(job_measured(&job, "usb.serial"), ==, "3301.5");
	g_assert_null(job_measured(&job, "usb"));
	g_assert_cmpuint(events, ==, 6);
	job_forget_measured(&job);
	g_assert_null(job_measured(&job, "supply"));
	job_forget_measured(&job);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/steps/job/measured", test_measured);
	return g_test_run();
}
