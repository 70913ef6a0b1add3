/** The one entry of all services, also of the container image: `npm run -s service -- <name>`. */
import { existsSync, readdirSync } from 'node:fs';

const EX_USAGE = 2;

/** Every folder beside this file that has a main.ts is a service. */
const names = readdirSync(import.meta.dirname)
  .filter((name) => existsSync(new URL(`${name}/src/main.ts`, import.meta.url)))
  .sort();

const USAGE = `Runs one service of whoran by itself.

  npm run -s service -- <name>

${names.map((name) => `  ${name}`).join('\n')}

Settings are environment variables; docs/settings.md lists them. WHORAN_KAFKA_BROKERS is required: services speak to each other
through Kafka, whose topics "whoran topics apply" makes. docs/operations/running-apart.md says how they run together.
Ends with 0, with 1 if something failed, with 2 for a wrong command line, with 78 if settings are wrong.
`;

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === '--help' || name === '-h') return void process.stdout.write(USAGE);
  if (name === undefined || rest.length > 0) return refuse('give the name of one service');
  // Compared with the list before it becomes part of a path.
  if (!names.includes(name)) return refuse(`there is no service ${JSON.stringify(name)}`);
  await import(new URL(`${name}/src/main.ts`, import.meta.url).href);
}

function refuse(problem: string): void {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  process.exitCode = EX_USAGE;
}

await main(process.argv.slice(2));
