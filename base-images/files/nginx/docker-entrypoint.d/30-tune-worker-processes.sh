#!/bin/sh
# As many workers as the container may use processors, on request.
[ -n "${NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE:-}" ] && [ -w /etc/nginx/nginx.conf ] || exit 0
cpus=$(nproc)
if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [ "$quota" != max ]; then
  allowed=$(((quota + period - 1) / period))
  [ "$allowed" -ge "$cpus" ] || cpus=$allowed
fi
sed -i "s/^worker_processes .*/worker_processes $cpus;/" /etc/nginx/nginx.conf
