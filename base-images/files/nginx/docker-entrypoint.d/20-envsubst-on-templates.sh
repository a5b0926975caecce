#!/bin/sh
# /etc/nginx/templates/NAME.template becomes /etc/nginx/conf.d/NAME, with the variables of the environment filled in.
set -e
templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
out=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0
[ -w "$out" ] || { echo "$0: ERROR: $templates exists, but $out is not writable"; exit 0; }
# Only names that the environment has: nginx's own $variables stay as they are.
names=$(awk -v filter="${NGINX_ENVSUBST_FILTER:-}" 'BEGIN { for (name in ENVIRON) if (name ~ filter) printf "${%s} ", name }')
find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
  file=$out/${template#"$templates/"}
  file=${file%"$suffix"}
  mkdir -p "$(dirname "$file")"
  [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: Running envsubst on $template to $file"
  envsubst "$names" <"$template" >"$file"
done
