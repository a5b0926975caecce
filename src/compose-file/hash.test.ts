import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkHash, serviceHash, volumeHash } from './hash.ts';
import { loadProject } from './load/load-project.ts';
import { memoryFiles } from './load/memory-files.ts';

/** Attributes of a service with the image busybox, and what `docker compose config --hash` of Compose 2.40.3 says of it. */
const hashes: readonly (readonly [readonly string[], string])[] = [
  [['init: false', 'attach: false'], 'c9f472a868d26f305585fbf47cc07d80558c027e99501b791d0efd889e4bb2ed'],
  [['deploy: {}'], '3494957511a9b091d7f90aa251b1bdfd2e7808316404a558b50731a407bcf780'],
  [['deploy: {replicas: 3}'], '3494957511a9b091d7f90aa251b1bdfd2e7808316404a558b50731a407bcf780'],
  [["deploy: {resources: {limits: {cpus: '0.1', memory: 1g}}}"], 'cc2c28f47b692419d1e123abd3af1c834e89928b024a72ea221a9a4d1c62d93b'],
  [
    [
      "networks: {default: {aliases: [x], priority: 10, gw_priority: 3, mac_address: '02:42:ac:11:00:02', link_local_ips: [1.2.3.4], ipv6_address: '::1', interface_name: eth5, driver_opts: {a: 1}}}",
    ],
    '6f103fd3b24959717855948f5be1d1b73a5f7784d44b33b0984046c2e8540ff3',
  ],
  [['command: echo "<a> & b"'], 'f26fe3dd9f3dc223eec4bfc2c014ef7f1db825a0b5ff10185ea34520a0562a1a'],
  [['healthcheck: {disable: true}'], 'cf621bfd67b6130be5e846e83c6b9e0fd9a2f2edfee29570ca6a1d31e54e95d9'],
  [['healthcheck: {test: NONE, start_interval: 1s, start_period: 3s, retries: 0}'], '2459cb71132a3ab7de8def64eaf929d5884eeec4d9ebbac05ed5f940b172dade'],
  [['mem_swappiness: 10', 'memswap_limit: 1g'], '4552c033e78c34c809cff42d86faa43edec645478ba6f04a56e0810b6fa43870'],
  [
    ['volumes: [{type: volume, target: /x, volume: {nocopy: true, subpath: a, labels: {z: 1}}}]'],
    'e5559886a14697106f37da259082817b791ebc0c2d0716cc245a316555d82e03',
  ],
  [['volumes: [{type: image, source: busybox, target: /x, image: {subpath: a}}]'], '378e1fcf686ec4e5d8cf3cf3f4d38241acf4330799552f2fd17d880a43077ec7'],
  [["volumes: ['/tmp/a:/b:ro,rslave,z']"], '38fa510d7782a9c16968d05d360007a3b28b67157895c1e37db98f0f0e19c475'],
  [
    ['develop: {watch: [{path: /x, action: sync+exec, target: /y, exec: {command: ls}, include: [a], ignore: [b], initial_sync: true}]}'],
    'd7cee71b89e5b5ca3c385a9e427f9a118369d70e71ac7ea23499e99eb71b26b6',
  ],
  [['gpus: all'], '16a24f9bc455937e294ff0138083684738b8949b2a5653f2eaecc26e4efc466c'],
  [["gpus: [{driver: nvidia, device_ids: ['0'], capabilities: [gpu], options: {a: b}}]"], 'f41771005e39e9257f94e3d67f79fdc24d230cddceb70817a187473da01d2243'],
  [
    ['post_start: [{command: [a], user: b, privileged: true, working_dir: /, environment: [A=1]}]'],
    '3cce0e43441fb87a335cbb96017ebfe18084dee6fd36e3ffe2f4a23a5d06818f',
  ],
  [['pre_stop: [{command: a}]'], '67a902c590ab25dbf151fedcc32692415ace5280390b4fa1f6c6e9ad68184f59'],
  [['dns_search: []', 'cap_add: []'], '2afd7866203dca40993313263173003833e9de9c3ad83f2f59484e32a5605234'],
  [['environment: []'], '2afd7866203dca40993313263173003833e9de9c3ad83f2f59484e32a5605234'],
  [["environment: {A: '', B: }"], '2bbb794375af35052e2e3fc663c77793c5bd584689f63815f6792744f336fb6d'],
  [['blkio_config: {weight: 10, device_write_iops: [{path: /dev/x, rate: 5}]}'], 'c8d7110ec744e3409b203b8fcdd754608eb53150d03850ac7c7cb468f302c8f4'],
  [
    ['cpu_shares: 5', 'cpuset: 0,1', 'cpu_quota: 5000', 'cpu_period: 10000', 'cpu_count: 2', 'cpu_percent: 50', 'cpu_rt_period: 3', 'cpu_rt_runtime: 4'],
    '5da6626d2cabcfef9942b12a71b4687ac9ac3407d183799c2ac394bf7321704d',
  ],
  [
    ['cgroup: host', 'cgroup_parent: x', 'userns_mode: host', 'uts: host', 'ipc: host', 'pid: host', 'isolation: default', 'runtime: runc'],
    '07bcd40ed694633a524a037efc930dda77fe225e33e01b01f646607b28995084',
  ],
  [["extra_hosts: ['b:1.1.1.1', 'a=2.2.2.2', 'v6=[::1]', 'a=3.3.3.3']"], '0d697746f576e6dea8763f06caf89a2f551195ab82f13e33fa925709cf4988d8'],
  [['credential_spec: {file: x}'], '7bf1f209d5cb4bcc09d87646a5996fa963f4c221d05c285879a4dee89478036d'],
  [
    ['storage_opt: {size: 1}', 'domainname: d', 'hostname: h', "mac_address: '02:42:ac:11:00:02'"],
    '427270d0929234653b233dcc0eff88007288159691da2e76296467c1066fb888',
  ],
  [
    ["ports: ['127.0.0.1::80', '[::1]:81:81', '3000-3001', '8000-8010:90', {target: 80, published: 81, mode: host, app_protocol: http, name: n}]"],
    '7a4f5e37db4280e11a45c0add82179df506fe379884efb4f67bdbab71be2aea1',
  ],
  [
    [
      'deploy: {mode: global, labels: {a: b}, endpoint_mode: vip, rollback_config: {parallelism: 0, max_failure_ratio: 0.2, failure_action: pause, monitor: 3s}, placement: {preferences: [{spread: x}], max_replicas_per_node: 2}}',
    ],
    'd01c4bc1d6e426f0d321b3be461c40b975f1463a0c052632eab6b59155d96a8e',
  ],
  [
    ['deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: a, value: 2}}]}}}'],
    '9455d2f0bbde20ee0424e04253433bd8e9676ab8ec6f8d57da2e7da535fed6d6',
  ],
  [['use_api_socket: true'], '409e1a326b7e9c5c3de5e9c9f6eb9502fd3400aa86d9e74589d7d1de311c77d2'],
  [['logging: {}'], '084c97bd8a56307d336d04c21b59f317dd3b66527199597a8dcda4b3288b0ea1'],
  [['logging: {driver: none}'], 'e69250c7cc2ee4fc16f86e1f1df4307fd348841b7e704754ded3af6c1c9c4435'],
  [
    [
      'stop_grace_period: 0s',
      'stop_signal: SIGINT',
      'tty: true',
      'stdin_open: true',
      'privileged: true',
      'working_dir: /x',
      'oom_kill_disable: true',
      'oom_score_adj: -5',
    ],
    '39c7fe6dd30668ed6f7bab2f3eaee06d69047a8c809b7e008b4ea9375f6d551b',
  ],
  [
    [
      "labels: ['a=b', c]",
      'label_file: []',
      "annotations: ['x=y']",
      'sysctls: {a: 1}',
      "device_cgroup_rules: ['c 1:3 mr']",
      'external_links: [x]',
      "volumes_from: ['container:x']",
    ],
    'fdfa5954521a4bcaadd914aa71c54ed0e1ced1f586beeddca904b002e59fe59b',
  ],
  [
    ["tmpfs: ['/a:size=1m', /b]", 'dns: [1.1.1.1]', 'dns_opt: [x]', 'group_add: [1]', "security_opt: ['seccomp:unconfined']", 'cpus: 0.3'],
    '4e7c7149e39f8155dac04ee3e56616c0f079f566f8a3e92c0c07eee1b75e96cf',
  ],
  [
    [
      "restart: 'no'",
      'profiles: []',
      'pull_policy: always',
      'platform: linux/amd64',
      'container_name: abc',
      'shm_size: 1.5gb',
      'mem_reservation: 10k',
      'pids_limit: -1',
    ],
    'a89f8b25a95351f21b069004d827f0f2c5cb489ea79ca33d6e5e832b263f038b',
  ],
  [["devices: ['/dev/x', '/dev/a:/dev/b:r', 'vendor.com/class=dev']"], '24157ca933c078c3364d1b9889927459eb6e3581ec9240fe417544ce931969a4'],
  [['provider: {type: aws, options: {a: b, c: [1, 2]}}'], '0bd5f5decfb5c5cbf68af5439e54cfe6192d08746d9e36d5c154233505b22ccf'],
  [
    ['environment: {A: 0x10, B: 0o17, C: 1e3, D: 12345678901234567890, E: 1.10, F: true, G: ~, H: "a$$b"}'],
    'f0ed6d64d795061bfa166bc36ca893342010d0ffde0e5dddc18bc2c91c3a11f6',
  ],
];

