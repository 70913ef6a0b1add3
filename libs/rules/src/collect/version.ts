/** A version of the engine or of a plugin. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `x.y.z`; what follows the third number does not count. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*\+?(\d{1,9})\.\s*\+?(\d{1,9})\.\s*\+?(\d{1,9})/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

/** As `x.y.z`. */
export function printVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Below zero if the first is older, above if it is newer. */
export function compareVersions(one: Version, other: Version): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

/** Whether what is there serves who needs the other: the same major version, and not older. */
export function isCompatible(present: Version, needed: Version): boolean {
  return present.major === needed.major && compareVersions(present, needed) >= 0;
}
