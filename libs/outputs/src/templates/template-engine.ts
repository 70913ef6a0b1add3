import { type Result, err, messageOf, ok, truncate } from '@whoran/kernel';
import { Liquid, type Template } from 'liquidjs';
import { KEPT_FILTERS, OWN_FILTERS, textOf } from './filters.ts';

const LONGEST_TEMPLATE = 65_536;
const RENDER_MILLIS = 500;
/** LiquidJS counts characters and entries that filters and loops make. */
const RENDER_MEMORY = 20_000_000;
const LONGEST_RESULT = 8_000_000;
/** Tags that read other templates, that is files, and those of no use in a message. */
const REFUSED_TAGS = ['include', 'render', 'layout', 'block', 'tablerow', 'increment', 'decrement'];

/** What a template may name, as an example: names are checked two levels deep where the example is an object. */
export type Names = Readonly<Record<string, Readonly<Record<string, unknown>> | true>>;

/** What a template sees: the notification, and what the template itself has named. */
export interface Scope {
  readonly view: object;
  readonly locals: Readonly<Record<string, unknown>>;
}

/** A template that was read and checked. Rendering throws when it takes too long or makes too much. */
export interface CompiledTemplate {
  /** The text. */
  text(scope: Scope): string;
  /** The value itself, of a template that is one expression. */
  value(scope: Scope): unknown;
}

const engine = makeEngine();

/** Reads a template and checks filters, tags and names. The error says what is wrong and where in the template. */
export function compileTemplate(source: string, names: Names): Result<CompiledTemplate, string> {
  if (source.length > LONGEST_TEMPLATE) return err(`is longer than ${LONGEST_TEMPLATE} characters`);
  // Most strings in a body are no templates.
  if (!source.includes('{{') && !source.includes('{%')) return ok({ text: () => source, value: () => source });
  try {
    const template = engine.parse(source);
    const unknown = unknownName(template, names);
    if (unknown !== undefined) return err(`names "${truncate(unknown, 100)}", which templates do not have`);
    return ok({ text: (scope) => bounded(textOf(render(template, scope))), value: (scope) => render(template, scope) });
  } catch (error) {
    return err(messageOf(error));
  }
}

function makeEngine(): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    keepOutputType: true,
    cache: false,
    templates: {},
    parseLimit: LONGEST_TEMPLATE,
    renderLimit: RENDER_MILLIS,
    memoryLimit: RENDER_MEMORY,
    timezoneOffset: 0,
  });
  for (const name of Object.keys(liquid.filters)) if (!KEPT_FILTERS.has(name)) Reflect.deleteProperty(liquid.filters, name);
  for (const name of REFUSED_TAGS) Reflect.deleteProperty(liquid.tags, name);
  for (const [name, filter] of Object.entries(OWN_FILTERS)) liquid.registerFilter(name, filter);
  return liquid;
}

function render(template: Template[], { view, locals }: Scope): unknown {
  return engine.renderSync(template, { ...locals }, { globals: view });
}

function bounded(text: string): string {
  if (text.length > LONGEST_RESULT) throw new Error(`a template made more than ${LONGEST_RESULT} characters`);
  return text;
}

function unknownName(template: Template[], names: Names): string | undefined {
  for (const segments of engine.globalVariableSegmentsSync(template)) {
    const [root, field] = segments.map((segment) => (Array.isArray(segment) ? undefined : String(segment)));
    if (root === undefined) continue;
    const known = Object.hasOwn(names, root) ? names[root] : undefined;
    if (known === undefined) return root;
    if (known !== true && field !== undefined && !Object.hasOwn(known, field)) return `${root}.${field}`;
  }
  return undefined;
}
