/** Servers for tests that are Java programs: fetched once with Maven, into a folder of the workspace. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrograms, installPackages } from './server-process.mjs';

const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url));

/**
 * The program java, and the class path with everything that a project file names as dependencies. The first property there that
 * ends in `.version` is the version. Installs java and mvn when this is Debian and we may.
 */
export function javaProgram({ name, title, pom, howToInstall }) {
  if (findPrograms(['java']) === undefined) installPackages(['openjdk-17-jre-headless', 'maven'], howToInstall);
  const folder = libraries({ name, title, pom, howToInstall });
  return { java: join(findPrograms(['java']), 'java'), classPath: join(folder, '*') };
}

function libraries({ name, title, pom, howToInstall }) {
  const version = /<\w+\.version>([\w.-]+)</.exec(readFileSync(pom, 'utf8'))?.[1];
  const folder = join(CACHE, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  if (findPrograms(['mvn']) === undefined) installPackages(['maven'], howToInstall);
  const mvn = findPrograms(['mvn']);
  if (mvn === undefined) throw new Error(howToInstall);
  process.stderr.write(`fetching ${title} ${version} with Maven into ${folder}\n`);
  // Fetched beside its place and moved there, so that what was fetched in part or by two at once is never used.
  const fetching = `${folder}.${process.pid}`;
  mkdirSync(fetching, { recursive: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fetching}`];
  try {
    execFileSync(join(mvn, 'mvn'), ['-B', '-q', '-f', pom, ...goal], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(folder)) renameSync(fetching, folder);
  } catch (error) {
    throw new Error(`Maven could not fetch ${title} ${version}: ${error.message}`, { cause: error });
  } finally {
    rmSync(fetching, { recursive: true, force: true });
  }
  return folder;
}
