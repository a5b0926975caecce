import { call } from './api.ts';

/** Whether this browser keeps passkeys, and this address is one that they can be bound to. */
export const passkeysWork = typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential && isSecureContext;

interface Who {
  name: string;
}

/** The person confirms on their device; undefined when they change their mind. @throws ApiError */
export async function makePasskeyAccount(name: string): Promise<Who | undefined> {
  const options = await call<PublicKeyCredentialCreationOptionsJSON>('POST', '/passkeys/options', { body: { name } });
  const answer = await confirmed(() => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }));
  return answer && (await call<Who>('POST', '/passkeys', { body: { name, answer } }));
}

/** The device knows whose passkey it is; no name is asked for. @throws ApiError */
export async function signInWithPasskey(): Promise<Who | undefined> {
  const options = await call<PublicKeyCredentialRequestOptionsJSON>('POST', '/passkeys/session/options');
  const answer = await confirmed(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
  return answer && (await call<Who>('POST', '/passkeys/session', { body: { answer } }));
}

async function confirmed(ask: () => Promise<Credential | null>): Promise<ReturnType<PublicKeyCredential['toJSON']> | undefined> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? credential.toJSON() : undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return undefined;
    throw error;
  }
}
