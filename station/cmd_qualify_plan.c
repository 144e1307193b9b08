/* flashline qualify plan: how many units, before there are data. */
#include "cmd_qualify.h"
#include "stats/proportion.h"

#include <math.h>
#include <stdio.h>

/* Of the 5 % chance of a false alarm `report qualify` spends half on the yield (reports/qualify.sql). */
#define YIELD_LEVEL 0.975

typedef struct {
	char *reliability, *confidence, *detect, *against, *power;
	int failures, cycles;
	gboolean json;
} PlanArgs;

static void args_clear(PlanArgs *args)
{
	g_free(args->reliability);
	g_free(args->confidence);
	g_free(args->detect);
	g_free(args->against);
	g_free(args->power);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanArgs, args_clear)

typedef struct {
	double reliability, confidence, detect, against, power;
	guint failures, cycles, units, compared;
} Plan;

/* "0.95" or "95%"; `fallback` where nothing was said. FALSE: none between 0 and 1. */
static gboolean read_share(const char *text, double fallback, gboolean zero_too, double *share)
{
	char *end;

	*share = fallback;
	if (!text)
		return TRUE;
	*share = g_ascii_strtod(text, &end);
	if (end != text && *end == '%') {
		*share /= 100;
		end++;
	}
	return end != text && !*end && (*share > 0 || (zero_too && *share == 0)) && *share < 1;
}

static gboolean parse(int argc, char **argv, PlanArgs *args)
{
	const GOptionEntry entries[] = {
		{"reliability", 0, 0, G_OPTION_ARG_STRING, &args->reliability,
			"Share of units that must be good: 0.95 or 95%", "R"},
		{"confidence", 0, 0, G_OPTION_ARG_STRING, &args->confidence,
			"How sure that is to be (default 95%)", "C"},
		{"failures", 0, 0, G_OPTION_ARG_INT, &args->failures,
			"Units that may fail (default 0)", "F"},
		{"cycles", 0, 0, G_OPTION_ARG_INT, &args->cycles, "Cycles of each unit (default 1)",
			"M"},
		{"detect", 0, 0, G_OPTION_ARG_STRING, &args->detect,
			"Share of bad units that the comparison is to find (default 1 - R)",
			"SHARE"},
		{"against", 0, 0, G_OPTION_ARG_STRING, &args->against,
			"Share of bad units of the old revision (default 0)", "SHARE"},
		{"power", 0, 0, G_OPTION_ARG_STRING, &args->power,
			"Chance of finding it (default 90%)", "P"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &args->json, "For programs", NULL},
		G_OPTION_ENTRY_NULL};

	args->cycles = 1;
	return cmd_options(&argc, &argv, entries, 0, 0);
}

/* NULL, or what is wrong. */
static const char *read_plan(const PlanArgs *args, Plan *plan)
{
	if (!args->reliability)
		return "--reliability is needed: which share of the units must be good?";
	if (!read_share(args->reliability, NAN, FALSE, &plan->reliability) ||
		!read_share(args->confidence, 0.95, FALSE, &plan->confidence) ||
		!read_share(args->detect, 1 - plan->reliability, FALSE, &plan->detect) ||
		!read_share(args->against, 0, TRUE, &plan->against) ||
		!read_share(args->power, 0.9, FALSE, &plan->power))
		return "a share is between 0 and 1, or 0% and 100%";
	if (args->failures < 0 || args->failures > 1000 || args->cycles < 1 ||
		args->cycles > 1000000)
		return "--failures is 0 to 1000, --cycles 1 to 1000000";
	if (plan->detect <= plan->against)
		return "--detect must be more than --against: there is nothing else to find";
	plan->failures = (guint)args->failures;
	plan->cycles = (guint)args->cycles;
	plan->units = success_run(plan->reliability, plan->confidence, plan->failures);
	if (!plan->units)
		return "no number of units below ten million proves that";
	plan->compared = proportion_units(plan->detect, plan->against, YIELD_LEVEL, plan->power);
	return NULL;
}

static void print_alternatives(const Plan *plan)
{
	const double reliabilities[] = {0.80, 0.90, 0.95, 0.99, 0.999};

	printf("\nUnits at %.4g %% confidence   0 may fail   1 may     2 may     3 may\n",
		plan->confidence * 100);
	for (guint i = 0; i < G_N_ELEMENTS(reliabilities); i++) {
		printf("  %5.4g %% good           ", reliabilities[i] * 100);
		for (guint failures = 0; failures <= 3; failures++)
			printf("%10u", success_run(reliabilities[i], plan->confidence, failures));
		putchar('\n');
	}
}

static void print_comparison(const Plan *plan)
{
	printf("\nTo compare it with the old revision: ");
	if (plan->compared)
		printf("%u units of each. A revision with %.4g %% bad units against\n"
		       "%.4g %% is then found with %.4g %% probability (Fisher's exact test, p "
		       "at most "
		       "%.3g).\n",
			plan->compared, plan->detect * 100, plan->against * 100, plan->power * 100,
			1 - YIELD_LEVEL);
	else
		printf("more than 1000 units of each; plan to find a greater difference.\n");
}

static void print_text(const Plan *plan)
{
	printf("%u units, of which at most %u may fail, %u cycle%s each: %" G_GUINT64_FORMAT
	       " runs.\n\n",
		plan->units, plan->failures, plan->cycles, plan->cycles == 1 ? "" : "s",
		(guint64)plan->units * plan->cycles);
	printf("It proves: with %.4g %% confidence at least %.4g %% of units like these pass\n"
	       "(success-run theorem, classical binomial form: the fewest units n with\n"
	       "sum of Bin(i; n, 1 - R) for i = 0..F at most 1 - C; the Bayesian form with a\n"
	       "uniform prior needs one unit less).\n"
	       "It does not prove anything about units of another lot, firmware, fixture or\n"
	       "temperature than those tested, nor about what comes after %u cycle%s.\n"
	       "Cycles on one unit are not units: %u units with %u cycles are %u units. "
	       "More cycles\nfind what happens now and then on a board, not what happens on other "
	       "boards.\n",
		plan->confidence * 100, plan->reliability * 100, plan->cycles,
		plan->cycles == 1 ? "" : "s", plan->units, plan->cycles, plan->units);
	print_alternatives(plan);
	print_comparison(plan);
	printf("\nBegin: flashline qualify run --recipe FILE --fixture FILE --units %u --cycles "
	       "%u\n",
		MAX(plan->units, plan->compared), plan->cycles);
}

static void print_json(const Plan *plan)
{
	printf("{\"variant\": \"success run, classical\", \"reliability\": %.6g, \"confidence\": "
	       "%.6g, "
	       "\"failures\": %u, \"units\": %u, \"cycles\": %u, \"comparison\": "
	       "{\"units\": %u, \"detect\": %.6g, \"against\": %.6g, \"power\": %.6g, \"level\": "
	       "%.6g}}\n",
		plan->reliability, plan->confidence, plan->failures, plan->units, plan->cycles,
		plan->compared, plan->detect, plan->against, plan->power, YIELD_LEVEL);
}

int qualify_plan(int argc, char **argv)
{
	g_auto(PlanArgs) args = {0};
	Plan plan;
	const char *wrong;

	if (!parse(argc, argv, &args))
		return CMD_USAGE;
	wrong = read_plan(&args, &plan);
	if (wrong) {
		fprintf(stderr, "flashline qualify plan: %s\n", wrong);
		return CMD_USAGE;
	}
	if (args.json)
		print_json(&plan);
	else
		print_text(&plan);
	return CMD_PASS;
}
