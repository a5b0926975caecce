# node:24-trixie-slim: Node's own binary from the npm package `node`, npm beside it, and the user `node` (1000).
image=node:24-trixie-slim
base=debian
node_major=24
npm_version=11.21.2

contents() {
  local packages=$work/npm
  mkdir -p "$root/usr/local/bin" "$packages"
  node_binary "$packages"
  npm install --silent --no-fund --no-audit --global --prefix "$packages/global" "npm@$npm_version"
  cp -r "$packages/global/lib" "$root/usr/local/"
  chown -R 0:0 "$root/usr/local/lib/node_modules"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  ln -s node "$root/usr/local/bin/nodejs"
  rm -rf "$root"/usr/local/lib/node_modules/npm/{docs,man}
  in_root groupadd --gid 1000 node
  in_root useradd --uid 1000 --gid node --shell /bin/bash --create-home node
  node_version=$(in_root node --version)
}

# From the checkout's own node_modules where that has the right one, from the registry otherwise.
node_binary() {
  local own=$here/../node_modules/node/bin/node
  if [[ $("$own" --version 2>/dev/null) != v$node_major.* ]]; then
    npm install --silent --no-fund --no-audit --prefix "$1/node" "node-$(node_platform)@$node_major"
    own=$1/node/node_modules/node-$(node_platform)/bin/node
  fi
  cp "$own" "$root/usr/local/bin/node"
  chmod 755 "$root/usr/local/bin/node"
}

node_platform() {
  case $(dpkg --print-architecture) in
    amd64) echo linux-x64 ;;
    arm64) echo linux-arm64 ;;
    *) fail "no Node binary for $(dpkg --print-architecture)" ;;
  esac
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","NODE_VERSION=${node_version#v}"],
 "Entrypoint":["docker-entrypoint.sh"],
 "Cmd":["node"],
 "Labels":$(labels "${node_version#v}")}
JSON
}
