/** The answer of calls that make a thing and name it. */
export interface IdResponse {
  readonly Id: string;
}
