import { parseJson } from '@whoran/contracts';
import { type Issue, type Result, err, messageOf, ok } from '@whoran/kernel';
import { type RequestPlan, itemsOf } from '../http/request-plan.ts';
import type { ContentSettings } from '../http/http.config.ts';
import { type BodyTemplate, compileBody, pointerPart } from '../templates/body-template.ts';
import { templateNames } from '../templates/names.ts';
import { BARE_SAMPLE, SAMPLE } from '../templates/sample.ts';
import { type CompiledTemplate, type Names, compileTemplate } from '../templates/template-engine.ts';
import type { ViewSettings } from '../templates/view.ts';
import type { Preset } from './preset-schema.ts';

/** Items of one request when neither the service nor the settings say how many. */
const MOST_ITEMS = 1000;

/** What of a receiver's settings says what is sent. */
export type PlanSettings = ContentSettings & {
  readonly texts?: Readonly<Record<string, string>>;
  readonly batch?: { readonly size?: number; readonly wait?: string };
};

/** How a preset with settings makes requests: reads all templates and tries them out on awkward samples. Reports every problem at once. */
export function presetPlan(preset: Preset, settings: PlanSettings, view: ViewSettings): Result<RequestPlan, readonly Issue[]> {
  const names = templateNames([...Object.keys(preset.settings ?? {}), 'format']);
  const texts = compileTexts({ ...preset.texts, ...settings.texts }, names);
  const body = compileOwnOr(preset, settings, { ...names, texts: trueOf(preset.texts) });
  const issues = [...texts.issues, ...(body.ok ? [] : body.error)];
  if (issues.length > 0 || !body.ok) return err(issues);
  const plan: RequestPlan = {
    per: settings.per ?? preset.per,
    body: body.value,
    isText: typeof settings.body === 'string',
    texts: texts.compiled,
    view,
    maxBody: preset.max_body,
    ...joining(preset, settings),
  };
  const problem = tryOut(plan, /json/.test(settings.content_type ?? 'json'));
  if (problem === undefined) return ok(plan);
  return err([invalid(settings.body === undefined ? (settings.texts ? '/texts' : '') : '/body', problem)]);
}

function invalid(item: string, message: string): Issue {
  return { code: 'invalid-receiver', item, message };
}

/** A body of the user's own is sent as it is: how the service joins several is for bodies of its own make. */
function joining({ join, max_items: maxItems, max_item: maxItem, max_text: maxText }: Preset, { body, batch }: PlanSettings) {
  const items = { maxItems: Math.min(batch?.size ?? MOST_ITEMS, maxItems ?? MOST_ITEMS) };
  const bounds = maxText === undefined ? items : { ...items, maxText };
  if (body !== undefined || join === undefined) return bounds;
  return { ...bounds, join, ...(maxItem === undefined ? {} : { maxItem }) };
}

function compileOwnOr(preset: Preset, settings: PlanSettings, names: Names): Result<BodyTemplate, readonly Issue[]> {
  const compiled = compileBody(settings.body ?? preset.body, names);
  return compiled.ok ? compiled : err(compiled.error.map((problem) => ({ ...problem, item: `/body${problem.item ?? ''}` })));
}

function compileTexts(texts: Readonly<Record<string, string>>, names: Names) {
  const issues: Issue[] = [];
  const compiled: Record<string, CompiledTemplate> = {};
  for (const [name, source] of Object.entries(texts)) {
    const template = compileTemplate(source, names);
    if (template.ok) compiled[name] = template.value;
    else issues.push(invalid(`/texts/${pointerPart(name)}`, template.error));
  }
  return { compiled, issues };
}

/** Makes requests of awkward samples, so that what cannot work is said when it is loaded. */
function tryOut(plan: RequestPlan, json: boolean): string | undefined {
  try {
    const bodies = [SAMPLE, BARE_SAMPLE].flatMap((sample) => itemsOf(sample, plan)).map(({ body }) => body);
    const broken = json && plan.isText && bodies.some((body) => !parseJson(body).ok);
    return broken ? 'does not always give JSON: write the body as YAML, or put "| json" after what it inserts' : undefined;
  } catch (error) {
    return `cannot be used: ${messageOf(error)}`;
  }
}

function trueOf(texts: Readonly<Record<string, string>> = {}): Readonly<Record<string, true>> {
  return Object.fromEntries(Object.keys(texts).map((name) => [name, true]));
}
