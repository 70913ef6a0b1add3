import { describe, expect, it } from '@jest/globals';
import { type Explanation, explainCondition } from './explain.ts';
import { specCatalog, specCondition, specEvent } from './spec-catalog.ts';

const event = specEvent({ 'text.name': 'bash', 'number.uid': 0, 'list.text_groups': ['dev'] });
const explain = (text: string) => explainCondition(specCondition(text), specCatalog, event);

/** The checks that decided, with `+` or `-`. */
function deciding({ kind, holds, text, parts }: Explanation): readonly string[] {
  return kind === 'check' ? [`${holds ? '+' : '-'} ${text}`] : parts.flatMap(deciding);
}

describe('an explanation', () => {
  it.each([
    ['text.name = bash and number.uid = 0', true, ['+ text.name = bash', '+ number.uid = 0']],
    ['text.name = bash and number.uid = 1 and text.name = x', false, ['- number.uid = 1']],
    ['text.name = x or number.uid = 0 or text.name = bash', true, ['+ number.uid = 0']],
    ['text.name = x or number.uid = 1', false, ['- text.name = x', '- number.uid = 1']],
    ['text.name = bash and not number.uid = 0', false, ['+ number.uid = 0']],
  ])('of %s has what decided', (text, holds, checks) => {
    const explanation = explain(text);
    expect(explanation.holds).toBe(holds);
    expect(deciding(explanation)).toEqual(checks);
  });

  it('shows what the fields have', () => {
    expect(explain('text.name = val(text.none)')).toEqual({
      kind: 'check',
      holds: false,
      text: 'text.name = val(text.none)',
      values: [
        { field: 'text.name', value: 'bash' },
        { field: 'text.none', value: undefined },
      ],
      parts: [],
    });
    expect(explain('len(list.text_groups) > 0').values).toEqual([{ field: 'list.text_groups', value: ['dev'] }]);
  });

  it('cannot be given of what does not fit', () => {
    expect(() => explain('no.field exists')).toThrow('filter_check called with nonexistent field no.field');
    expect(() => explain('macro and text.name exists')).toThrow('the macro macro is not resolved');
  });
});
