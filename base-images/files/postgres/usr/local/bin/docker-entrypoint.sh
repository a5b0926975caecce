#!/bin/bash
# Makes a cluster in $PGDATA at the first start, with the user, password and database that the environment names, runs what lies in
# /docker-entrypoint-initdb.d, then becomes the server. As root it prepares the directories and goes on as the user postgres.
set -euo pipefail

main() {
  [[ ${1:-postgres} != -* ]] || set -- postgres "$@"
  if [ "${1:-}" = postgres ] && ! wants_help "$@"; then
    prepare_directories
    [ "$(id -u)" != 0 ] || exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
    read_settings
    if [ -s "$PGDATA/PG_VERSION" ]; then
      printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
    else
      make_cluster "$@"
      printf '\nPostgreSQL init process complete; ready for start up.\n\n'
    fi
    unset POSTGRES_PASSWORD
  fi
  exec "$@"
}

wants_help() {
  local word
  for word; do
    case $word in -'?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

prepare_directories() {
  mkdir -p "$PGDATA" /var/run/postgresql 2>/dev/null || true
  chmod 00700 "$PGDATA" 2>/dev/null || true
  chmod 03775 /var/run/postgresql 2>/dev/null || true
  [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || { mkdir -p "$POSTGRES_INITDB_WALDIR" && chmod 700 "$POSTGRES_INITDB_WALDIR"; }
  [ "$(id -u)" = 0 ] || return 0
  find "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} /var/run/postgresql ! -user postgres -exec chown postgres {} +
}

# from_file NAME [DEFAULT]: NAME itself, or the contents of the file that NAME_FILE names.
from_file() {
  local name=$1 file=$1_FILE
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
    echo >&2 "error: both $name and $file are set (but are exclusive)"
    exit 1
  fi
  if [ -n "${!file:-}" ]; then export "$name"="$(<"${!file}")"; else export "$name"="${!name:-${2:-}}"; fi
  unset "$file"
}

read_settings() {
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

make_cluster() {
  check_password
  # Without this line `find` or `cat` below would be the one to say that the directory cannot be read.
  ls /docker-entrypoint-initdb.d/ >/dev/null
  run_initdb
  echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption)}" >>"$PGDATA/pg_hba.conf"
  # Only local connections, by socket, until everything is in place.
  set -- "${@:2}" -c listen_addresses= -p "${PGPORT:-5432}"
  PGUSER=$POSTGRES_USER pg_ctl --pgdata="$PGDATA" --options="$(printf '%q ' "$@")" --wait start
  create_database
  local file
  for file in /docker-entrypoint-initdb.d/*; do run_init_file "$file"; done
  PGUSER=$POSTGRES_USER pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
}

check_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.
TEXT
    exit 1
  fi
  [ "$POSTGRES_HOST_AUTH_METHOD" != trust ] || echo >&2 'WARNING: POSTGRES_HOST_AUTH_METHOD is "trust": anyone who reaches the port may enter, with any password.'
}

# initdb wants a name for its user id; an arbitrary --user gets one for as long as it runs.
run_initdb() {
  local library names=()
  if ! getent passwd "$(id -u)" >/dev/null; then
    library=$(find /usr/lib -name libnss_wrapper.so -print -quit)
    printf 'postgres:x:%s:%s:PostgreSQL:%s:/bin/false\n' "$(id -u)" "$(id -g)" "$PGDATA" >/tmp/passwd
    printf 'postgres:x:%s:\n' "$(id -g)" >/tmp/group
    names=(env LD_PRELOAD="$library" NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/tmp/group)
  fi
  eval "arguments=($POSTGRES_INITDB_ARGS)"
  "${names[@]}" initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    ${POSTGRES_INITDB_WALDIR:+--waldir="$POSTGRES_INITDB_WALDIR"} "${arguments[@]}"
}

sql() { PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password "$@"; }

create_database() {
  [ "$POSTGRES_DB" != postgres ] || return 0
  sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
}

run_init_file() {
  local into=(sql --dbname "$POSTGRES_DB")
  case $1 in
    *.sh)
      echo "$0: running $1"
      # shellcheck source=/dev/null
      if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
    *.sql) echo "$0: running $1"; "${into[@]}" <"$1" ;;
    *.sql.gz) echo "$0: running $1"; gunzip -c "$1" | "${into[@]}" ;;
    *.sql.xz) echo "$0: running $1"; xzcat "$1" | "${into[@]}" ;;
    *.sql.zst) echo "$0: running $1"; zstd -dc "$1" | "${into[@]}" ;;
    */'*') ;;
    *) echo "$0: ignoring $1" ;;
  esac
}

main "$@"
