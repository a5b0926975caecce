export { openVolumes } from './open-volumes.ts';
export type { MountedVolume, VolumeCreateRequest, VolumeReferences, VolumeResource, VolumeStore } from './types.ts';
