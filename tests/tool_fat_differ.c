/*
 * tool_fat_differ [SEED [COUNT [JOBS]]], or tool_fat_differ SEED case N: the FAT walker against unmodified
 * fsck.fat and mtools, on COUNT seeded corruptions of images that mkfs.fat and mtools made.
 *
 *   - the first thing that fsck.fat -n complains of, the walker finds, by its code (but for the
 *     exceptions in lib/fat_judge.c);
 *   - what fsck.fat is silent about - a bit in a file's data, data erased, no 55AA, chains that were
 *     exchanged in every FAT, which only a second one not exchanged would show - the walker finds, or a file's
 *     hash is no longer the manifest's;
 *   - of what both find sound, the files with their sizes and hashes are those that mtools reads.
 *
 * Says what was found, by kind of corruption. Exit status: 0 no disagreement; 1 some, each told with the
 * number of its case; 77 a peer is not installed. TMPDIR on a tmpfs makes it faster.
 */
#include "lib/fat_corrupt.h"
#include "lib/fat_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KINDS_MAX = 16, CORRUPTIONS_MAX = 32, CODES_MAX = 32, JOBS_MAX = 16, GENERATION = 600 };

/* Of one kind of corruption; of a case with several, the first's. */
typedef struct {
	guint cases, fsck, walker, manifest, excepted, wrong;
} Tally;

/* How often a code was the walker's first word where fsck.fat says nothing. */
typedef struct {
	char code[24];
	guint count;
} Alone;

/* What one process counts. */
typedef struct {
	Tally tally[CORRUPTIONS_MAX];
	Alone alone[CODES_MAX];
	guint images, sound, wrong;
	guint current; /* the case that it is at */
	gboolean done;
} Result;

typedef struct {
	guint32 seed;
	guint only; /* this case and no other; G_MAXUINT: all */
	guint count, jobs;
	Result *results; /* by job, shared with the parent */
} Run;

typedef struct {
	const Run *run;
	Result *result;
	FatMade *made[KINDS_MAX]; /* the images, by kind; NULL: not yet */
	guint generation;
} Worker;

/* ---- one case -------------------------------------------------------------------------------- */

static void disagree(Worker *worker, Tally *tally, const char *where, const char *what,
	const char *theirs, const char *ours)
{
	worker->result->wrong++;
	tally->wrong++;
	/* One call, as several processes write. */
	fprintf(stderr, "%s: %s\n%s%s%s\n\n", where, what, theirs, ours ? "\n-- walker:\n" : "",
		ours ? ours : "");
}

static void compare_with_mtools(
	Worker *worker, Tally *tally, const FatMade *made, const char *list, const char *where)
{
	g_autofree char *why = NULL, *theirs = fat_judge_mtools(made, &why);
	gboolean excepted = FALSE;

	worker->result->sound++;
	if (!theirs)
		disagree(worker, tally, where, "mtools cannot read what the walker finds sound",
			why, list);
	else if (!fat_judge_same(theirs, list, &excepted))
		disagree(worker, tally, where, "mtools reads other files", theirs, list);
	tally->excepted += excepted;
}

static void count_alone(Result *result, const char *code, guint count)
{
	for (guint i = 0; i < CODES_MAX; i++) {
		Alone *alone = &result->alone[i];

		if (alone->count && strcmp(alone->code, code) != 0)
			continue;
		g_strlcpy(alone->code, code, sizeof alone->code);
		alone->count += count;
		return;
	}
}

static char *list_findings(const FatVolume *volume)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < volume->findings->len; i++) {
		const FatFinding *finding = volume->findings->pdata[i];

		g_string_append_printf(text, "%s, cluster %u: %s\n", finding->code,
			finding->cluster, finding->text);
	}
	return g_string_free(text, FALSE);
}

