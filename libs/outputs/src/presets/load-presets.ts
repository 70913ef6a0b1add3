import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvariantBroken } from '@whoran/kernel';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { Preset } from './preset-schema.ts';

/** The files that come with this library. */
export const PRESETS_FOLDER = join(import.meta.dirname, '../../presets');

/** Reads the presets that come with this library, by name. Throws InvariantBroken when one of them is none. */
export function loadPresets(folder = PRESETS_FOLDER): readonly Preset[] {
  const validator = Compile(Preset);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => {
      const content: unknown = parse(readFileSync(join(folder, name), 'utf8'));
      if (validator.Check(content) && `${content.kind}.yaml` === name) return content;
      const [problem] = validator.Errors(content);
      throw new InvariantBroken(`${name}: ${problem ? `${problem.instancePath} ${problem.message}` : 'kind and file name differ'}`);
    });
}
