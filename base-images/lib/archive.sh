# An image as one file: an OCI layout with Docker's manifest.json beside it, as `docker save` writes it today.

# write_archive NAME FILE: the layers of the base come first, so images on the same base share them byte for byte.
write_archive() {
  local name=$1 file=$2 stage chain
  stage=$(mktemp -d "$cache/archive.XXXXXX")
  mkdir -p "$stage/blobs/sha256"
  chain=$(chain_of "$name")
  link_layers
  write_config "$name" | store_blob "$stage/config-digest"
  write_manifest | store_blob "$stage/manifest-digest"
  write_indexes "$(recipe_image "$name")"
  rm "$stage"/*-digest
  tar -C "$stage" --sort=name --numeric-owner --owner=0 --group=0 --mtime=@0 -cf "$file.new" blobs index.json manifest.json oci-layout
  mv "$file.new" "$file"
  rm -r "$stage"
}

# The cache directories of a recipe's layers, bottom first.
chain_of() {
  local base; base=$(recipe_base "$1")
  [ -z "$base" ] || chain_of "$base"
  echo "$cache/$1-$(recipe_key "$1")"
}

link_layers() {
  local dir
  for dir in $chain; do ln "$dir/layer.tar" "$stage/blobs/sha256/$(cat "$dir/diff-id")"; done
}

# Puts standard input among the blobs and its hex digest into the file named.
store_blob() {
  cat >"$stage/blob"
  sha256sum "$stage/blob" | cut -d' ' -f1 >"$1"
  mv "$stage/blob" "$stage/blobs/sha256/$(cat "$1")"
}

# joined TEMPLATE: TEMPLATE once per layer, with DIGEST and SIZE filled in, separated by commas.
joined() {
  local dir digest
  for dir in $chain; do
    digest=$(cat "$dir/diff-id")
    sed "s/DIGEST/$digest/g; s/SIZE/$(stat -c %s "$dir/layer.tar")/g" <<<"$1"
  done | paste -sd,
}

write_config() {
  local dir history=''
  for dir in $chain; do
    history+="${history:+,}{\"created\":\"$(cat "$dir/created")\",\"created_by\":\"base-images/build ${dir##*/}\",\"comment\":\"stand-in from Debian packages\"}"
  done
  printf '{"architecture":"%s","os":"linux","created":"%s","config":%s,"rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}' \
    "$(dpkg --print-architecture)" "$(cat "$dir/created")" "$(tr -d '\n' <"$dir/config.json")" "$(joined '"sha256:DIGEST"')" "$history"
}

descriptor() { printf '{"mediaType":"%s","digest":"sha256:%s","size":%s' "$1" "$2" "$(stat -c %s "$stage/blobs/sha256/$2")"; }

write_manifest() {
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s},"layers":[%s]}' \
    "$(descriptor application/vnd.oci.image.config.v1+json "$(cat "$stage/config-digest")")" \
    "$(joined '{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:DIGEST","size":SIZE}')"
}

write_indexes() {
  local annotations="\"io.containerd.image.name\":\"docker.io/library/$1\",\"org.opencontainers.image.ref.name\":\"${1##*:}\""
  printf '{"imageLayoutVersion":"1.0.0"}' >"$stage/oci-layout"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,"annotations":{%s}}]}' \
    "$(descriptor application/vnd.oci.image.manifest.v1+json "$(cat "$stage/manifest-digest")")" "$annotations" >"$stage/index.json"
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":[%s]}]' \
    "$(cat "$stage/config-digest")" "$1" "$(joined '"blobs\/sha256\/DIGEST"' | sed 's/\\\//\//g')" >"$stage/manifest.json"
}
