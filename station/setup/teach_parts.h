/* What teach*.c share. */
#pragma once

#include "link/i2c.h"
#include "link/pin_bank.h"
#include "setup/teach.h"
#include "setup/thing.h"

enum {
	NO_WIRE = -1,
	TEACH_CHANNEL = 8, /* wires */
	TEACH_LAMPS = SIGNAL_LAMP_BLUE - SIGNAL_LAMP_RED + 1,
	TEACH_LOOK_MS = 50,
	TEACH_BACK_MS = 8000, /* for a board to come up, whatever it starts */
};

/* A channel of an FTDI chip that is an I2C bus: open from when it is found until the end. */
typedef struct {
	const Controller *chip;
	guint channel;
	I2c *i2c;
} TeachBus;

/* A pin controller, an expander or a hub, and its pins that nobody has named yet. */
typedef struct {
	Controller controller; /* owns its texts */
	gboolean known;        /* stands in the file */
	char *port;
	guint32 pins;           /* one bit a pin */
	guint32 held;           /* of these: inputs, which are not driven */
	guint32 idle;           /* levels of its inputs when teach_listen() began */
	guint32 staged, levels; /* pins that teach_apply() sets, and how */
	const TeachBus *bus;    /* an expander's; NULL: it is none */
	PinBank *bank;
} TeachBank;

typedef struct {
	TeachBank *bank;
	guint index;
	gboolean low_on;     /* on is the low level: as boards are up while all wires are on */
	gboolean held_off;   /* teach_all_on() leaves it off */
	gboolean stays;      /* a hub's port that was on: it is no power until that is proven */
	gboolean active_low; /* of one that is somebody's: how the file says it */
} TeachWire;

/* A board that was found, and what belongs to it. */
typedef struct {
	guint number; /* of its slot; 0: not told yet */
	char *port;
	gboolean there, in_rom; /* as of the last look */
	GArray *takes;          /* of gint: wires that take it off the bus when off */
	char *fed; /* the probe of a chip that had power while the hub had switched this board off; NULL: none */
	gboolean asked; /* about its present input */
	gint power, boot0, nrst, present, lid, start;
	gint lamps[TEACH_LAMPS]; /* red first */
	char *probe, uid[25];
} TeachBoard;

typedef struct {
	const TeachOptions *options;
	GPtrArray *banks;  /* of TeachBank* */
	GPtrArray *buses;  /* of TeachBus* */
	GArray *wires;     /* of TeachWire: pins, then ports of hubs */
	gint pin_wires;    /* so many are pins */
	GPtrArray *boards; /* of TeachBoard*, by port */
	GPtrArray *done;   /* of TeachBoard*, by slot: taught */
	gint lid, start;   /* the fixture's own */
	gint buzzer;
	GArray *fresh;       /* of gint: wires that changed as the boards were put in */
	gboolean no_present; /* the operator says that slots have no such input */
	char *written;       /* the file's text, once it is written */
	guint kept;          /* so many slots are in it that were taught now */
	guint levels;        /* the pattern of teach_levels() at which boards came up last */
	guint came_ms;       /* so long boards needed to come up, when all were awaited last */
} Teach;

/* ---- teach_banks.c ---- */
/* The controllers that are there, with what the file leaves of their pins, and hubs. */
gboolean teach_find_banks(Teach *teach, GError **error);
/* One of this chip, without pins: what the file calls it (NULL: a name of its own, which begins so). */
TeachBank *teach_add_bank(Teach *teach, const char *known, const char *begin, const char *chip);
/* A name that nothing has yet: pins1 ... */
char *teach_free_name(const Teach *teach, const char *begin);
/* Which pins of a controller, of `pins`, the file does not name. */
guint32 teach_unnamed(const Teach *teach, const Controller *controller, guint32 pins);

/* ---- teach_expanders.c ---- */
/* Looks for I2C buses, on channels that are one in the file or of whose pins it names none, and for expanders on them:
 * these become banks, and the channel's pins are no wires any more. */
gboolean teach_find_expanders(Teach *teach, GError **error);
void teach_bus_free(gpointer bus);

