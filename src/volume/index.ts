export type { MountedVolume, VolumeCreateRequest, VolumeFilters, VolumeReferences, VolumeResource, VolumeStore } from './types.ts';
