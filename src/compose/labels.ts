/** Labels by which Docker Compose knows its own, so that it and we can go on with each other's projects. Source: docker/compose pkg/api/labels.go. */
export const label = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  slug: 'com.docker.compose.slug',
  configHash: 'com.docker.compose.config-hash',
  dependsOn: 'com.docker.compose.depends_on',
  image: 'com.docker.compose.image',
  imageBuilder: 'com.docker.compose.image.builder',
  replace: 'com.docker.compose.replace',
  version: 'com.docker.compose.version',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  workingDir: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  environmentFile: 'com.docker.compose.project.environment_file',
  /** Our own: hash of the configs and secrets that were copied into the container. */
  filesHash: 'dev.slipway.compose.files-hash',
  /** Our own: folders of copied files that lie on an anonymous volume, which goes with the container. */
  filesVolumes: 'dev.slipway.compose.files-volumes',
} as const;

/** The generation of Compose's labels that we write. */
export const composeVersion = '2.40.3';
