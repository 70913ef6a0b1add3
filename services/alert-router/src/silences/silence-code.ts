import { check, encodeJson, parseJson } from '@whoran/contracts';
import { OPERATORS, type Silence } from '@whoran/routing';
import Type from 'typebox';

const text = (maxLength: number) => Type.String({ maxLength });
const Stored = Type.Object({
  id: text(64),
  matchers: Type.Array(Type.Object({ name: text(4096), operator: Type.Enum([...OPERATORS]), value: text(4096) }), { maxItems: 100 }),
  startsAt: Type.Integer(),
  endsAt: Type.Integer(),
  updatedAt: Type.Integer(),
  createdBy: text(256),
  comment: text(4096),
});

/** A silence as Redis keeps it. */
export function encodeSilence({ id, matchers, startsAt, endsAt, updatedAt, createdBy, comment }: Silence): string {
  const specs = matchers.map(({ name, operator, value }) => ({ name, operator, value }));
  return encodeJson({ id, matchers: specs, startsAt, endsAt, updatedAt, createdBy, comment });
}

/** Reads what Redis kept; nothing for what somebody else wrote there. */
export function decodeSilence(bytes: string): Silence | undefined {
  const json = parseJson(bytes);
  const silence = json.ok ? check<Silence>(Stored, json.value) : undefined;
  return silence?.ok ? silence.value : undefined;
}
