#!/bin/sh
# The addresses of the API's servers at this moment, for the time when the name server is away. There may be none yet.
set -e
host=$(echo "$BACKEND" | sed 's,.*//,,; s,:.*,,')
port=$(echo "$BACKEND" | sed -n 's,.*:\([0-9]*\)$,\1,p')
{
  echo 'upstream known_backends {'
  getent ahostsv4 "$host" | awk -v port="${port:-80}" '$2 == "STREAM" { print "    server " $1 ":" port ";" }'
  echo '    server 127.0.0.1:1 backup;'
  echo '}'
} >/tmp/known-backends.conf
