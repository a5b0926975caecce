/** When and how the engine asks a container for its health. Durations are nanoseconds; 0 or absent means "inherit", then Docker's default. */
export interface HealthConfig {
  /** `[]` inherits, `["NONE"]` switches off, `["CMD", …]` runs as it is, `["CMD-SHELL", line]` runs in the shell. */
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  /** Time between the checks of the start period; since API 1.44. */
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** What a container is, independent of the host that runs it: the part that an image may set too. */
export interface ContainerConfig {
  readonly Hostname: string;
  readonly Domainname: string;
  /** "user", "uid", "user:group" or "uid:gid"; names are looked up in the container's own files. */
  readonly User: string;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  /** Keys "80/tcp"; the values are empty objects. */
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  /** "NAME=value"; in a create request "NAME" alone removes the image's variable. */
  readonly Env: readonly string[] | null;
  readonly Cmd: readonly string[] | null;
  readonly Healthcheck?: HealthConfig;
  /** Windows only; kept because clients send it. */
  readonly ArgsEscaped?: boolean;
  /** The reference the client used to create the container. */
  readonly Image: string;
  readonly Volumes: Readonly<Record<string, Record<string, never>>> | null;
  readonly WorkingDir: string;
  readonly Entrypoint: readonly string[] | null;
  readonly NetworkDisabled?: boolean;
  /** Deprecated since API 1.44: stands in EndpointSettings. */
  readonly MacAddress?: string;
  readonly OnBuild: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  /** Seconds between the stop signal and SIGKILL; absent means 10, -1 waits for ever. */
  readonly StopTimeout?: number;
  /** The shell of the shell forms of CMD, ENTRYPOINT and HEALTHCHECK. */
  readonly Shell?: readonly string[];
}
