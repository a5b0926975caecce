import { readFileSync } from 'node:fs';

/** How this host mounts its control groups. */
export interface CgroupHost {
  /** 1 when at least one controller that matters lives in a v1 hierarchy, as Docker reports it in `info`. */
  readonly version: 1 | 2;
  /** v1: mount point of each controller. v2: empty. */
  readonly controllers: ReadonlyMap<string, string>;
  /** Mount point of the v2 hierarchy, if there is one. */
  readonly unified: string | undefined;
  /** A v1 host that has handed controllers to its v2 hierarchy: crun refuses to work there unless that mount is out of its sight. */
  readonly hybrid: boolean;
}

let host: CgroupHost | undefined;

/** Read once: mounts of control groups do not change while a host runs. */
export function cgroupHost(): CgroupHost {
  host ??= readHost(readFileSync('/proc/self/mountinfo', 'utf8'), readOptional);
  return host;
}

/** The pure part of `cgroupHost`: the text of /proc/self/mountinfo, and a reader for `cgroup.controllers`. */
export function readHost(mountinfo: string, read: (path: string) => string): CgroupHost {
  const controllers = new Map<string, string>();
  let unified: string | undefined;
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const mountPoint = left.split(' ')[4] ?? '';
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') unified ??= mountPoint;
    if (type === 'cgroup') for (const name of options.split(',')) if (!controllers.has(name)) controllers.set(name, mountPoint);
  }
  const version = controllers.has('memory') || controllers.has('cpu') || controllers.has('pids') ? 1 : 2;
  const hybrid = version === 1 && unified !== undefined && read(`${unified}/cgroup.controllers`).trim() !== '';
  return { version, controllers: version === 1 ? controllers : new Map(), unified, hybrid };
}

/** Directory of a control group: of one controller on v1, the only one on v2. Undefined when the host lacks the controller. */
export function cgroupDir(path: string, controller: string, from: CgroupHost = cgroupHost()): string | undefined {
  const root = from.version === 2 ? from.unified : from.controllers.get(controller);
  return root === undefined ? undefined : `${root}${path}`;
}

/** The v1 directories of a control group, one per hierarchy; none on a v2 host, or where hierarchies are mounted elsewhere than usual. */
export function cgroupV1Dirs(path: string, from: CgroupHost = cgroupHost()): string[] {
  const roots = [...new Set(from.controllers.values())];
  return roots.every((root) => root.startsWith('/sys/fs/cgroup/')) ? roots.map((root) => `${root}${path}`) : [];
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not a hierarchy this kernel fills in: same as empty
  }
}
