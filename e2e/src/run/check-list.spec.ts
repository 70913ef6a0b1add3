import { beforeEach, describe, expect, it } from '@jest/globals';
import { CheckList } from './check-list.ts';

describe('a list of checks', () => {
  let lines: string[];
  let ended: AbortController;
  let checks: CheckList;
  beforeEach(() => {
    lines = [];
    ended = new AbortController();
    checks = new CheckList((line) => lines.push(line), ended.signal);
  });

  it('goes on after a failure, and counts', async () => {
    await checks.check('one', async () => 'well');
    await checks.check('two', () => Promise.reject(new Error('no\nmore')));
    checks.notRun('three', 'not here');
    expect(checks.tally()).toEqual({ passed: 1, failed: ['two'], notRun: ['three'] });
    expect(lines).toEqual(['  ✓ one: well', '  ✗ two', '      no', '      more', '  ○ NOT RUN: three: not here']);
  });

  it('ends when the run is ended, without calling that a failed check', async () => {
    const check = checks.check('one', async () => {
      ended.abort(new Error('interrupted'));
      throw new Error('the command was killed');
    });
    await expect(check).rejects.toThrow('interrupted');
    await expect(checks.check('two', async () => {})).rejects.toThrow('interrupted');
    expect(checks.tally().failed).toEqual([]);
  });

  it('shows no control characters of what a container printed', async () => {
    await checks.check('one', async () => 'a\u001b[31mb');
    expect(lines[0]).not.toContain('\u001b');
  });
});
