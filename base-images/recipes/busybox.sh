# busybox: one static binary and a link for each of its applets.
image=busybox:latest
base=

contents() {
  mkdir -p "$work/deb" "$root"/{bin,etc,home,root,sbin,usr/bin,usr/sbin,var/spool/mail,dev,proc,sys}
  mkdir -m 1777 "$root/tmp"
  sources | mmdebstrap --quiet --variant=extract --include=busybox-static --format=directory "$suite" "$work/deb" -
  cp "$work/deb/usr/bin/busybox" "$root/bin/busybox"
  local applet
  for applet in $("$root/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln "$root/bin/busybox" "$root/bin/$applet"
  done
  ln -s ../../bin/env "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nwww-data:x:33:\nusers:x:100:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
 "Cmd":["sh"],
 "Labels":$(labels)}
JSON
}
