import { type Issue, type Result, err, messageOf, ok, parseDuration } from '@whoran/kernel';
import { parseJson } from '@whoran/contracts';
import Type, { type TSchema } from 'typebox';
import { HttpOutput } from '../http/http.output.ts';
import { CONNECTION_SETTINGS, CONTENT_SETTINGS, type ConnectionSettings, type ContentSettings } from '../http/http.config.ts';
import { httpTarget } from '../http/http-target.ts';
import { type RequestPlan, itemsOf } from '../http/request-plan.ts';
import { SecretReader } from '../http/secret-reader.ts';
import type { Output, OutputHost, OutputKind } from '../output.ts';
import { type BodyTemplate, compileBody, pointerPart } from '../templates/body-template.ts';
import { templateNames } from '../templates/names.ts';
import { BARE_SAMPLE, SAMPLE } from '../templates/sample.ts';
import { type CompiledTemplate, type Names, compileTemplate } from '../templates/template-engine.ts';
import type { Preset } from './preset-schema.ts';
import { readPresetSettings, settingsSchema } from './preset-settings.ts';

/** How batches are made when the settings only ask for them. */
const DEFAULT_BATCH = { size: 100, wait: 1000 };
const MOST_ITEMS = 1000;
/** Needed where the preset has no body. */
const BODY = Type.Unknown({ description: 'a template of the body: any YAML, whose strings are templates; or one text' });

type Settings = ConnectionSettings &
  ContentSettings & { readonly texts?: Readonly<Record<string, string>> } & Readonly<Record<string, unknown>>;

/** Makes a kind of output of a preset. Its settings are those of every HTTP receiver and the preset's own. */
export function presetKind(preset: Preset): OutputKind {
  return {
    kind: preset.kind,
    schema: schemaOf(preset),
    open: (settings, host) => openPreset(preset, settings as Settings, host),
  };
}

function schemaOf({ settings = {}, texts = {}, title, format, body, about }: Preset): TSchema {
  const { format: formats, body: own, ...content } = CONTENT_SETTINGS;
  const named = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      Type.Optional(Type.String({ maxLength: 65_536, description: `by default: ${text}` })),
    ]),
  );
  return Type.Object(
    {
      ...CONNECTION_SETTINGS,
      ...content,
      ...settingsSchema(settings),
      body: body === null ? BODY : own,
      ...(format === undefined ? {} : { format: formats }),
      ...(Object.keys(texts).length > 0 ? { texts: Type.Optional(Type.Object(named, { additionalProperties: false })) } : {}),
    },
    { additionalProperties: false, description: `${title}: ${about}` },
  );
}

function openPreset(preset: Preset, settings: Settings, host: OutputHost): Result<Output, readonly Issue[]> {
  const reader = new SecretReader(host);
  const own = readPresetSettings(preset.settings ?? {}, settings, reader);
  const values = { ...own, ...(preset.format === undefined ? {} : { format: settings.format ?? preset.format }) };
  const target = httpTarget(settings, defaultsOf(preset, values), reader);
  const plan = planOf(preset, settings, { values, host });
  const issues = [...reader.issues, ...(plan.ok ? [] : plan.error)];
  if (!target || !plan.ok || issues.length > 0) return err(issues);
  const { batch } = settings;
  if (batch && plan.value.join === undefined) return err([issue('/batch', 'is not possible here: one request carries one message')]);
  return ok(
    new HttpOutput({
      kind: preset.kind,
      target,
      plan: plan.value,
      method: settings.method ?? preset.method ?? 'POST',
      contentType: settings.content_type ?? preset.content_type ?? 'application/json',
      ...(settings.success_codes ? { successCodes: settings.success_codes } : {}),
      bulk: preset.answer === 'bulk' && settings.body === undefined,
      ...(batch ? { batch: { size: batch.size ?? DEFAULT_BATCH.size, wait: parseDuration(batch.wait ?? '') ?? DEFAULT_BATCH.wait } } : {}),
      clock: host.clock,
      concurrency: host.concurrency,
    }),
  );
}

