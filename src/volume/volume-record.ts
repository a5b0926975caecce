/** A volume as the state keeps it, kind "volume", under its name. */
export interface VolumeRecord {
  name: string;
  driver: string;
  /** RFC 3339. */
  created: string;
  labels: Record<string, string> | null;
  options: Record<string, string> | null;
  anonymous: boolean;
  /** Image content is being copied in; a copy that was cut short is begun anew. */
  filling?: boolean;
}
