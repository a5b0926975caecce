import type { Client, Query } from '../../client/index.ts';

/** The engine's answer to a GET as the text it sent, so that inspect shows every field and number as it is. */
export async function rawJson(client: Client, path: string, query: Query = {}): Promise<string> {
  const { body } = await client.connection.call('GET', path, { query });
  return (await body.text()).trim();
}
