import { SAMPLE } from './sample.ts';
import type { Names } from './template-engine.ts';
import { viewOf } from './view.ts';

/** What templates may name; `settings` are the names of the receiver's own settings. */
export function templateNames(settings: readonly string[]): Names {
  const view = viewOf(SAMPLE, { settings: {} }) as { readonly alert: object; readonly severity: object };
  const named = Object.fromEntries(Object.keys(view).map((name) => [name, true as const]));
  const fields = (example: object) => Object.fromEntries(Object.keys(example).map((name) => [name, true]));
  return {
    ...named,
    alert: fields(view.alert),
    severity: fields(view.severity),
    settings: Object.fromEntries(settings.map((name) => [name, true])),
  };
}
