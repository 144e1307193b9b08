/*
 * wait.operator: something that only a person can see or do. The controller shows the question, and tells what was
 * answered by button, key or scan.
 */
#include "core/failure.h"
#include "steps/job.h"
#include "steps/kinds.h"

#include <string.h>

static const char *const answers[] = {"done", "yes-no", NULL};

static const Field fields[] = {
	{"text", FIELD_TEXT, TRUE, .pattern = "^.{1,300}$",
		.help = "what the operator is asked: one sentence"},
	{"picture", FIELD_TEXT,
		.help = "a picture that shows it: the name of one of the recipe's images"},
	{"answers", FIELD_WORD, .words = answers, .fallback = "done",
		.help = "done: the operator says DONE when it is done; yes-no: NO fails the board"},
	{NULL},
};

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *picture = node_get(step->args, "picture");

	if (picture && !recipe_image(recipe, picture->text))
		problems_add(problems, picture->place,
			"'picture' names no image of this recipe: '%.60s'", picture->text);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	gboolean yes_no = strcmp(step_text(step, "answers"), "yes-no") == 0;
	const char *name = step_text(step, "picture");
	const Image *picture = name ? recipe_image(job->recipe, name) : NULL;
	const JobQuestion question = {.text = step_text(step, "text"),
		.picture = picture ? picture->path : NULL,
		.answers = yes_no ? "YES NO" : "DONE"};
	g_autofree char *answer = job->ask(&question, &job->watch, job->data, error);

	if (!answer)
		return FALSE;
	job_text(job, "operator.answer", answer);
	if (strcmp(answer, "NO") != 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_OPERATOR_NO, "the operator answered NO to: %s",
		question.text);
	return FALSE;
}

const StepKind step_wait_operator = {
	.name = "wait.operator",
	.summary = "Asks the operator something, and waits for the answer by button, key or scan.",
	.fields = fields,
	.deadline_ms = 120000,
	.check = check,
	.run = run,
};