/* `silent`: something was changed that fsck.fat need not see. */
static void judge(
	Worker *worker, Tally *tally, const FatMade *made, gboolean silent, const char *where)
{
	const char *exception;
	g_autofree char *complaint = fat_judge_fsck(made, &exception);
	g_autoptr(FatVolume) volume = fat_made_walk(made);
	g_autofree char *list = fat_made_list(volume), *findings = list_findings(volume);
	gboolean found = volume->findings->len > 0, changed = strcmp(list, made->list) != 0;

	if (found && !complaint)
		count_alone(worker->result, ((FatFinding *)volume->findings->pdata[0])->code, 1);
	tally->cases++;
	tally->fsck += complaint && !exception;
	tally->walker += found;
	tally->manifest += !found && changed;
	tally->excepted += !found && exception;
	if (complaint && !exception && !fat_judge_agrees(complaint, volume))
		disagree(worker, tally, where, "fsck.fat finds what the walker does not", complaint,
			findings);
	else if (!found)
		compare_with_mtools(worker, tally, made, list, where);
	if (silent && !found && !changed)
		disagree(worker, tally, where, "neither a finding nor another hash", "", NULL);
}

static gboolean differs(const FatMade *made)
{
	for (guint i = 0; i < made->changed->len; i++) {
		gsize at = g_array_index(made->changed, gsize, i) * FAT_MADE_BLOCK;

		if (memcmp(made->bytes + at, made->sound + at, FAT_MADE_BLOCK) != 0)
			return TRUE;
	}
	return FALSE;
}

static void run_case(Worker *worker, FatMade *made, guint number)
{
	guint32 seeds[] = {worker->run->seed, number};
	g_autoptr(GRand) rand = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
	g_autoptr(GString) where = g_string_new(NULL);
	guint count = 1, kinds, first = 0;
	const FatCorruption *all = fat_corruptions(&kinds), *one = NULL;

	if (g_rand_int_range(rand, 0, 3) == 0)
		count = (guint)g_rand_int_range(rand, 2, 4);
	g_string_printf(where, "case %u, %s:", number, made->kind->name);
	for (guint i = 0; i < count; i++) {
		one = &all[g_rand_int_range(rand, 0, (gint32)kinds)];
		first = i ? first : (guint)(one - all);
		g_string_append_printf(where, " %s", one->name);
		if (made->end == made->length)
			one->damage(made, rand);
	}
	judge(worker, &worker->result->tally[first], made,
		count == 1 && one->silent && differs(made), where->str);
	fat_made_restore(made);
}

/* ---- images ---------------------------------------------------------------------------------- */

/* The image of this kind and generation; a new one is judged first, as nothing is wrong with it. */
static FatMade *image_of(Worker *worker, guint kind)
{
	guint count;
	const FatKind *kinds = fat_kinds(&count);
	g_autofree char *why = NULL, *where = NULL;
	Tally none = {0};

	if (worker->made[kind])
		return worker->made[kind];
	worker->made[kind] =
		fat_made_new(&kinds[kind], worker->run->seed + worker->generation, &why);
	if (!worker->made[kind]) {
		fprintf(stderr, "%s\n", why);
		exit(2);
	}
	where = g_strdup_printf("%s, as it was made", kinds[kind].name);
	judge(worker, &none, worker->made[kind], FALSE, where);
	if (none.fsck || none.walker)
		disagree(worker, &none, where, "it is not sound", worker->made[kind]->list, NULL);
	worker->result->images++;
	return worker->made[kind];
}

static void drop_images(Worker *worker)
{
	for (guint i = 0; i < KINDS_MAX; i++)
		g_clear_pointer(&worker->made[i], fat_made_free);
}

