import { type Version, isCompatible, parseVersion } from '../collect/version.ts';
import type { PluginVersion } from '../read/definitions.ts';

/**
 * Why the plugins that are there do not suffice, for the first requirement that is not met; nothing if all are. Of a requirement the
 * first alternative of which a plugin is there decides.
 */
export function pluginProblem(required: readonly (readonly PluginVersion[])[], present: readonly PluginVersion[]): string | undefined {
  for (const alternatives of required) {
    const problem = problemOf(alternatives, present);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(alternatives: readonly PluginVersion[], present: readonly PluginVersion[]): string | undefined {
  for (const { name, version } of alternatives) {
    const plugin = present.find((candidate) => candidate.name === name);
    if (plugin === undefined) continue;
    if (isCompatible(versionOf(plugin.version), versionOf(version))) return undefined;
    return `Plugin '${name}' version '${plugin.version}' is not compatible with required plugin version '${version}'`;
  }
  const list = alternatives.map(({ name, version }) => `${name} (>= ${version})`).join(', ');
  return `Plugin requirement not satisfied, must load one of: ${list}`;
}

function versionOf(text: string): Version {
  return parseVersion(text) ?? { major: -1, minor: 0, patch: 0 };
}
