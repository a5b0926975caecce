import { EngineError } from '../../base/index.ts';
import type { ErrorCode } from '../../base/index.ts';
import { readBody } from './http-call.ts';
import type { HttpAnswer } from './http-call.ts';

/** An error as registries send it. Source: OCI distribution-spec, "Error Codes". */
export interface WireError {
  readonly code: string;
  readonly message: string;
}

/** The EngineError of a refusal: text "manifest unknown: manifest unknown", `details.code` "MANIFEST_UNKNOWN". Reads the body. */
export async function refusalOf(answer: HttpAnswer): Promise<EngineError> {
  const body = (await readBody(answer, 1 << 20)).toString('utf8');
  const [first, ...rest] = parseErrors(body);
  if (!first) return new EngineError(kindOf(answer.status), statusText(answer, body), { details: { status: answer.status } });
  const message = [first, ...rest].map(describe).join('\n');
  return new EngineError(kindOf(answer.status), message, { details: { status: answer.status, code: first.code } });
}

/** The body of an error answer: {"errors": [{"code", "message"}]}; token servers write {"details": "…"}. */
export function parseErrors(body: string): readonly WireError[] {
  try {
    const json = JSON.parse(body) as { errors?: readonly { code?: unknown; message?: unknown }[] };
    return (json.errors ?? []).map(({ code, message }) => ({ code: textOr(code, 'UNKNOWN'), message: textOr(message, '') }));
  } catch {
    return [];
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function describe({ code, message }: WireError): string {
  const name = code.toLowerCase().replaceAll('_', ' ');
  return message === '' ? name : `${name}: ${message}`;
}

function kindOf(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 400 || status === 405 || status === 416) return 'INVALID_ARGUMENT';
  return 'UNAVAILABLE';
}

function statusText(answer: HttpAnswer, body: string): string {
  if (answer.status === 401) return 'unauthorized: authentication required';
  if (answer.status === 403) return 'denied: requested access to the resource is denied';
  if (answer.status === 429) return 'toomanyrequests: too many requests to registry';
  return `received unexpected HTTP status: ${answer.status} from ${answer.url.href}${body ? `: ${body.trim().slice(0, 200)}` : ''}`;
}
