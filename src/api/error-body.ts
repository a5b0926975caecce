/** The body of every answer with a status of 400 and above. */
export interface ErrorBody {
  readonly message: string;
}

/** The message in an error body, or the text itself when it is none (a proxy's page). */
export function errorMessage(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return body.trim();
}
