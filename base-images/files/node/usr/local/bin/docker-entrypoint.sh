#!/bin/sh
# A first word that is a flag, or no command at all (a script, say), is meant for node.
set -e
case $1 in
  -*) set -- node "$@" ;;
  *) if ! command -v -- "$1" >/dev/null || { [ -f "$1" ] && [ ! -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
