/** True for what Docker Compose would fetch: "oci://…", "https://…", "git@…". Nothing is fetched here, so nothing of a stranger is written (CVE-2025-62725). */
export function isRemote(path: string): boolean {
  return /^(?:oci|https?|git|ssh):\/\/|^git@/.test(path);
}

/** What is said of such a path. */
export function remoteProblem(path: string): string {
  return `remote files are not supported: "${path}"; fetch it and name the file`;
}
