import { expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

it.each([
  [['--kubeconfig', 'k'], { kind: 'kubeconfig', file: 'k', audit: { kind: 'door', port: 9765 } }],
  [['--kubeconfig', 'k', '--audit-port', '9000'], { kind: 'kubeconfig', file: 'k', audit: { kind: 'door', port: 9000 } }],
  [['--kubeconfig', 'k', '--audit-log', 'a.log'], { kind: 'kubeconfig', file: 'k', audit: { kind: 'file', path: 'a.log' } }],
  [['--kubeconfig', 'k', '--no-audit'], { kind: 'kubeconfig', file: 'k', audit: { kind: 'none' } }],
  [['--cluster-script', 's'], { kind: 'script', file: 's' }],
])('%j means a target', (args, target) => expect(readOptions(args)).toMatchObject({ ok: true, value: { target } }));

it.each([
  [[], 'either --kubeconfig or --cluster-script'],
  [['--kubeconfig', 'k', '--cluster-script', 's'], 'either --kubeconfig or --cluster-script'],
  [['--kubeconfig', 'k', '--no-audit', '--audit-log', 'a'], 'exclude each other'],
  [['--kubeconfig', 'k', '--audit-port', '70000'], 'must be a port'],
  [['--kubeconfig', 'k', '--webhook-url', 'http://h'], '--webhook-url must be'],
  [['--cluster-script', 's', '--no-audit'], '--cluster-script knows by itself'],
  [['--nonsense'], '--nonsense'],
])('%j is refused', (args, message) => expect(readOptions(args)).toEqual({ ok: false, error: expect.stringContaining(message) }));

it('asks for nothing else when help is asked for', () =>
  expect(readOptions(['--help'])).toMatchObject({ ok: true, value: { help: true } }));
