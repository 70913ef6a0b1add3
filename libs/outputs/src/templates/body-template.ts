import { encodeJson } from '@whoran/contracts';
import { type Issue, type Result, err, isRecord, ok } from '@whoran/kernel';
import { type CompiledTemplate, type Names, type Scope, compileTemplate } from './template-engine.ts';

/** How deep a body may nest. */
const DEEPEST = 32;

/** Makes the value that a body stands for; undefined means that it is left out. */
export type BodyTemplate = (scope: Scope) => unknown;

/**
 * Reads the template of a JSON body: any YAML or JSON value. Its strings are templates and give strings, so that quotes and
 * control characters in what they insert can never leave the string. Four objects stand for something else:
 * `{$value: expression}` the value itself, `{$if: expression, $then, $else}`, `{$each: expression, $as: name, $do}` a list,
 * `{$merge: [objects]}` one object. Every problem is reported, by JSON pointer.
 */
export function compileBody(body: unknown, names: Names): Result<BodyTemplate, readonly Issue[]> {
  const compiler = new Compiler();
  const template = compiler.compile(body, '', names);
  return compiler.issues.length > 0 ? err(compiler.issues) : ok(template);
}

class Compiler {
  readonly issues: Issue[] = [];

  compile(body: unknown, at: string, names: Names): BodyTemplate {
    if (at.split('/').length > DEEPEST) return this.refuse(at, `nests deeper than ${DEEPEST} levels`);
    if (typeof body === 'string') return this.text(body, at, names);
    if (Array.isArray(body)) return this.list(body, at, names);
    if (!isRecord(body)) return () => body;
    const special = Object.keys(body).find((key) => key.startsWith('$'));
    return special === undefined ? this.object(body, at, names) : this.special(body, at, names);
  }

  private text(source: string, at: string, names: Names): BodyTemplate {
    const template = this.template(source, at, names);
    return (scope) => template?.text(scope);
  }

  private list(items: readonly unknown[], at: string, names: Names): BodyTemplate {
    const templates = items.map((item, index) => this.compile(item, `${at}/${index}`, names));
    return (scope) => templates.map((template) => template(scope)).filter((value) => value !== undefined);
  }

  private object(fields: Readonly<Record<string, unknown>>, at: string, names: Names): BodyTemplate {
    const templates = Object.entries(fields).map(
      ([name, value]) => [name, this.compile(value, `${at}/${pointerPart(name)}`, names)] as const,
    );
    return (scope) =>
      Object.fromEntries(templates.map(([name, template]) => [name, template(scope)] as const).filter(([, value]) => value !== undefined));
  }

  private special(fields: Readonly<Record<string, unknown>>, at: string, names: Names): BodyTemplate {
    const keys = Object.keys(fields);
    const [form] = FORMS.filter(
      ({ needs, may }) => needs.every((key) => keys.includes(key)) && keys.every((key) => [...needs, ...may].includes(key)),
    );
    if (!form)
      return this.refuse(
        at,
        `has ${keys.join(', ')}: it must be $value, $if with $then and perhaps $else, $each with $do and perhaps $as, or $merge`,
      );
    if (form.kind === 'value') return this.expression(fields['$value'], `${at}/$value`, names);
    if (form.kind === 'if') return this.condition(fields, at, names);
    return form.kind === 'each' ? this.loop(fields, at, names) : this.merge(fields['$merge'], `${at}/$merge`, names);
  }

  private expression(expression: unknown, at: string, names: Names): BodyTemplate {
    if (typeof expression !== 'string') return this.refuse(at, 'must be an expression, as between {{ and }}');
    const template = this.template(`{{ ${expression} }}`, at, names);
    return (scope) => jsonable(template?.value(scope));
  }

  private condition(fields: Readonly<Record<string, unknown>>, at: string, names: Names): BodyTemplate {
    if (typeof fields['$if'] !== 'string') return this.refuse(`${at}/$if`, 'must be an expression, as after {% if');
    const test = this.template(`{% if ${fields['$if']} %}yes{% endif %}`, `${at}/$if`, names);
    const yes = this.compile(fields['$then'], `${at}/$then`, names);
    const no = this.compile(fields['$else'], `${at}/$else`, names);
    return (scope) => (test?.text(scope) === 'yes' ? yes(scope) : no(scope));
  }

  private loop(fields: Readonly<Record<string, unknown>>, at: string, names: Names): BodyTemplate {
    const { $as: name = 'alert' } = fields;
    if (typeof name !== 'string' || !/^[a-z_]{1,32}$/.test(name)) return this.refuse(`${at}/$as`, 'must be a name of small letters');
    const items = this.expression(fields['$each'], `${at}/$each`, names);
    const each = this.compile(fields['$do'], `${at}/$do`, { ...names, [name]: names[name] ?? true });
    return (scope) => {
      const list = items(scope);
      const made = (Array.isArray(list) ? list : []).map((item) =>
        each({ ...scope, locals: { ...scope.locals, [name]: item as unknown } }),
      );
      return made.filter((value) => value !== undefined);
    };
  }

  private merge(parts: unknown, at: string, names: Names): BodyTemplate {
    if (!Array.isArray(parts)) return this.refuse(at, 'must be a list of objects');
    const templates = parts.map((part, index) => this.compile(part, `${at}/${index}`, names));
    return (scope) => Object.fromEntries(templates.flatMap((template) => Object.entries(template(scope) ?? {})));
  }

  private template(source: string, at: string, names: Names): CompiledTemplate | undefined {
    const template = compileTemplate(source, names);
    if (template.ok) return template.value;
    this.refuse(at, template.error);
    return undefined;
  }

  private refuse(item: string, message: string): BodyTemplate {
    this.issues.push({ code: 'invalid-template', item, message });
    return () => undefined;
  }
}

interface Form {
  readonly kind: 'value' | 'if' | 'each' | 'merge';
  readonly needs: readonly string[];
  readonly may: readonly string[];
}

const FORMS: readonly Form[] = [
  { kind: 'value', needs: ['$value'], may: [] },
  { kind: 'if', needs: ['$if', '$then'], may: ['$else'] },
  { kind: 'each', needs: ['$each', '$do'], may: ['$as'] },
  { kind: 'merge', needs: ['$merge'], may: [] },
];

/** Expressions give nil as null, which no service asks for. */
function jsonable(value: unknown): unknown {
  return value === null ? undefined : value;
}

/** Escapes one part of a JSON pointer. */
export function pointerPart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The JSON of a made body. */
export function bodyText(value: unknown): string {
  return encodeJson(value ?? null);
}
