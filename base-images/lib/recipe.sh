# What a recipe says. recipes/NAME.sh sets `image`, `base` (a recipe, or empty) and defines
#   contents   fills $root, with `in_root CMD…` and `install PACKAGE…` for what must happen inside it
#   config     prints the image's config object: Env, Entrypoint, Cmd, User, ExposedPorts, Volumes, StopSignal …
# files/NAME/ is copied over the root before `contents` runs.

recipes() { (cd "$here/recipes" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

list_images() {
  local name
  for name in $(recipes); do recipe_image "$name"; done
}

# The recipe that a reference such as "docker.io/library/postgres:17-trixie", "postgres:17" or "postgres" means.
recipe_of() {
  local reference=${1#docker.io/} name
  reference=${reference#library/}
  for name in $(recipes); do
    if [ "$reference" = "$name" ] || [ "$reference" = "$(recipe_image "$name")" ]; then echo "$name"; return; fi
  done
  fail "no recipe for $1; there are: $(list_images | xargs)"
}

recipe_image() { sed -n 's/^image=//p' "$here/recipes/$1.sh"; }
recipe_base() { sed -n 's/^base=//p' "$here/recipes/$1.sh"; }

# Changes when anything that decides the image's contents changes: recipe, files, machinery, base.
recipe_key() {
  local base; base=$(recipe_base "$1")
  {
    cat "$here/recipes/$1.sh" "$here"/lib/{root,layer}.sh
    [ ! -d "$here/files/$1" ] || tar -C "$here/files/$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - .
    [ -z "$base" ] || recipe_key "$base"
    dpkg --print-architecture
  } | sha256sum | cut -c1-16
}

# Every image says what it is, so that nobody takes it for the official one.
labels() {
  printf '{"org.opencontainers.image.title":"%s","org.opencontainers.image.description":"%s","org.opencontainers.image.version":"%s","slipway.stand-in":"true"}' \
    "$image" "Stand-in for the official image $image, built from Debian packages" "${1:-$suite}"
}
