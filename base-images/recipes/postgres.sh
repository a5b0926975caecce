# postgres:17-trixie: Debian's PostgreSQL 17 with the user, directories and environment of the official image.
image=postgres:17-trixie
base=debian
major=17

contents() {
  in_root groupadd --system --gid 999 postgres
  in_root useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql --shell /bin/bash postgres
  without_jit
  mkdir -p "$root/etc/postgresql-common"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
  install "postgresql-$major" libnss-wrapper locales xz-utils zstd
  in_root localedef --inputfile=en_US --charmap=UTF-8 en_US.UTF-8
  echo "listen_addresses = '*'" >>"$root/usr/share/postgresql/$major/postgresql.conf.sample"
  in_root install --directory --owner=postgres --group=postgres --mode=1777 /var/lib/postgresql/data
  in_root install --directory --owner=postgres --group=postgres --mode=3777 /var/run/postgresql
  mkdir -p "$root/docker-entrypoint-initdb.d"
  postgres_version=$(package_version "postgresql-$major")
}

# Compiling queries to machine code needs 150 MB of LLVM; the server notices that it is not there and does without.
without_jit() {
  cat >"$root/etc/dpkg/dpkg.cfg.d/without-jit" <<CFG
path-exclude=/usr/lib/*/libLLVM*
path-exclude=/usr/lib/llvm-*
path-exclude=/usr/lib/*/libz3*
path-exclude=/usr/lib/postgresql/$major/lib/llvmjit*
path-exclude=/usr/lib/postgresql/$major/lib/bitcode/*
CFG
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$major/bin","LANG=en_US.utf8",
   "PG_MAJOR=$major","PG_VERSION=$postgres_version","PGDATA=/var/lib/postgresql/data"],
 "ExposedPorts":{"5432/tcp":{}},
 "Volumes":{"/var/lib/postgresql/data":{}},
 "Entrypoint":["docker-entrypoint.sh"],
 "Cmd":["postgres"],
 "StopSignal":"SIGINT",
 "Labels":$(labels "$postgres_version")}
JSON
}
