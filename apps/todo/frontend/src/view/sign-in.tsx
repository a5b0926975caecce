import { useSignal } from '@preact/signals';
import { ApiError, call } from '../store/api.ts';
import { account, connection } from '../store/state.ts';
import { forgetEverything, synchronise } from '../store/sync.ts';

export function SignIn() {
  const failure = useSignal('');
  const submit = async (path: '/session' | '/accounts', form: HTMLFormElement) => {
    failure.value = '';
    const body = Object.fromEntries(new FormData(form));
    try {
      const { name } = await call<{ name: string }>('POST', path, { body });
      if (account.value !== null && account.value !== name) await forgetEverything();
      account.value = name;
      connection.value = 'starting';
      await synchronise();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failure.value = error.message;
    }
  };
  return (
    <main class="sign-in">
      <h1>Todo</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.submitter?.getAttribute('value') === 'register' ? '/accounts' : '/session', event.currentTarget);
        }}
      >
        <label>
          Name
          <input name="name" autocomplete="username" required maxLength={100} />
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
      </form>
    </main>
  );
}

export async function signOut(): Promise<void> {
  await call('DELETE', '/session');
  await forgetEverything();
  account.value = null;
  connection.value = 'signed-out';
}
