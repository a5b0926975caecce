# One layer: what a recipe adds to its base, as a tar of the changes.

# make_layer NAME DIR: writes DIR/{layer.tar,config.json,created,below,log} and, last, DIR/diff-id.
make_layer() {
  export here cache
  unshare --mount --propagation private bash -c '
    set -euo pipefail
    fail() { echo "base-images: $*" >&2; exit 1; }
    for part in recipe root layer; do . "$here/lib/$part.sh"; done
    fill_layer "$@"' layer "$1" "$2" >"$2/log" 2>&1
}

fill_layer() {
  local name=$1 dir=$2 work=$2/work
  . "$here/recipes/$name.sh"
  mkdir "$work"
  mount -t tmpfs -o mode=755,size=4g none "$work"
  mkdir "$work"/{base,upper,overlay,root}
  root=$work/root upper=$work/root
  [ -z "$base" ] || stand_on_base
  [ ! -d "$here/files/$name" ] || cp -r "$here/files/$name/." "$root/"
  contents
  date -u +%Y-%m-%dT%H:%M:%SZ >"$dir/created"
  config >"$dir/config.json"
  tidy_root
  [ -z "$base" ] || umount --recursive "$root"
  pack
  umount "$work" && rmdir "$work"
}

# The base's layer below, an overlay's upper directory to catch the changes.
stand_on_base() {
  tar -xf "$cache/$base-$(recipe_key "$base")/layer.tar" -C "$work/base" --numeric-owner --xattrs --xattrs-include='*'
  mount -t overlay -o "lowerdir=$work/base,upperdir=$work/upper,workdir=$work/overlay" none "$root"
  upper=$work/upper
  mount_root
}

# Overlayfs marks a deletion by a 0:0 device; in an image's layer it is an empty file named .wh.NAME.
pack() {
  local deleted
  while IFS= read -r -d '' deleted; do
    rm "$deleted" && touch "${deleted%/*}/.wh.${deleted##*/}"
  done < <(find "$upper" -type c -print0)
  tar -C "$upper" --sort=name --numeric-owner --xattrs --xattrs-include='security.*' --format=posix --pax-option=delete=atime,delete=ctime \
    --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --transform='s,^\./,,' -cf "$dir/layer.tar" .
  below "$name" >"$dir/below"
  sha256sum "$dir/layer.tar" | cut -d' ' -f1 >"$dir/diff-id"
}

# The diff id of the layer that NAME's layer lies on; empty for one that lies on nothing.
below() {
  local base; base=$(recipe_base "$1")
  [ -z "$base" ] || cat "$cache/$base-$(recipe_key "$base")/diff-id"
}
