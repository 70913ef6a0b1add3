import { describe, expect, it } from '@jest/globals';
import { check } from '@whoran/contracts';
import { ResponseFile, readResponseSettings } from './response-settings.ts';

const problems = (file: unknown): readonly string[] => {
  const fits = check(ResponseFile, file);
  if (!fits.ok) return fits.error.map(({ item = '' }) => item);
  const read = readResponseSettings(file);
  return read.ok ? [] : read.error.map(({ item = '' }) => item);
};

describe('the response file', () => {
  it('has defaults that do nothing by themselves', () => {
    const read = readResponseSettings({ actions: { quarantine: {} } });
    expect(read).toMatchObject({
      ok: true,
      value: {
        automatic: { actions: new Set(), perHour: 20 },
        approval: { actions: new Set(), people: 2, wait: 900_000 },
        exempt: { users: new Set(), groups: new Set(['whoran:break-glass']) },
        defaultDuration: 3_600_000,
        endSession: { pods: 'evict', uncontrolled: false },
      },
    });
    expect(read.ok && read.value.maxDuration).toBeUndefined();
  });

  const cluster = { clusters: { prod: { kubeconfig: '/k' } } };
  it.each<[string, unknown, readonly string[]]>([
    ['an action in a cluster', { actions: { 'isolate-pod': {} }, ...cluster }, []],
    ['no action', { actions: {} }, ['/actions']],
    ['nothing', {}, ['/']],
    ['an unknown action', { actions: { destroy: {} } }, ['/actions/destroy']],
    ['an action without a cluster', { actions: { 'isolate-pod': {} } }, ['/actions']],
    ['an action for routes that is off', { actions: { quarantine: {} }, automatic: { actions: ['end-session'] } }, ['/automatic/actions']],
    ['an approval of what is off', { actions: { quarantine: {} }, approval: { actions: ['isolate-pod'] } }, ['/approval/actions']],
    ['one person who approves', { actions: { quarantine: {} }, approval: { actions: ['quarantine'], people: 1 } }, ['/approval/people']],
    ['a default over the limit', { actions: { quarantine: {} }, default_duration: '2d', max_duration: '1d' }, ['/default_duration']],
    ['no way to a cluster', { actions: { quarantine: {} }, clusters: { prod: {} } }, ['/clusters/prod']],
    ['two ways', { actions: { quarantine: {} }, clusters: { prod: { kubeconfig: '/k', in_cluster: true } } }, ['/clusters/prod']],
    ['a context of nothing', { actions: { quarantine: {} }, clusters: { prod: { in_cluster: true, context: 'x' } } }, ['/clusters/prod']],
  ])('with %s', (_, file, items) => expect(problems(file)).toEqual(items));
});
