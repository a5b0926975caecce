#!/bin/sh
# The default site listens on IPv6 too, where the host has it and nobody has changed the file.
conf=/etc/nginx/conf.d/default.conf
[ -f /proc/net/if_inet6 ] && [ -w "$conf" ] && ! grep -q 'listen  *\[::\]' "$conf" || exit 0
grep -q '^# The default site' "$conf" || exit 0
sed -i 's/^\( *\)listen 80;/\1listen 80;\n\1listen [::]:80;/' "$conf"