static void work(const Run *run, guint job)
{
	Worker worker = {.run = run, .result = &run->results[job]};
	guint kinds;

	fat_kinds(&kinds);
	for (guint number = job; number < run->count; number += run->jobs) {
		if (run->only != G_MAXUINT && number != run->only)
			continue;
		if (number / GENERATION != worker.generation)
			drop_images(&worker);
		worker.generation = number / GENERATION;
		worker.result->current = number;
		run_case(&worker, image_of(&worker, number % kinds), number);
	}
	drop_images(&worker);
	worker.result->done = TRUE;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* FALSE: a process did not come to its end. */
static gboolean run_jobs(const Run *run)
{
	gboolean done = TRUE;
	pid_t pids[JOBS_MAX];

	for (guint job = 0; job < run->jobs; job++) {
		pids[job] = fork();
		if (pids[job] == 0) {
			work(run, job);
			_exit(0);
		}
	}
	for (guint job = 0; job < run->jobs; job++) {
		int status;

		if (pids[job] > 0 && waitpid(pids[job], &status, 0) == pids[job] &&
			run->results[job].done)
			continue;
		fprintf(stderr, "process %u did not come to its end: case %u\n", job,
			run->results[job].current);
		done = FALSE;
	}
	return done;
}

static void add(Result *sum, const Result *result)
{
	sum->images += result->images;
	sum->sound += result->sound;
	sum->wrong += result->wrong;
	for (guint i = 0; i < CODES_MAX && result->alone[i].count; i++)
		count_alone(sum, result->alone[i].code, result->alone[i].count);
	for (guint i = 0; i < CORRUPTIONS_MAX; i++) {
		const Tally *from = &result->tally[i];
		Tally *to = &sum->tally[i];

		to->cases += from->cases;
		to->fsck += from->fsck;
		to->walker += from->walker;
		to->manifest += from->manifest;
		to->excepted += from->excepted;
		to->wrong += from->wrong;
	}
}

static void print_row(const char *name, const Tally *t)
{
	printf("%-17s %6u %9u %7u %9u %9u %6u\n", name, t->cases, t->fsck, t->walker, t->manifest,
		t->excepted, t->wrong);
}

static void report(const Run *run, const Result *sum)
{
	guint count;
	const FatCorruption *corruptions = fat_corruptions(&count);
	Tally total = {0};

	printf("%-17s %6s %9s %7s %9s %9s %6s\n", "corruption", "cases", "fsck.fat", "walker",
		"manifest", "excepted", "wrong");
	for (guint i = 0; i < count; i++) {
		const Tally *t = &sum->tally[i];

		print_row(corruptions[i].name, t);
		total.cases += t->cases;
		total.fsck += t->fsck;
		total.walker += t->walker;
		total.manifest += t->manifest;
		total.excepted += t->excepted;
		total.wrong += t->wrong;
	}
	print_row("all", &total);
	printf("only the walker:");
	for (guint i = 0; i < CODES_MAX && sum->alone[i].count; i++)
		printf(" %s %u", sum->alone[i].code, sum->alone[i].count);
	putchar('\n');
	printf("seed %u: %u corruptions, %u images as they were made, %u times the files compared "
	       "with "
	       "mtools, %u disagreements\n",
		run->seed, total.cases, sum->images, sum->sound, sum->wrong);
}

static guint number(int argc, char **argv, int i, guint otherwise)
{
	return argc > i ? (guint)g_ascii_strtoull(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	Run run = {.seed = number(argc, argv, 1, 1), .only = G_MAXUINT};
	gboolean one = argc == 4 && strcmp(argv[2], "case") == 0, done;
	Result sum = {0};

	if (fat_made_missing_peer()) {
		fprintf(stderr, "%s is not installed (dosfstools, mtools)\n",
			fat_made_missing_peer());
		return 77;
	}
	run.only = one ? number(argc, argv, 3, 0) : G_MAXUINT;
	run.count = one ? run.only + 1 : number(argc, argv, 2, 5000);
	run.jobs = one ? 1 : CLAMP(number(argc, argv, 3, g_get_num_processors()), 1, JOBS_MAX);
	run.results = mmap(NULL, JOBS_MAX * sizeof *run.results, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run.results == MAP_FAILED)
		return 2;
	done = run_jobs(&run);
	for (guint job = 0; job < run.jobs; job++)
		add(&sum, &run.results[job]);
	report(&run, &sum);
	return sum.wrong || !done;
}
