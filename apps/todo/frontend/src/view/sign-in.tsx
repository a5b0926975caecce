import { useSignal } from '@preact/signals';
import { ApiError, call } from '../store/api.ts';
import { makePasskeyAccount, passkeysWork, signInWithPasskey } from '../store/passkey.ts';
import { account, connection } from '../store/state.ts';
import { forgetEverything, synchronise } from '../store/sync.ts';

type Way = 'sign-in' | 'register' | 'passkey-sign-in' | 'passkey-register';

export function SignIn() {
  const failure = useSignal('');
  const submit = async (way: Way, form: HTMLFormElement) => {
    failure.value = '';
    try {
      const who = await enter(way, form);
      if (who === undefined) return;
      connection.value = 'starting';
      await synchronise();
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof DOMException)) throw error;
      failure.value = error.message;
    }
  };
  return (
    <main class="sign-in">
      <h1>Todo</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit((event.submitter?.getAttribute('value') ?? 'sign-in') as Way, event.currentTarget);
        }}
      >
        <label>
          Name
          <input name="name" autocomplete="username webauthn" required maxLength={100} />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required minLength={10} maxLength={200} />
        </label>
        <p role="alert" class="failure">
          {failure.value}
        </p>
        <div class="buttons">
          <button type="submit" class="primary" value="sign-in">
            Sign in
          </button>
          <button type="submit" value="register">
            Make an account
          </button>
        </div>
        {passkeysWork && (
          <div class="buttons">
            <button type="submit" formNoValidate value="passkey-sign-in">
              Sign in with a passkey
            </button>
            <button type="submit" formNoValidate value="passkey-register">
              Make an account with a passkey
            </button>
          </div>
        )}
      </form>
    </main>
  );
}

async function enter(way: Way, form: HTMLFormElement): Promise<{ name: string } | undefined> {
  const { name = '', password } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  switch (way) {
    case 'sign-in':
      return await call('POST', '/session', { body: { name, password } });
    case 'register':
      return await call('POST', '/accounts', { body: { name, password } });
    case 'passkey-sign-in':
      return await signInWithPasskey();
    case 'passkey-register':
      return await makePasskeyAccount(name);
  }
}

export async function signOut(): Promise<void> {
  await call('DELETE', '/session');
  await forgetEverything();
  account.value = null;
  connection.value = 'signed-out';
}
