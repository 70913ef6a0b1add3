import { createHash } from 'node:crypto';
import { type Notification, encodeJson } from '@whoran/contracts';
import { InvariantBroken } from '@whoran/kernel';
import { shorten } from '../formats/shorten.ts';
import { alertsToTell } from '../formats/summary-alert.ts';
import type { BodyTemplate } from '../templates/body-template.ts';
import type { CompiledTemplate } from '../templates/template-engine.ts';
import { type ViewSettings, viewOf } from '../templates/view.ts';

/** How a notification becomes bodies of requests. */
export interface RequestPlan {
  readonly per: 'notification' | 'alert';
  readonly body: BodyTemplate;
  /** Whether the body is one text, and not JSON. */
  readonly isText: boolean;
  readonly texts: Readonly<Record<string, CompiledTemplate>>;
  readonly view: ViewSettings;
  /** How several bodies become one. */
  readonly join?: 'array' | 'lines' | { readonly list: string };
  readonly maxItems: number;
  /** Bytes of a body at most. */
  readonly maxBody: number;
  /** Bytes of one of several bodies that are joined. */
  readonly maxItem?: number;
  /** UTF-16 units of a text at most, also where the body would have room. */
  readonly maxText?: number;
}

/** A body, or a part of one that is joined with others. */
export interface Item {
  /** The same for every attempt, in characters that a header may have. */
  readonly key: string;
  readonly body: string;
}

/** What one request carries. */
export interface Packed {
  readonly key: string;
  readonly body: string;
  /** Places of the items in the list that was packed. */
  readonly items: readonly number[];
}

/** Texts are cut to these lengths, one after the other, until a body fits. */
const CUTS = [16_384, 4096, 1024, 256, 128];

/** The bodies of a notification: one, or one for each alert. Throws when a template fails or a body cannot be made to fit. */
export function itemsOf(notification: Notification, plan: RequestPlan): readonly Item[] {
  const id = encodeURIComponent(notification.id.toWellFormed());
  if (plan.per === 'notification') return [{ key: id, body: fittingBody(notification, plan) }];
  const alerts = alertsToTell(notification);
  return alerts.map((alert, index) => ({
    key: alerts.length === 1 ? id : `${id}/${index}`,
    body: fittingBody({ ...notification, alerts: [alert], total: 1 }, plan),
  }));
}

/** Packs items into as few requests as the plan allows, in order. */
export function packItems(items: readonly Item[], plan: RequestPlan): readonly Packed[] {
  const { join, maxItems, maxBody } = plan;
  if (join === undefined) return items.map(({ key, body }, index) => ({ key, body, items: [index] }));
  const packs: number[][] = [];
  let room = 0;
  for (const [index, { body }] of items.entries()) {
    const size = Buffer.byteLength(body) + 1;
    const pack = packs.at(-1);
    if (pack && pack.length < maxItems && size <= room) pack.push(index);
    else {
      packs.push([index]);
      room = maxBody - overhead(join);
    }
    room -= size;
  }
  return packs.map((pack) => {
    const packed = pack.flatMap((index) => items[index] ?? []);
    return { key: keyOf(packed), body: joined(packed, join), items: pack };
  });
}

function keyOf(items: readonly Item[]): string {
  const [only, ...others] = items;
  if (only && others.length === 0) return only.key;
  return createHash('sha256')
    .update(items.map(({ key }) => key).join('\n'))
    .digest('hex');
}

function overhead(join: NonNullable<RequestPlan['join']>): number {
  return typeof join === 'object' ? join.list.length + 16 : 4;
}

function joined(items: readonly Item[], join: NonNullable<RequestPlan['join']>): string {
  const bodies = items.map(({ body }) => body);
  if (join === 'lines') return `${bodies.join('\n')}\n`;
  const list = `[${bodies.join(',')}]`;
  return join === 'array' ? list : `{${encodeJson(join.list)}:${list}}`;
}

function fittingBody(notification: Notification, plan: RequestPlan): string {
  const limit = Math.min(plan.maxBody - (plan.join === undefined ? 0 : overhead(plan.join) + 1), plan.maxItem ?? Infinity);
  const { maxText = Infinity } = plan;
  for (const cut of [...(maxText === Infinity ? [undefined] : [maxText]), ...CUTS.filter((length) => length < maxText)]) {
    const body = bodyOf(notification, plan, cut);
    if (Buffer.byteLength(body) <= limit) return body;
  }
  for (let count = Math.floor(notification.alerts.length / 2); count >= 1; count = Math.floor(count / 2)) {
    const body = bodyOf({ ...notification, alerts: notification.alerts.slice(-count) }, plan, CUTS.at(-1));
    if (Buffer.byteLength(body) <= limit) return body;
  }
  throw new InvariantBroken(`the body is larger than the ${plan.maxBody} bytes that the receiver takes, however short its texts are cut`);
}

function bodyOf(notification: Notification, { body, isText, join, texts, view: settings }: RequestPlan, cut: number | undefined): string {
  const { id, subject, receiver } = notification;
  const shown = cut === undefined ? notification : { ...shorten(notification, cut), id, subject, receiver };
  const view = viewOf(shown, settings);
  const told = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.text({ view, locals: {} })]));
  const value = body({ view, locals: { texts: told } });
  if (isText) return typeof value === 'string' ? value : '';
  // In a body of lines, a list is several lines.
  if (join === 'lines' && Array.isArray(value)) return value.map((line) => encodeJson(line)).join('\n');
  return encodeJson(value ?? null);
}
