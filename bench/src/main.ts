/** `npm run bench -- <name> [options]`: measures a part of the product on this machine. */
import { Command, Option } from 'commander';
import { benchBus } from './bus.ts';
import { benchIngest } from './ingest.ts';
import { CASES } from './ingest/bodies.ts';
import { type ResolverBenchOptions, benchResolver } from './resolver.ts';
import { benchRouting } from './routing.ts';
import { benchRules } from './rules.ts';
import { benchWebhook } from './webhook.ts';

const program = new Command('bench').description('Measures parts of whoran on this machine. Close everything else first.');

program
  .command('webhook')
  .description('the admission webhook over TLS at a constant rate, beside a handler that only echoes')
  .option('--rate <n>', 'requests a second', positive, 500)
  .option('--seconds <n>', 'length of the measurement', positive, 15)
  .option('--warm-up <n>', 'seconds before the measurement that do not count', positive, 5)
  .option('--json', 'print JSON', false)
  .action(benchWebhook);

program
  .command('ingest')
  .description('the ingesters with real Kafka, beside a bare kafkajs producer and a bare HTTP server')
  .addOption(new Option('--only <case>', 'one case only').choices([...CASES, 'fairness']))
  .option('--seconds <n>', 'length of each measurement', positive, 10)
  .option('--warm-up <n>', 'seconds before each measurement that do not count', positive, 4)
  .option('--json', 'print JSON', false)
  .action(benchIngest);

program
  .command('resolver')
  .description('the lineage resolver on real Kafka, beside a loop of kafkajs that passes the same messages on')
  .option('--events <n>', 'how many Falco events', positive, 100_000)
  .addOption(new Option('--store <store>', 'one store only').choices(['memory', 'redis']))
  .option('--flat', 'also what an event costs with 1,000 to 1,000,000 live processes; takes some minutes', false)
  .option('--json', 'print JSON', false)
  .action((options: ResolverBenchOptions) => benchResolver(options));

program
  .command('bus')
  .description('publishing and consuming recorded Falco events on real Kafka, beside kafkajs alone')
  .option('--events <n>', 'how many events', positive, 100_000)
  .option('--json', 'print JSON', false)
  .action(benchBus);

program
  .command('rules')
  .description('recorded events read and rules evaluated over them, on one core, beside JSON.parse of the same bytes')
  .option('--rules <files...>', 'rule files, in their order; those that are shipped if none are given')
  .option('--seconds <n>', 'length of each measurement', positive, 5)
  .option('--json', 'print JSON', false)
  .action(benchRules);

program
  .command('routing')
  .description(
    'alerts through 1,000 routes, 1,000 silences and 100 inhibitions, and delivered to one receiver, in memory and on real Kafka',
  )
  .option('--seconds <n>', 'length of each measurement that delivers nothing', positive, 5)
  .option('--alerts <n>', 'how many alerts are delivered', positive, 20_000)
  .option('--concurrency <n>', 'attempts at once, 64 at most', attempts, 64)
  .option('--no-kafka', 'leave the router on Kafka out')
  .option('--falcosidekick <program>', 'the program of falcosidekick: the same events are delivered by it as well')
  .option('--json', 'print JSON', false)
  .action(benchRouting);

await program.parseAsync();

function attempts(text: string): number {
  const value = positive(text);
  if (value > 64) program.error(`error: a receiver takes no more than 64 attempts at once, and not ${value}`);
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) program.error(`error: "${text}" is not a whole number above 0`);
  return value;
}
