/** What must not be used where (docs/architecture.md). tools/fences.spec.ts shows that each of these really fails lint. */
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folders of the projects with a tag. */
export function projectsTagged(tag) {
  return globSync(['libs/*/package.json', 'services/*/package.json'])
    .filter((file) => JSON.parse(readFileSync(file, 'utf8')).nx?.tags?.includes(tag))
    .map(dirname);
}

const call = (object, method) => `CallExpression[callee.object.name='${object}'][callee.property.name='${method}']`;

export const everywhere = [
  { selector: 'TSEnumDeclaration', message: 'Use a const object or a union of texts.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'List the names.' },
  {
    selector:
      'CallExpression[callee.property.name=/^(error|warn|info|debug)$/][callee.object.property.name=/^log(ger)?$/] > TemplateLiteral.arguments:first-child',
    message: 'Log a stable dotted event name, and put what varies into the fields.',
  },
];
export const jsonParse = [
  {
    selector: call('JSON', 'parse'),
    message: 'Foreign text is read with parseJson of @whoran/contracts, which loses no digits and bounds depth.',
  },
];
export const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings come from the config class; run-service.ts alone reads the environment.',
  },
];
export const pure = [
  { selector: call('Date', 'now'), message: 'Time is passed in, or asked of Clock.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is passed in, or asked of Clock.' },
  { selector: call('Math', 'random'), message: 'Randomness is passed in.' },
  { selector: call('performance', 'now'), message: 'Time is passed in, or asked of Clock.' },
];

/** Modules that code without input and output has no use for. */
export const impureModules = {
  patterns: [
    {
      group: ['node:*', '!node:buffer'],
      message: 'type:core does no input or output: declare a port and implement it in a type:adapter library.',
    },
    {
      group: [
        '@nestjs/*',
        'kafkajs',
        'ioredis',
        'rxjs',
        'prom-client',
        'pino',
        'undici',
        'fastify',
        'pg',
        '@kubernetes/*',
        '@electric-sql/*',
      ],
      message: 'type:core knows no framework and no client library.',
    },
  ],
};
export const impureGlobals = ['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'console'].map((name) => ({
  name,
  message: 'type:core does no input or output, and its time comes from Clock.',
}));

const may = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });
const noNest = { bannedExternalImports: ['@nestjs/*'] };
const scopes = ['routing', 'forensics', 'lineage-resolver', 'webhook-mutator', 'audit-ingester', 'falco-ingester'];

/** Who may import whom. A service never imports a service: no line allows type:app. */
export const depConstraints = [
  { ...may('type:core', 'type:core'), ...noNest },
  { ...may('type:adapter', 'type:core', 'type:adapter'), ...noNest },
  may('type:platform', 'type:core', 'type:adapter', 'type:platform'),
  { ...may('type:app', 'type:core', 'type:adapter', 'type:platform'), bannedExternalImports: ['kafkajs', 'ioredis'] },
  may('type:testing', 'type:core', 'type:adapter', 'type:platform'),
  may('type:dev', 'type:core', 'type:adapter', 'type:platform', 'type:app', 'type:testing', 'type:dev'),
  ...scopes.map((scope) => may(`scope:${scope}`, `scope:${scope}`, 'scope:shared')),
];

/** Specs may also use builders and start services. */
export const specConstraints = depConstraints
  .filter(({ sourceTag }) => sourceTag.startsWith('type:'))
  .map(({ sourceTag }) => may(sourceTag, 'type:core', 'type:adapter', 'type:platform', 'type:testing', 'type:app', 'type:dev'));
