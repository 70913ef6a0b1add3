import { type Issue, type Result, err, ok, parseDuration } from '@whoran/kernel';
import Type, { type TSchema } from 'typebox';
import { CONNECTION_SETTINGS, CONTENT_SETTINGS, type ConnectionSettings } from '../http/http.config.ts';
import { HttpOutput } from '../http/http.output.ts';
import { type TargetDefaults, httpTarget } from '../http/http-target.ts';
import { signingOf } from '../http/request-signer.ts';
import { SecretReader } from '../http/secret-reader.ts';
import type { Output, OutputHost, OutputKind } from '../output.ts';
import { compileTemplate } from '../templates/template-engine.ts';
import type { ViewSettings } from '../templates/view.ts';
import { type PlanSettings, presetPlan } from './preset-plan.ts';
import type { Preset } from './preset-schema.ts';
import { readPresetSettings, settingsSchema } from './preset-settings.ts';

/** How batches are made when the settings only ask for them. */
const DEFAULT_BATCH = { size: 100, wait: 1000 };

type Settings = ConnectionSettings & PlanSettings & Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, unknown>>;

/** Makes a kind of output of a preset. Its settings are those of every HTTP receiver and the preset's own. */
export function presetKind(preset: Preset): OutputKind {
  return {
    kind: preset.kind,
    schema: presetSettings(preset),
    open: (settings, host) => openPreset(preset, settings as Settings, host),
  };
}

/** The settings of a preset, with those of every HTTP receiver. */
function presetSettings({ settings = {}, texts = {}, title, format, about }: Preset): TSchema {
  const { format: formats, ...content } = CONTENT_SETTINGS;
  const named = Object.entries(texts).map(
    ([name, text]) => [name, Type.Optional(Type.String({ maxLength: 65_536, description: `a template, by default ${text}` }))] as const,
  );
  return Type.Object(
    {
      ...CONNECTION_SETTINGS,
      ...content,
      ...settingsSchema(settings),
      ...(format === undefined ? {} : { format: formats }),
      ...(named.length > 0 ? { texts: Type.Optional(Type.Object(Object.fromEntries(named), { additionalProperties: false })) } : {}),
    },
    { additionalProperties: false, description: `${title}: ${about}` },
  );
}

function openPreset(preset: Preset, settings: Settings, host: OutputHost): Result<Output, readonly Issue[]> {
  const reader = new SecretReader(host);
  const own = readPresetSettings(preset.settings ?? {}, settings, reader);
  const values = preset.format === undefined ? own : { ...own, format: settings.format ?? preset.format };
  const target = httpTarget(settings, defaultsOf(preset, values), reader);
  const signing = signingOf(settings, reader, host);
  const plan = presetPlan(preset, settings, viewSettings(values, settings.external_url ?? host.externalUrl));
  if (plan.ok && settings.batch && plan.value.join === undefined) {
    reader.complain('/batch', 'is not possible here: one request carries one message');
  }
  if (!target || !plan.ok || reader.issues.length > 0) return err([...reader.issues, ...(plan.ok ? [] : plan.error)]);
  return ok(
    new HttpOutput({
      kind: preset.kind,
      target,
      plan: plan.value,
      bulk: preset.answer === 'bulk' && plan.value.join !== undefined,
      ...(signing ? { signing } : {}),
      clock: host.clock,
      concurrency: host.concurrency,
      ...requestSettings(preset, settings),
    }),
  );
}

function requestSettings(preset: Preset, { method, content_type: contentType, success_codes: successCodes, batch }: Settings) {
  return {
    method: method ?? preset.method ?? 'POST',
    contentType: contentType ?? preset.content_type ?? 'application/json',
    ...(successCodes ? { successCodes } : {}),
    ...(batch ? { batch: { size: batch.size ?? DEFAULT_BATCH.size, wait: parseDuration(batch.wait ?? '') ?? DEFAULT_BATCH.wait } } : {}),
  };
}

function viewSettings(settings: Values, externalUrl: string | undefined): ViewSettings {
  return { settings, ...(externalUrl === undefined ? {} : { externalUrl }) };
}

/** URL, query and headers of a preset are templates of its settings; what comes out empty is left out. */
function defaultsOf({ url, path, query = {}, headers = {} }: Preset, settings: Values): TargetDefaults {
  const render = (source: string): string => {
    const template = compileTemplate(source, { settings: true });
    return template.ok ? template.value.text({ view: { settings }, locals: {} }) : '';
  };
  const rendered = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts)
        .map(([name, text]) => [name, render(text)] as const)
        .filter(([, text]) => text !== ''),
    );
  return {
    ...(url === undefined ? {} : { url: render(url) }),
    ...(path === undefined ? {} : { path: render(path) }),
    query: rendered(query),
    headers: rendered(headers),
  };
}
