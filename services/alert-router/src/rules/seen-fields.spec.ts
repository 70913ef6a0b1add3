import { expect, it } from '@jest/globals';
import { type LogFields, Logger } from '@whoran/kernel';
import { loadRules } from '@whoran/rules';
import { anAttributedEvent } from '@whoran/testing';
import { RuleSet } from './rule-set.ts';
import { SOURCES } from './rule-sources.ts';
import { SeenFields } from './seen-fields.ts';

class Warnings extends Logger {
  readonly warned: [string, LogFields | undefined][] = [];
  override error(): void {}
  override warn(event: string, fields?: LogFields): void {
    this.warned.push([event, fields]);
  }
  override info(): void {}
  override debug(): void {}
  override with(): Logger {
    return this;
  }
}

const setOf = (file: string, ...conditions: string[]) => {
  const rules = conditions.map((condition, index) => `- {rule: ${index}, desc: d, condition: ${condition}, output: o, priority: INFO}\n`);
  const loaded = loadRules([{ name: file, text: rules.join('') }], { sources: SOURCES });
  const ready = loaded.rules.map((rule) => ({ rule, render: () => undefined as never }));
  return new RuleSet(ready, { matching: 'all', sameAsFalco: 'once' });
};
const events = (count: number, cluster = 'test') => Array.from({ length: count }, () => anAttributedEvent({}, { cluster }));

it('tells once for each cluster and set of rules which fields no event had', () => {
  const logger = new Warnings();
  const seen = new SeenFields(logger);
  const rules = setOf(
    'ours.yaml',
    'evt.type = execve and not fd.name = x',
    'evt.type = execve and proc.name = sh and k8s.user.name = joe',
    'evt.type = open and fd.rip = 1.1.1.1',
  );
  const others = setOf('ours.yaml', 'evt.type = execve and proc.exe = x');
  const rulesOf = (cluster: string) => (cluster === 'other' ? others : rules);

  seen.note(events(999), rulesOf);
  expect(logger.warned).toEqual([]);
  seen.note(events(2), rulesOf);
  seen.note(events(2000), rulesOf);
  expect(logger.warned).toEqual([
    ['rules.fields-not-seen', { cluster: 'test', fields: ['fd.name', 'fd.rip'], problems: 2, rules: ['0', '2'] }],
  ]);
  seen.note(events(1000, 'other'), rulesOf);
  seen.note(events(1), () => others);
  expect(logger.warned.slice(1).map(([, fields]) => [fields?.['cluster'], fields?.['fields']])).toEqual([
    ['other', ['proc.exe']],
    ['test', ['proc.exe']],
  ]);
});

it('says nothing of shipped rules, which wait for events that only some send', () => {
  const logger = new Warnings();
  const rules = setOf('shipped/x.yaml', 'evt.type = execve and fd.name = x');
  new SeenFields(logger).note(events(1000), () => rules);
  expect(logger.warned).toEqual([]);
});
