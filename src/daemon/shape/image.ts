import { atLeast } from '../../api/index.ts';

/** An image of inspect or list as clients of `version` know it. Source: version history of the Engine API. */
export function shapeImage(value: object, version: string): Record<string, unknown> {
  const image = { ...value } as Record<string, unknown>;
  if (!atLeast(version, '1.44')) image['VirtualSize'] = image['Size'];
  if (!atLeast(version, '1.45') && 'RootFS' in image) image['ContainerConfig'] = noContainerConfig;
  return image;
}

/** The config of the container that an image was committed from; builds have left it empty since BuildKit. */
const noContainerConfig = {
  Hostname: '',
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: null,
};
