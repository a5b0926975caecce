# python:3.13-slim-trixie: Debian's Python under the names and with the pip that the official image has.
image=python:3.13-slim-trixie
base=debian

contents() {
  install python3 python3-pip ca-certificates netbase tzdata
  local name
  for name in python3 python3.13 pip3; do ln -s "/usr/bin/$name" "$root/usr/local/bin/$name"; done
  ln -s python3 "$root/usr/local/bin/python"
  ln -s pip3 "$root/usr/local/bin/pip"
  # Debian forbids pip outside a virtual environment; in an image made for one application the official one allows it.
  rm -f "$root/usr/lib/python3.13/EXTERNALLY-MANAGED"
  find "$root/usr/lib/python3" "$root/usr/lib/python3.13" -name __pycache__ -prune -exec rm -rf {} +
  python_version=$(package_version python3)
}

config() {
  cat <<JSON
{"Env":["PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin","LANG=C.UTF-8","PYTHON_VERSION=$python_version"],
 "Cmd":["python3"],
 "Labels":$(labels "$python_version")}
JSON
}