/* ---- teach_wires.c ---- */
/* Opens them: from now on all wires are on. */
gboolean teach_open_wires(Teach *teach, GError **error);
gboolean teach_open_bank(const Teach *teach, TeachBank *bank, GError **error);
/* The same with these pins. */
gboolean teach_open_pins(TeachBank *bank, PinsUsed used, GError **error);
/* Wires that are not driven from the next opening on: inputs that were taught; `fresh`: and those. */
void teach_hold(Teach *teach, gboolean fresh);
/* Power off, resets released, ports of hubs that are nobody's power as they were; closes. */
void teach_close_wires(Teach *teach);
gint teach_wires(const Teach *teach); /* how many */
TeachWire *teach_wire(const Teach *teach, gint wire);
/* Behind the last wire of this one's channel: eight pins of a controller. */
gint teach_channel_end(const Teach *teach, gint wire);
gboolean teach_set(Teach *teach, gint wire, gboolean on, GError **error);
/* Many at once: what was staged is driven by teach_apply(), a controller after the other. */
void teach_stage(Teach *teach, gint wire, gboolean on);
gboolean teach_apply(Teach *teach, GError **error);
/* "A0", "P07", or a hub's "3"; and "A0 of pins1"; newly allocated. */
char *teach_wire_place(const TeachWire *wire);
char *teach_wire_name(const Teach *teach, gint wire);
/* What a wire may be for, one bit each. */
typedef enum {
	TEACH_POWER = 1, /* BOOT0 too */
	TEACH_RESET = 2,
	TEACH_INPUT = 4,
	TEACH_LAMP = 8, /* the buzzer too */
} TeachUse;
/* Whether a board, taught or at hand, or the fixture has this wire for such a use. */
gboolean teach_wire_is(const Teach *teach, gint wire, TeachUse use);
/* Whether a board that was taught has this wire. */
gboolean teach_wire_taken(const Teach *teach, gint wire);

/* ---- teach_look.c ---- */
/* Looks who is there now. */
void teach_look(Teach *teach);
guint teach_count_there(const Teach *teach);
gboolean teach_all_there(const Teach *teach);
/* Waits for it, for so long at most. */
gboolean teach_await_all(Teach *teach, guint ms);
/* Until somebody is missing, and then a moment for those who go with him; for so long at most. */
void teach_await_loss(Teach *teach, guint ms);
/* Until nobody is seen any more without power, where all have none but one (NULL: all); for some seconds at most. */
void teach_await_gone(Teach *teach, const TeachBoard *but);
/* Everything on the bus (of UsbEntry*), once no board has come or gone for a while. */
GPtrArray *teach_settled_list(Teach *teach, GError **error);
gboolean teach_pause(Teach *teach, guint ms, GError **error);

/* ---- teach_levels.c ---- */
/* How many patterns there are of levels that may be on; and from now on it is this one, with all wires on. Wires of
 * boards that were taught keep theirs. */
guint teach_levels_count(const Teach *teach);
/* Whether each wire alone must be tried for boards to come up in ROM, or all of a channel together: first only (LATE), or
 * always, where the pattern takes the wires of a channel for one kind (NEVER). */
typedef enum { TEACH_EACH_ALWAYS, TEACH_EACH_LATE, TEACH_EACH_NEVER } TeachEach;
TeachEach teach_levels_each(const Teach *teach, guint pattern);
gboolean teach_levels(Teach *teach, guint pattern, GError **error);
/* What each wire of the boards at hand does when it is active, as a fixture file says it. */
void teach_levels_keep(Teach *teach);

/* ---- teach_power.c ---- */
/* Each wire alone goes off and comes back, while all the others stay as they are. */
gboolean teach_restart(Teach *teach, gint first, gint end, GError **error);
/* The same with the wires of a channel together: for those where power and BOOT0 are on different ones. */
gboolean teach_restart_channels(Teach *teach, GError **error);
/* Wires first .. end - 1, but those of boards that were taught. */
gboolean teach_set_some(Teach *teach, gint first, gint end, gboolean on, GError **error);
/* Whether a board goes when this wire is off. */
gboolean teach_takes_any(const Teach *teach, gint wire);
/* Takes the power of all boards, or of all but one (NULL: all); gives it back, all wires on but those held off. */
gboolean teach_only(Teach *teach, const TeachBoard *one, GError **error);
gboolean teach_all_on(Teach *teach, GError **error);

/* ---- teach_boards.c ---- */
/* Fills `boards`: ports, and which wires take each away. */
gboolean teach_find_boards(Teach *teach, GError **error);

