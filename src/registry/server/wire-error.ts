/** Error codes of the protocol with their status. Source: OCI distribution-spec, "Error Codes". */
const statuses = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  RANGE_INVALID: 416,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  PAGINATION_NUMBER_INVALID: 400,
  UNKNOWN: 500,
} as const;

export type WireErrorCode = keyof typeof statuses;

/** A refusal that goes to the client as it is. */
export class RegistryRefusal extends Error {
  readonly code: WireErrorCode;
  readonly status: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: WireErrorCode, message: string, more: { readonly status?: number; readonly detail?: Readonly<Record<string, unknown>> } = {}) {
    super(message);
    this.name = 'RegistryRefusal';
    this.code = code;
    this.status = more.status ?? statuses[code];
    this.detail = more.detail ?? {};
  }

  /** {"errors": [{"code", "message", "detail"}]}. Without detail Docker's client would not read the error as one of a registry. */
  body(): string {
    return JSON.stringify({ errors: [{ code: this.code, message: this.message, detail: this.detail }] });
  }
}
