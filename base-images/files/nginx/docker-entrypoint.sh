#!/bin/sh
# Runs what lies in /docker-entrypoint.d before nginx starts: *.envsh is read into this shell, *.sh is run, in order of name.
set -e

say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }

case $1 in
  nginx | nginx-debug)
    for file in /docker-entrypoint.d/*; do
      case $file in
        *.envsh | *.sh) [ -x "$file" ] || { say "Ignoring $file, not executable"; continue; } ;;
        *) say "Ignoring $file"; continue ;;
      esac
      case $file in
        *.envsh) say "Sourcing $file"; . "$file" ;;
        *.sh) say "Launching $file"; "$file" ;;
      esac
    done
    say 'Configuration complete; ready for start up'
    ;;
esac
exec "$@"
