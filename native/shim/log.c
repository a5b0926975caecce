/* See log.h. */
#define _GNU_SOURCE
#include "log.h"
#include "io.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A line grows sixfold when every byte is escaped; attributes and time come on top. */
#define BUFFER_SIZE (256 * 1024)

static void open_file(struct log *log, int flags)
{
	struct stat st;

	log->fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0640);
	log->size = log->fd >= 0 && fstat(log->fd, &st) == 0 ? st.st_size : 0;
}

void log_open(struct log *log)
{
	log->fd = -1;
	if (!log->path)
		return;
	log->buffer = malloc(BUFFER_SIZE);
	if (log->buffer)
		open_file(log, 0);
}

/* A full disk must not stop the container: what cannot be written is dropped. */
static void flush(struct log *log)
{
	if (log->used > 0 && write_all(log->fd, log->buffer, log->used) == 0)
		log->size += (int64_t)log->used;
	log->used = 0;
}

static void rotate(struct log *log)
{
	char from[4096], to[4096];

	flush(log);
	for (int i = log->max_files - 1; i >= 1; i--) {
		if (i == 1)
			snprintf(from, sizeof(from), "%s", log->path);
		else
			snprintf(from, sizeof(from), "%s.%d", log->path, i - 1);
		snprintf(to, sizeof(to), "%s.%d", log->path, i);
		rename(from, to);
	}
	if (log->max_files <= 1)
		unlink(log->path); /* a new file all the same: readers notice it by its inode */
	close(log->fd);
	open_file(log, O_TRUNC);
}

/* The length of the UTF-8 character at `at`, or 0 when it is none (RFC 3629: no surrogates, no overlong forms). */
static size_t utf8_length(const uint8_t *at, size_t size)
{
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

	if (length == 0 || length > size)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

static char *put(char *to, const char *text)
{
	size_t length = strlen(text);

	memcpy(to, text, length);
	return to + length;
}

/* One character as Go's encoding/json writes it; returns how many bytes of input it took. */
static size_t put_character(char **to, const uint8_t *at, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t length = utf8_length(at, size);
	uint8_t c = at[0];

	if (length == 0) {
		*to = put(*to, "\\ufffd");
		return 1;
	}
	if (length == 3 && c == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8) { /* U+2028, U+2029 */
		*to = put(*to, at[2] == 0xa8 ? "\\u2028" : "\\u2029");
		return 3;
	}
	if (c == '"' || c == '\\') {
		*(*to)++ = '\\';
		*(*to)++ = (char)c;
	} else if (c == '\n' || c == '\r' || c == '\t') {
		*to = put(*to, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
	} else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
		*to = put(*to, "\\u00");
		*(*to)++ = hex[c >> 4];
		*(*to)++ = hex[c & 15];
	} else {
		memcpy(*to, at, length);
		*to += length;
	}
	return length;
}

static char *put_text(char *to, const char *data, size_t size)
{
	const uint8_t *at = (const uint8_t *)data;

	while (size > 0) {
		size_t plain = 0;

		while (plain < size && at[plain] >= 0x20 && at[plain] < 0x80 && at[plain] != '"' && at[plain] != '\\' && at[plain] != '<' && at[plain] != '>' &&
		       at[plain] != '&')
			plain++;
		memcpy(to, at, plain);
		to += plain;
		if (plain == 0)
			plain = put_character(&to, at, size);
		at += plain;
		size -= plain;
	}
	return to;
}

static char *put_time(char *to, int64_t time)
{
	static time_t cached = -1;
	static char day[32];
	time_t seconds = (time_t)(time / 1000000000);
	struct tm tm;

	if (seconds != cached) {
		gmtime_r(&seconds, &tm);
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
		cached = seconds;
	}
	return to + sprintf(to, "%s.%09dZ", day, (int)(time % 1000000000));
}

static void entry(struct log *log, int stream, const char *data, size_t size, int64_t time)
{
	size_t attributes = log->attributes ? strlen(log->attributes) : 0;
	size_t worst = size * 6 + attributes + 128;
	char *start, *to;

	if (worst > BUFFER_SIZE)
		return;
	if (log->used + worst > BUFFER_SIZE)
		flush(log);
	start = to = log->buffer + log->used;
	to = put(to, "{\"log\":\"");
	to = put_text(to, data, size);
	to = put(to, stream ? "\",\"stream\":\"stderr\"" : "\",\"stream\":\"stdout\"");
	if (attributes) {
		to = put(to, ",\"attrs\":");
		to = put(to, log->attributes);
	}
	to = put(to, ",\"time\":\"");
	to = put_time(to, time);
	to = put(to, "\"}\n");
	size = (size_t)(to - start);
	if (log->max_size > 0 && log->size + (int64_t)(log->used + size) > log->max_size && log->size + (int64_t)log->used > 0) {
		rotate(log);
		memmove(log->buffer, start, size);
	}
	log->used += size;
}

/* Where a full buffer is cut: not inside a character. */
static size_t cut(const struct partial *p)
{
	size_t at = p->used;

	for (int back = 1; back <= 3; back++) {
		uint8_t c = (uint8_t)p->text[at - (size_t)back];

		if (c >= 0xc0)
			return at - (size_t)back;
		if (c < 0x80)
			break;
	}
	return at;
}

static void write_partial(struct log *log, int stream, int64_t time)
{
	struct partial *p = &log->partial[stream];
	size_t part = cut(p);

	entry(log, stream, p->text, part, time);
	memmove(p->text, p->text + part, p->used - part);
	p->used -= part;
}

void log_write(struct log *log, int stream, const char *data, size_t size, int64_t time)
{
	struct partial *p = &log->partial[stream];

	if (!log->path || log->fd < 0)
		return;
	while (size > 0) {
		const char *newline = memchr(data, '\n', size);
		size_t part = newline ? (size_t)(newline - data) + 1 : size;
		size_t room = sizeof(p->text) - p->used;

		if (newline && p->used == 0 && part <= LINE_MAX_BYTES) {
			entry(log, stream, data, part, time);
		} else {
			if (part > room)
				part = room;
			memcpy(p->text + p->used, data, part);
			p->used += part;
			if (newline && data + part == newline + 1) {
				entry(log, stream, p->text, p->used, time);
				p->used = 0;
			} else if (p->used == sizeof(p->text)) {
				write_partial(log, stream, time);
			}
		}
		data += part;
		size -= part;
	}
	flush(log);
}

void log_end(struct log *log, int stream, int64_t time)
{
	struct partial *p = &log->partial[stream];

	if (!log->path || log->fd < 0)
		return;
	if (p->used > 0)
		entry(log, stream, p->text, p->used, time);
	p->used = 0;
	flush(log);
}
