import type { OutputHost } from '../output.ts';
import { type LoginSettings, SettingsReader } from '../settings-reader.ts';

/** Where a secret may be: in a file or in a variable of the environment. */
export interface SecretPlace {
  readonly file: string | undefined;
  readonly env: string | undefined;
}

/** A reader of settings whose secrets may stand in the environment too. */
export class SecretReader extends SettingsReader {
  constructor(private readonly host: Pick<OutputHost, 'readFile' | 'readEnv'>) {
    super(host.readFile);
  }

  /** The secret at `<item>_file` or `<item>_env`; nothing if neither is set, or after a complaint. */
  secretAt(item: string, { file, env }: SecretPlace): string | undefined {
    if (file !== undefined && env !== undefined) this.complain(`${item}_env`, 'is given as a file too: one of them');
    if (file !== undefined) return this.secret(`${item}_file`, file);
    if (env === undefined) return undefined;
    const value = this.host.readEnv?.(env) ?? '';
    if (value === '') this.complain(`${item}_env`, 'names a variable that is not set');
    else this.secrets.push(value);
    return value;
  }

  /** A name with its password; the password is empty after a complaint. */
  login(item: string, { username, password_file: file, password_env: env }: LoginSettings): { username: string; password: string } {
    if (file === undefined && env === undefined) this.complain(item, 'needs password_file or password_env');
    return { username, password: this.secretAt(`${item}/password`, { file, env }) ?? '' };
  }
}
