import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { anAttributedEvent } from '@whoran/testing';
import { RouterScene } from '../spec-support/router-scene.ts';

let scene: RouterScene;
beforeEach(async () => {
  scene = new RouterScene();
  await scene.listen();
});
afterEach(() => scene.end());

describe('settings', () => {
  const rule = (name: string, different = '') =>
    `- {rule: ${name}, desc: d, condition: evt.type = execve, output: o, priority: NOTICE, tags: [t]${different}}\n`;
  const names = () => scene.alerts.map((alert) => `${alert.whoran.cluster} ${alert.rule}`);
  const both = [anAttributedEvent(), anAttributedEvent({}, { cluster: 'prod', id: 'p' })];

  it('switch rules on and off, in order, by name and tag', async () => {
    await scene.withRules(rule('A one') + rule('A two', ', enabled: false') + rule('B'), 'rules: [disable: {tag: t}, enable: {rule: A *}]');
    await scene.publish(anAttributedEvent());
    expect(names()).toEqual(['test A one', 'test A two']);
  });
  it('stop at the first rule where that is wanted', async () => {
    await scene.withRules(rule('A') + rule('B'), 'rule_matching: first');
    await scene.publish(anAttributedEvent());
    expect(names()).toEqual(['test A']);
  });
  it('leave out what is not severe enough, by the router or by the rules', async () => {
    const text = rule('A').replace('NOTICE', 'INFO') + rule('B').replace('NOTICE', 'DEBUG');
    await scene.withRules(text);
    await scene.publish(anAttributedEvent());
    expect(names()).toEqual([]);
    await scene.stop();
    await scene.withRules(text, 'priority: informational');
    await scene.publish(anAttributedEvent());
    expect(names()).toEqual(['test A']);
  });
  it('may differ per cluster, in files and in what is on', async () => {
    const more = scene.file('more.yml', rule('More'));
    await scene.withRules(
      rule('A') + rule('B'),
      `rules: [disable: {rule: B}]\nclusters: {prod: {rules_files: [${scene.folder}/ours.yaml, ${more}], rules: [disable: {rule: A}, enable: {rule: B}]}}`,
    );
    await scene.publish(...both);
    expect(names()).toEqual(['test A', 'prod More', 'prod B']);
  });
  it('add to outputs', async () => {
    await scene.withRules(
      rule('A'),
      'append_output: [{match: {}, extra_output: "pod=%k8s.pod.name", extra_fields: [proc.vpid, {who: "%user.name!"}]}]',
    );
    await scene.publish(anAttributedEvent());
    expect(scene.alerts[0]).toMatchObject({ message: 'o pod=api-0', output_fields: { 'proc.vpid': 10, who: '<NA>!' } });
  });
  it('may be a file of comments', async () => {
    await scene.withRules(rule('A'), '# rules:\n\n  # - enable: {rule: A}\n');
    await scene.publish(anAttributedEvent());
    expect(names()).toEqual(['test A']);
  });
  it.each<[string, string, RegExp]>([
    ['rules: [enable: {name: A}]', '', /settings\.yml: \/rules\/0\/enable\/name: is not a setting here \(line 1, column 24\)/],
    ['rules: [{}]', '', /\/rules\/0: /],
    ['rule_matching: some', '', /\/rule_matching: must be one of first, all/],
    ['append_output: [{extra_fields: 3}]', '', /append_output: append_output\[0\]\.extra_fields: must be a list/],
    ['rules_files: [/nonexistent]', '', /rule files: \/nonexistent: names a file or folder that cannot be read/],
    ['', '- rule: A\n  condition: evt.type = \n', /ours\.yaml:1:3: .* LOAD_ERR_YAML_VALIDATE/],
    ['', '- macro: m\n  condition: evt.type = a and (\n', /ours\.yaml:2:14: .*macro m, 1:19 in the condition\) LOAD_ERR_COMPILE_CONDITION/],
    [
      '',
      '- rule: A\n  desc: d\n  condition: no.field = 1\n  output: o\n  priority: INFO\n',
      /ours\.yaml:3:14: .*no\.field.*rule A, 1:1 in the condition/,
    ],
  ])('%j with rules %j keep the router from starting', async (settings, rules, message) => {
    const failed = scene.withRules(rules === '' ? rule('A') : rules, settings);
    await expect(failed).rejects.toThrow(ConfigInvalid);
    await expect(failed).rejects.toThrow(message);
  });
  it('name rule files by their ending', async () => {
    await expect(scene.start({ rulesFiles: [scene.file('rules.txt', '')] })).rejects.toThrow(/must end in \.yaml or \.yml/);
  });
});

describe('files of rules', () => {
  const rule = (name: string) => `- {rule: ${name}, desc: d, condition: evt.type = execve, output: o, priority: NOTICE}\n`;
  const pass = async () => {
    scene.clock.advanceTo(scene.clock.now() + 5_000);
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const raised = async () => {
    scene.alerts.length = 0;
    await scene.publish(anAttributedEvent({ time: new Date(scene.clock.now()).toISOString() }, { id: `e${scene.clock.now()}` }));
    return scene.alerts.map((alert) => alert.rule);
  };

  it('are read in order, those of a folder sorted, and read again when one changes, comes or goes', async () => {
    scene.file('b.yaml', rule('B'));
    scene.file('a.yml', rule('A'));
    scene.file('notes.txt', 'not rules');
    await scene.start({ rulesFiles: [scene.folder] });
    expect(await raised()).toEqual(['A', 'B']);
    scene.file('c.yaml', rule('C'));
    await pass();
    expect(await raised()).toEqual(['A', 'B', 'C']);
    rmSync(join(scene.folder, 'a.yml'));
    scene.file('b.yaml', rule('Other'));
    await pass();
    expect(await raised()).toEqual(['Other', 'C']);
  });

  it('leave the former rules in use when they are wrong, and the router ready', async () => {
    await scene.withRules(rule('A'));
    scene.file('ours.yaml', `${rule('B')}- rule: C\n`);
    await pass();
    expect(await raised()).toEqual(['A']);
    expect(await scene.metrics()).toMatch(/whoran_router_rules_valid\{.*\} 0\n/);
    expect(await scene.metrics()).toMatch(/whoran_router_rules_reloads_total\{outcome="refused",.*\} 1\n/);
    expect((await scene.get('/readyz')).status).toBe(200);
    scene.file('ours.yaml', rule('B'));
    await pass();
    expect(await raised()).toEqual(['B']);
    expect(await scene.metrics()).toMatch(/whoran_router_rules_valid\{.*\} 1\n/);
  });

  it('may be followed through their settings file', async () => {
    await scene.withRules(rule('A') + rule('B'), 'rules: [disable: {rule: A}]');
    expect(await raised()).toEqual(['B']);
    scene.file('settings.yml', 'rules: [disable: {rule: B}]');
    await pass();
    expect(await raised()).toEqual(['A']);
    scene.file('settings.yml', 'rules: no');
    await pass();
    expect(await raised()).toEqual(['A']);
    expect(await scene.metrics()).toMatch(/whoran_router_rules_valid\{.*\} 0\n/);
  });
});
