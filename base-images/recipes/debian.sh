# debian:trixie-slim: the packages that every Debian has, apt among them; no manuals, translations or documents but the licences.
image=debian:trixie-slim
base=

contents() {
  sources | mmdebstrap --quiet --variant=minbase --format=directory \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/groff/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' --dpkgopt='path-exclude=/usr/share/linda/*' \
    --aptopt='Acquire::Retries "3"' --aptopt='Apt::AutoRemove::SuggestsImportant "false"' \
    "$suite" "$root" -
  # mmdebstrap copies these two from the host; in a container the engine provides them.
  : >"$root/etc/hostname"
  : >"$root/etc/resolv.conf"
  rm -rf "$root"/var/log/* "$root"/usr/share/{info,locale}
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
 "Cmd":["bash"],
 "Labels":$(labels)}
JSON
}
