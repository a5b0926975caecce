import type { ProgressMessage } from './types.ts';

/** Time between two messages about the same bytes. */
const intervalMs = 100;

/** Sends how far some bytes are as Docker does, not more often than ten times a second; the last one always. */
export function byteProgress(
  send: ((message: ProgressMessage) => void) | undefined,
  line: { readonly id: string; readonly status: string; readonly totalBytes: number },
): (current: number) => void {
  let last = -Infinity;
  return (current) => {
    const now = performance.now();
    if (!send || (now - last < intervalMs && current < line.totalBytes)) return;
    last = now;
    send(progressLine(line, current));
  };
}

/** One message with bar and figures. */
export function progressLine(
  { id, status, totalBytes }: { readonly id: string; readonly status: string; readonly totalBytes: number },
  current: number,
): ProgressMessage {
  const progressDetail = { current, ...(totalBytes > 0 && { total: totalBytes }) };
  return { status, progressDetail, progress: progressBar(current, totalBytes), id };
}

/** A message about a layer without figures; Docker sends an empty detail along. */
export function layerStatus(id: string, status: string): ProgressMessage {
  return { status, progressDetail: {}, id };
}

/** "[=====>          ]  1.5MB/10MB", 50 characters wide. Source: moby pkg/jsonmessage. */
export function progressBar(current: number, total: number): string {
  if (total <= 0) return humanSize(current).padStart(8);
  const percent = Math.min(50, Math.floor(((current / total) * 100) / 2));
  const bar = percent < 50 ? `${'='.repeat(percent)}>${' '.repeat(50 - percent)}` : '='.repeat(percent) + '>';
  return `[${bar}]  ${humanSize(current).padStart(7)}/${humanSize(Math.max(current, total))}`;
}

/** Four digits with a decimal unit: "1.983MB". Source: docker/go-units HumanSize. */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}
