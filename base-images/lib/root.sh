# A root directory that packages are installed into. Runs in a mount namespace of its own: whatever is mounted here
# disappears with the process, also when that is killed.

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
security_mirror=${DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
suite=trixie

sources() {
  local keyring='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  echo "deb $keyring $mirror $suite main"
  echo "deb $keyring $mirror $suite-updates main"
  echo "deb $keyring $security_mirror $suite-security main"
}

# Devices, /proc and the host's resolver, and the package lists and archives that all recipes share.
mount_root() {
  local device
  mount -t tmpfs -o mode=755 none "$root/dev"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mount -t proc none "$root/proc"
  mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial"
  mount --bind "$cache/apt/lists" "$root/var/lib/apt/lists"
  mount --bind "$cache/apt/archives" "$root/var/cache/apt/archives"
  mount -t tmpfs none "$root/var/log"
}

in_root() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} chroot "$root" "$@"
}

apt_get() { in_root apt-get -qq -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 -o DPkg::Options::=--force-unsafe-io -o Acquire::Retries=3 "$@"; }

# Package lists are fetched once an hour, not once per image.
refresh_lists() {
  [ -z "$(find "$cache/apt/lists.fresh" -mmin -60 2>/dev/null)" ] || return 0
  apt_get update
  touch "$cache/apt/lists.fresh"
}

# Services are not started while packages are installed: this is an image, not a machine.
install() {
  refresh_lists
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  apt_get install --yes --no-install-recommends "$@"
  rm "$root/usr/sbin/policy-rc.d"
}

package_version() { in_root dpkg-query -W -f '${Version}' "$1" | sed 's/^[0-9]*://; s/[-+].*//'; }

# What installing leaves behind and no container wants.
tidy_root() {
  rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/ldconfig/aux-cache "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old \
    "$root"/etc/{passwd,group,shadow,gshadow}- "$root"/root/.npm "$root"/tmp/*
}
