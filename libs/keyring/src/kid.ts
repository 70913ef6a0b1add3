/** The name of a key, as it stands in a token. */
const KID = /^[A-Za-z0-9_-]{1,64}$/;
const GENERATED = /^k(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z(?:-\d+)?$/;

/** Whether a text can name a key. */
export function isKid(text: string): boolean {
  return KID.test(text);
}

/** The kid of a key made at `now` (milliseconds): `k20260131T235959Z`, with `-2` and so on when that is taken. */
export function newKid(now: number, taken: (kid: string) => boolean): string {
  const base = `k${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  let kid = base;
  for (let count = 2; taken(kid); count += 1) kid = `${base}-${count}`;
  return kid;
}

/** When a generated kid says that its key was made, in milliseconds; nothing for a kid that somebody chose. */
export function timeOfKid(kid: string): number | undefined {
  const match = GENERATED.exec(kid);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
