import type { OutputKind } from '@whoran/outputs';
import { loadPresets } from './load-presets.ts';
import { presetKind } from './preset-kind.ts';

const presets = loadPresets();

/** A preset that comes with this library, as a kind of output. */
export function presetNamed(kind: string): OutputKind {
  const preset = presets.find((other) => other.kind === kind);
  if (!preset) throw new Error(`no preset ${kind}`);
  return presetKind(preset);
}