function defaultsOf({ url, path, query = {}, headers = {} }: Preset, settings: Readonly<Record<string, unknown>>) {
  const render = (source: string): string => {
    const template = compileTemplate(source, { settings: true });
    return template.ok ? template.value.text({ view: { settings }, locals: {} }) : '';
  };
  const rendered = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts)
        .map(([name, text]) => [name, render(text)])
        .filter(([, text]) => text !== ''),
    );
  return {
    ...(url === undefined ? {} : { url: render(url) }),
    ...(path === undefined ? {} : { path: render(path) }),
    query: rendered(query),
    headers: rendered(headers),
  };
}

interface PlanContext {
  readonly values: Readonly<Record<string, unknown>>;
  readonly host: OutputHost;
}

function planOf(preset: Preset, settings: Settings, { values, host }: PlanContext): Result<RequestPlan, readonly Issue[]> {
  const names: Names = { ...templateNames(Object.keys(preset.settings ?? {}).concat('format')), texts: namesOf(preset.texts) };
  const own = settings.body !== undefined;
  const texts = compileTexts({ ...preset.texts, ...settings.texts }, names);
  const isText = typeof settings.body === 'string';
  const body = compileOwn(own ? settings.body : preset.body, names);
  const issues = [...texts.issues, ...(body.ok ? [] : body.error)];
  if (issues.length > 0 || !body.ok) return err(issues);
  const externalUrl = settings.external_url ?? host.externalUrl;
  const plan: RequestPlan = {
    per: settings.per ?? preset.per,
    body: body.value,
    isText,
    texts: texts.compiled,
    view: { settings: values, ...(externalUrl === undefined ? {} : { externalUrl }) },
    // A body of the user's own is sent as it is.
    ...(own || preset.join === undefined ? {} : { join: preset.join }),
    maxItems: settings.batch?.size ?? preset.max_items ?? MOST_ITEMS,
    maxBody: preset.max_body,
  };
  const problem = tryOut(plan, isText && !/json/.test(settings.content_type ?? 'json') ? 'text' : 'json');
  return problem === undefined ? ok(plan) : err([issue(own ? '/body' : settings.texts ? '/texts' : '', problem)]);
}

function compileOwn(body: unknown, names: Names): Result<BodyTemplate, readonly Issue[]> {
  const compiled = compileBody(body, names);
  return compiled.ok ? compiled : err(compiled.error.map((problem) => ({ ...problem, item: `/body${problem.item ?? ''}` })));
}

function compileTexts(
  texts: Readonly<Record<string, string>>,
  names: Names,
): { compiled: Record<string, CompiledTemplate>; issues: Issue[] } {
  const { texts: _, ...rest } = names;
  const issues: Issue[] = [];
  const compiled: Record<string, CompiledTemplate> = {};
  for (const [name, source] of Object.entries(texts)) {
    const template = compileTemplate(source, rest);
    if (template.ok) compiled[name] = template.value;
    else issues.push(issue(`/texts/${pointerPart(name)}`, template.error));
  }
  return { compiled, issues };
}

/** Makes requests of awkward samples, so that what cannot work is said when it is loaded. */
function tryOut(plan: RequestPlan, kind: 'json' | 'text'): string | undefined {
  try {
    const bodies = [SAMPLE, BARE_SAMPLE].flatMap((sample) => itemsOf(sample, plan)).map(({ body }) => body);
    const broken = kind === 'json' && plan.isText && bodies.some((body) => !parseJson(body).ok);
    return broken ? 'does not always give JSON: write the body as YAML, or put "| json" after what it inserts' : undefined;
  } catch (error) {
    return `cannot be used: ${messageOf(error)}`;
  }
}

function namesOf(texts: Readonly<Record<string, string>> = {}): Readonly<Record<string, true>> {
  return Object.fromEntries(Object.keys(texts).map((name) => [name, true]));
}

function issue(item: string, message: string): Issue {
  return { code: 'invalid-receiver', item, message };
}
