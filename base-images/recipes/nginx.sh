# nginx:trixie: Debian's nginx, laid out as the official image: /docker-entrypoint.d, templates, conf.d, logs on standard output.
image=nginx:trixie
base=debian

contents() {
  # The image's own configuration is in place already; the package must not ask about it.
  in_root groupadd --system --gid 101 nginx
  in_root useradd --system --uid 101 --gid nginx --home-dir /nonexistent --no-create-home --shell /bin/false nginx
  cp "$root/etc/nginx/nginx.conf" "$work/nginx.conf"
  install nginx gettext-base curl ca-certificates -o DPkg::Options::=--force-confold
  cp "$work/nginx.conf" "$root/etc/nginx/nginx.conf"
  rm -rf "$root"/etc/nginx/{sites-available,sites-enabled,snippets,modules-available,modules-enabled} "$root"/var/www "$root"/usr/share/nginx/html/index.nginx-debian.html
  mkdir -p "$root"/var/cache/nginx "$root"/etc/nginx/templates "$work/log"
  chown -R 101:101 "$root"/var/cache/nginx "$root"/var/lib/nginx
  umount "$root/var/log"
  mkdir -p "$root/var/log/nginx"
  rm -f "$root"/var/log/nginx/*
  ln -s /dev/stdout "$root/var/log/nginx/access.log"
  ln -s /dev/stderr "$root/var/log/nginx/error.log"
  nginx_version=$(package_version nginx)
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","NGINX_VERSION=$nginx_version"],
 "ExposedPorts":{"80/tcp":{}},
 "Entrypoint":["/docker-entrypoint.sh"],
 "Cmd":["nginx","-g","daemon off;"],
 "StopSignal":"SIGQUIT",
 "Labels":$(labels "$nginx_version")}
JSON
}
