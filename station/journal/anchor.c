#include "journal/anchor.h"

#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK(flashline - anchor - error, anchor_error)

enum {
	SEED_HEX = 2 * crypto_sign_SEEDBYTES,
	PUBLIC_HEX = 2 * crypto_sign_PUBLICKEYBYTES,
	SIGNATURE_HEX = 2 * crypto_sign_BYTES,
	KEY_FILE_MAX = 4096,
};

static gboolean refuse(GError **error, AnchorError code, const char *why)
{
	g_set_error_literal(error, ANCHOR_ERROR, (gint)code, why);
	return FALSE;
}

static gboolean from_hex(const char *hex, gsize digits, guint8 *bytes)
{
	return hex && strlen(hex) == digits &&
	       sodium_hex2bin(bytes, digits / 2, hex, digits, NULL, NULL, NULL) == 0;
}

static char *to_hex(const guint8 *bytes, gsize length)
{
	char *hex = g_malloc(2 * length + 1);

	return sodium_bin2hex(hex, 2 * length + 1, bytes, length);
}

static char *signed_text(const JournalHead *head)
{
	return g_strdup_printf("flashline anchor\n%s\n%" G_GINT64_FORMAT "\n%s\n%s\n",
		head->journal, head->record, head->hash, head->at);
}

/* ---- keys ---- */

typedef struct {
	guint8 secret[crypto_sign_SECRETKEYBYTES], public[crypto_sign_PUBLICKEYBYTES];
} Key;

static void key_clear(Key *key)
{
	sodium_memzero(key, sizeof *key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Key, key_clear)

static gboolean read_key(const char *path, Key *key, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = file_bytes(path, KEY_FILE_MAX, &failure);
	g_autofree char *text = NULL;
	guint8 seed[crypto_sign_SEEDBYTES];
	gboolean good;

	if (!bytes) {
		g_set_error(
			error, ANCHOR_ERROR, ANCHOR_IO, "the key %s %s", path, failure->message);
		return FALSE;
	}
	text = g_strchomp(g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
	good = sodium_init() >= 0 && from_hex(text, SEED_HEX, seed) &&
	       crypto_sign_seed_keypair(key->public, key->secret, seed) == 0;
	sodium_memzero(seed, sizeof seed);
	sodium_memzero(text, strlen(text));
	if (!good)
		g_set_error(error, ANCHOR_ERROR, ANCHOR_FORMAT,
			"the key %s is not %d hexadecimal digits", path, SEED_HEX);
	return good;
}

static gboolean write_new(const char *path, const char *text, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	gssize length = (gssize)strlen(text);
	gboolean written = fd >= 0 && write(fd, text, (gsize)length) == length && fsync(fd) == 0;

	if (!written)
		g_set_error(error, ANCHOR_ERROR, ANCHOR_IO, "cannot make the key %s: %s", path,
			g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return written;
}

char *anchor_key_new(const char *path, GError **error)
{
	guint8 seed[crypto_sign_SEEDBYTES];
	g_auto(Key) key;
	g_autofree char *hex = NULL, *line = NULL;
	gboolean written;

	if (sodium_init() < 0) {
		refuse(error, ANCHOR_IO, "there is no source of random numbers");
		return NULL;
	}
	randombytes_buf(seed, sizeof seed);
	crypto_sign_seed_keypair(key.public, key.secret, seed);
	hex = to_hex(seed, sizeof seed);
	line = g_strconcat(hex, "\n", NULL);
	written = write_new(path, line, error);
	sodium_memzero(seed, sizeof seed);
	sodium_memzero(hex, strlen(hex));
	sodium_memzero(line, strlen(line));
	return written ? to_hex(key.public, sizeof key.public) : NULL;
}

/* ---- anchors ---- */

static gboolean sign(const JournalHead *head, const char *key_path, json_t *anchor, GError **error)
{
	g_auto(Key) key;
	guint8 signature[crypto_sign_BYTES];
	g_autofree char *text = signed_text(head), *public = NULL, *hex = NULL;

	if (!read_key(key_path, &key, error))
		return FALSE;
	crypto_sign_detached(signature, NULL, (const guint8 *)text, strlen(text), key.secret);
	public = to_hex(key.public, sizeof key.public);
	hex = to_hex(signature, sizeof signature);
	json_object_set_new(anchor, "key", json_string(public));
	json_object_set_new(anchor, "signature", json_string(hex));
	return TRUE;
}

char *anchor_write(const JournalHead *head, const char *key_path, GError **error)
{
	json_t *anchor = json_pack("{s:s, s:I, s:s, s:s}", "journal", head->journal, "record",
		(json_int_t)head->record, "hash", head->hash, "at", head->at);
	char *text = NULL;

	if (!key_path || sign(head, key_path, anchor, error)) {
		char *dumped = json_dumps(anchor, JSON_COMPACT | JSON_ENSURE_ASCII);

		text = g_strconcat(dumped, "\n", NULL);
		free(dumped);
	}
	json_decref(anchor);
	return text;
}

static gboolean check_signature(const JournalHead *head, const char *key, const char *signature,
	const char *wanted, GError **error)
{
	guint8 public[crypto_sign_PUBLICKEYBYTES], bytes[crypto_sign_BYTES];
	g_autofree char *text = signed_text(head);

	if (!signature && !wanted)
		return TRUE;
	if (!signature)
		return refuse(error, ANCHOR_FORGED, "the anchor is not signed");
	if (wanted && g_ascii_strcasecmp(wanted, key ? key : "") != 0)
		return refuse(error, ANCHOR_FORGED, "the anchor is signed by another key");
	if (sodium_init() < 0 || !from_hex(key, PUBLIC_HEX, public) ||
		!from_hex(signature, SIGNATURE_HEX, bytes) ||
		crypto_sign_verify_detached(bytes, (const guint8 *)text, strlen(text), public) != 0)
		return refuse(error, ANCHOR_FORGED, "the anchor's signature is wrong");
	return TRUE;
}

static gboolean read_object(
	const json_t *anchor, const char *public_key, JournalHead *head, GError **error)
{
	const char *journal, *hash, *at, *key = NULL, *signature = NULL;
	json_int_t record;

	if (json_unpack((json_t *)anchor, "{s:s, s:I, s:s, s:s, s?s, s?s}", "journal", &journal,
		    "record", &record, "hash", &hash, "at", &at, "key", &key, "signature",
		    &signature) != 0 ||
		record < 0 || strlen(hash) != 64)
		return refuse(error, ANCHOR_FORMAT,
			"this is no anchor: 'journal', 'record', 'hash' and 'at' belong in it");
	*head = (JournalHead){g_strdup(journal), record, g_strdup(hash), g_strdup(at)};
	if (check_signature(head, key, signature, public_key, error))
		return TRUE;
	journal_head_clear(head);
	return FALSE;
}

gboolean anchor_read(const char *line, const char *public_key, JournalHead *head, GError **error)
{
	json_t *anchor = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	gboolean good;

	if (!anchor)
		return refuse(error, ANCHOR_FORMAT, "this is no anchor: it is not a JSON object");
	good = read_object(anchor, public_key, head, error);
	json_decref(anchor);
	return good;
}
