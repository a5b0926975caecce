export type { MountedVolume, VolumeCreateRequest, VolumeReferences, VolumeResource, VolumeStore } from './types.ts';