test('a service has the hash that Docker Compose gives it', () => {
  for (const [attributes, expected] of hashes) {
    const text = `name: h\nservices:\n  s:\n    image: busybox\n${attributes.map((line) => `    ${line}\n`).join('')}`;
    const project = loadProject({ workingDir: '/p', env: { HOME: '/root' }, files: ['/p/compose.yaml'], source: memoryFiles({ '/p/compose.yaml': text }) });
    const service = project.services['s'];
    assert.ok(service);
    assert.equal(serviceHash(service), expected, attributes.join('; '));
  }
});

test('scale, build, dependencies and profiles do not change the hash', () => {
  const hashOf = (text: string): string | undefined => {
    const project = loadProject({
      workingDir: '/p',
      env: {},
      files: ['/p/c.yaml'],
      source: memoryFiles({ '/p/c.yaml': `services: {s: {image: x, ${text}}, t: {image: y}}` }),
    });
    return project.services['s'] && serviceHash(project.services['s']);
  };
  assert.equal(hashOf('build: ., scale: 3, depends_on: [t], pull_policy: always'), hashOf(''));
  assert.notEqual(hashOf('init: true'), hashOf(''));
});

test('networks and volumes have the hashes that Docker Compose gives them', () => {
  assert.equal(networkHash({ name: 'cab_default' }), '2a87de5b1baba001e33cb9cc1b45f9be6af497ffbaad8504d426abd1519dea8b');
  assert.equal(volumeHash({ name: 'cup1_data' }), 'b9a4b280a7bd16ea03df0f76308567b05bf6b42a2fb9c6bb2349118b760e3f07');
});