/* Wires first .. end - 1 off, and on again; `gone`: so many boards left. A single wire is noted with the board that it
 * alone takes away. */
gboolean teach_switch_some(
	Teach *teach, gint first, gint end, guint gone_ms, guint *gone, GError **error);

/* ---- teach_hubs.c ---- */
/* Ports of hubs that are off become wires. FALSE: there is no hub whose ports can be switched. */
gboolean teach_find_hubs(Teach *teach);
gboolean teach_is_hub(const Teach *teach, gint wire);
/* Whether boards that no two pins take away leave the bus with their hub's port. */
gboolean teach_try_hubs(Teach *teach, GError **error);
/* The port that takes it away; NO_WIRE: none. */
gint teach_hub_of(const Teach *teach, const TeachBoard *board);
/* Its hub has switched it off, and this probe's chip has power still; `its`: that is the board's own. */
void teach_say_fed(const Teach *teach, const TeachBoard *board, const char *probe, gboolean its);
/* Without a probe the operator tells whether the hub cuts. */
gboolean teach_ask_hub(Teach *teach, TeachBoard *board, GError **error);

/* ---- teach_boot0.c ---- */
gboolean teach_find_boot0(Teach *teach, GError **error);

/* ---- teach_probe.c ---- */
gboolean teach_find_probes(Teach *teach, GError **error);

/* ---- teach_confirm.c ---- */
/* Whether what runs on the board says that it is this chip; in ST's ROM none says anything. */
typedef enum { TEACH_CHIP_UNTOLD, TEACH_CHIP_ITS, TEACH_CHIP_OTHER } TeachChip;
TeachChip teach_ask_chip(const Teach *teach, const TeachBoard *board, const char *uid);
/* OpenMV's bootloader, where there is one, must say what the probe has read. */
gboolean teach_confirm(Teach *teach, GError **error);

/* ---- teach_inputs.c ---- */
/* Opens the wires as inputs, but those that were taught as outputs, which are off; and notes the levels. */
gboolean teach_listen(Teach *teach, GError **error);
/* Which wires nobody has yet are at another level than then; those that do not settle are not among them. */
gboolean teach_changed(Teach *teach, GArray *wires, GError **error);
/* Waits for such a change, however short, for 30 s at most. */
gboolean teach_await_changed(Teach *teach, GArray *wires, GError **error);
/* Opens the wires as outputs that are off, resets released; those that were taught as inputs can be read. */
gboolean teach_open_quiet(Teach *teach, GError **error);
/* The levels of a bank's inputs. */
gboolean teach_read(const TeachBank *bank, guint32 *levels, GError **error);
/* All outputs off, closed: the last thing. */
void teach_park(Teach *teach);

/* ---- teach_buttons.c ---- */
/* The pin that changed as a single board was put in, and that is nothing else of it. */
void teach_keep_present(Teach *teach);
/* What is still to be learnt of inputs: by taking boards out; of lids and start buttons. */
gboolean teach_ask_present(Teach *teach, GError **error);
gboolean teach_ask_buttons(Teach *teach, GError **error);

/* ---- teach_lamps.c ---- */
/* Lamps and buzzer: what made nothing else happen is switched on, and the operator says what lights. */
gboolean teach_ask_lamps(Teach *teach, GError **error);

/* ---- teach_numbers.c ---- */
guint teach_next_number(const Teach *teach); /* 0: none is left */
/* Numbers the boards that were found. */
gboolean teach_number(Teach *teach, GError **error);

/* ---- teach_file.c ---- */
/* Everything that is taught so far. */
gboolean teach_write(Teach *teach, GError **error);

/* ---- teach_ask.c ---- */
void teach_say(const Teach *teach, const char *format, ...) G_GNUC_PRINTF(2, 3);
gboolean teach_stopped(const Teach *teach);
gboolean teach_is_no(const char *answer);
/* Something else that may answer in the operator's stead, newly allocated; NULL: not yet. */
typedef char *(*TeachLook)(gpointer data);
char *teach_ask_or(const Teach *teach, TeachLook look, gpointer data, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* The operator's answer without blanks around it; NULL: he has gone, or somebody said stop. */
char *teach_ask(const Teach *teach, const char *format, ...) G_GNUC_PRINTF(2, 3);
