import Type from 'typebox';
import { type Service, jsonProblems, markupProblems, maybe, shape, text } from './service.ts';

const colour = Type.String({ pattern: '^#[0-9a-f]{6}$' });
const link = Type.String({ pattern: '^https://', maxLength: 3000 });

const slackText = shape({ type: Type.Literal('plain_text'), text: text(3000), emoji: maybe(Type.Boolean()) });
const slackBlock = Type.Union([
  shape({ type: Type.Literal('section'), text: slackText }),
  shape({
    type: Type.Literal('actions'),
    elements: Type.Array(
      shape({
        type: Type.Literal('button'),
        url: link,
        text: shape({ type: Type.Literal('plain_text'), text: text(75) }),
      }),
      { maxItems: 25 },
    ),
  }),
]);
const slackBody = jsonProblems(
  shape({
    text: text(40_000),
    unfurl_links: Type.Literal(false),
    unfurl_media: Type.Literal(false),
    attachments: Type.Array(shape({ color: colour, blocks: Type.Array(slackBlock, { minItems: 1, maxItems: 50 }) }), { maxItems: 20 }),
  }),
  100_000,
);

const slack: Service = {
  problems: (received) => {
    const { text: shown } = JSON.parse(received.body) as { readonly text: string };
    const open = /<|>|&(?!(amp|lt|gt);)/.exec(shown)?.[0];
    return [...slackBody(received), ...(open === undefined ? [] : [`${open} is not escaped in text`])];
  },
  success: () => ({ status: 200, body: 'ok' }),
};

const run = shape({
  type: Type.Literal('TextRun'),
  text: text(2000),
  weight: maybe(Type.Literal('Bolder')),
  size: maybe(Type.Literal('Medium')),
});
const rich = shape({
  type: Type.Literal('RichTextBlock'),
  spacing: maybe(Type.Literal('Small')),
  inlines: Type.Array(run, { minItems: 1 }),
});
const card = shape({
  type: Type.Literal('AdaptiveCard'),
  version: Type.Enum(['1.0', '1.1', '1.2', '1.3', '1.4', '1.5']),
  msteams: shape({ width: Type.Literal('Full') }),
  fallbackText: text(1000),
  body: Type.Array(Type.Union([rich, shape({ type: Type.Literal('Container'), items: Type.Array(rich, { minItems: 1 }) })]), {
    minItems: 1,
  }),
  actions: Type.Array(shape({ type: Type.Literal('Action.OpenUrl'), title: text(50), url: link }), { maxItems: 6 }),
});
const teams: Service = {
  problems: jsonProblems(
    shape({
      type: Type.Literal('message'),
      attachments: Type.Array(
        shape({ contentType: Type.Literal('application/vnd.microsoft.card.adaptive'), contentUrl: Type.Null(), content: card }),
        { minItems: 1, maxItems: 1 },
      ),
    }),
    28 * 1024,
  ),
  success: () => ({ status: 202, body: '' }),
};

const discordBody = jsonProblems(
  shape({
    username: maybe(text(80)),
    allowed_mentions: shape({ parse: Type.Array(Type.Never(), { maxItems: 0 }) }),
    embeds: Type.Array(
      shape({
        title: text(256),
        description: maybe(text(4096)),
        url: maybe(link),
        color: Type.Integer({ minimum: 0, maximum: 0xff_ff_ff }),
        timestamp: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT' }),
        fields: Type.Array(shape({ name: text(256), value: text(1024), inline: Type.Boolean() }), { maxItems: 25 }),
        footer: maybe(shape({ text: text(2048) })),
      }),
      { minItems: 1, maxItems: 10 },
    ),
  }),
  8_000_000,
);
const discord: Service = {
  settings: { username: 'whoran' },
  problems: (received) => {
    interface Embed {
      readonly title: string;
      readonly description?: string;
      readonly fields: readonly { readonly name: string; readonly value: string }[];
      readonly footer?: { readonly text: string };
    }
    const { embeds } = JSON.parse(received.body) as { readonly embeds: readonly Embed[] };
    const sizes = embeds.flatMap(({ title, description = '', fields, footer }) =>
      [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])].map((each) => each.length),
    );
    const together = sizes.reduce((sum, size) => sum + size, 0);
    return [...discordBody(received), ...(together > 6000 ? [`embeds of ${together} characters, more than 6000`] : [])];
  },
  success: () => ({ status: 204, body: '' }),
};

const MENTION = /(?<!\w)@(all|channel|here|everyone|jane)\b/;
const attachment = shape({
  fallback: maybe(text(1000)),
  color: colour,
  text: maybe(text(8000)),
  title: maybe(text(200)),
  title_link: maybe(link),
  fields: Type.Array(shape({ title: text(100), value: text(2000), short: Type.Boolean() })),
});
const mattermostBody = jsonProblems(
  shape({ channel: maybe(text(64)), username: maybe(text(64)), text: text(16_383), attachments: Type.Array(attachment, { maxItems: 1 }) }),
  800_000,
);
const mattermost: Service = {
  settings: { channel: 'soc', username: 'whoran' },
  problems: (received) => [...mattermostBody(received), ...markupProblems(received, MENTION)],
  success: () => ({ status: 200, body: 'ok' }),
};
const rocketBody = jsonProblems(
  shape({ channel: maybe(text(64)), alias: maybe(text(64)), text: text(5000), attachments: Type.Array(attachment, { maxItems: 1 }) }),
  1_000_000,
);
const rocketchat: Service = {
  settings: { channel: '#soc', alias: 'whoran' },
  problems: (received) => [...rocketBody(received), ...markupProblems(received, MENTION)],
  success: () => ({ status: 200, body: '{"success":true}' }),
};

const chatWidget = Type.Union([
  shape({ textParagraph: shape({ text: text(8000) }) }),
  shape({ decoratedText: shape({ topLabel: text(200), text: text(4000), wrapText: Type.Literal(true) }) }),
  shape({
    buttonList: shape({
      buttons: Type.Array(shape({ text: text(50), onClick: shape({ openLink: shape({ url: link }) }) }), { minItems: 1 }),
    }),
  }),
]);
const chatBody = jsonProblems(
  shape({
    thread: shape({ threadKey: text(4000) }),
    fallbackText: text(4000),
    cardsV2: Type.Array(
      shape({
        cardId: text(64),
        card: shape({
          header: shape({ title: text(200), subtitle: text(200) }),
          sections: Type.Array(shape({ header: maybe(text(200)), widgets: Type.Array(chatWidget, { minItems: 1, maxItems: 100 }) })),
        }),
      }),
      { minItems: 1, maxItems: 10 },
    ),
  }),
  32_000,
);
const googlechat: Service = {
  path: '/hook?messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
  // Only the bold of the title is markup.
  problems: (received) => [...chatBody(received), ...markupProblems(received, /<(?!\/?b>)[^>]*>/)],
  success: () => ({ status: 200, body: '{"name":"spaces/A/messages/B"}' }),
};

const telegramBody = jsonProblems(
  shape({
    chat_id: Type.String({ pattern: '^(-?\\d+|@\\w+)$' }),
    message_thread_id: maybe(Type.Integer()),
    parse_mode: Type.Literal('HTML'),
    link_preview_options: shape({ is_disabled: Type.Literal(true) }),
    text: text(40_000),
  }),
  100_000,
);
const telegram: Service = {
  settings: { token_file: '/bot', chat_id: '-100123', thread_id: 7 },
  problems: (received) => {
    const { text: markup } = JSON.parse(received.body) as { readonly text: string };
    const outside = markup.replace(/<pre>.*?<\/pre>/gs, '');
    const tags = markup.match(/<[^>]*>?/g) ?? [];
    const open = tags.filter((tag) => !/^<(\/?(b|pre|a)|a href="https:\/\/[^"<>]*")>$/.test(tag)).map((tag) => `tag ${tag}`);
    const shown = markup.replaceAll(/<[^>]*>/g, '').replaceAll(/&(amp|lt|gt|quot|#\d+);/g, 'x');
    return [
      ...telegramBody(received),
      ...open,
      ...(/&(?!(amp|lt|gt|quot|#\d+);)/.test(markup) ? ['an entity that Telegram does not know'] : []),
      ...(shown.length > 4096 ? [`${shown.length} characters after parsing, more than 4096`] : []),
      ...(MENTION.test(outside) ? ['a mention outside of code'] : []),
    ];
  },
  success: () => ({ status: 200, body: '{"ok":true,"result":{}}' }),
};

const apprise: Service = {
  settings: { tag: 'soc' },
  problems: jsonProblems(
    shape({
      urls: maybe(text(4000)),
      tag: maybe(text(200)),
      type: Type.Enum(['info', 'success', 'warning', 'failure']),
      format: Type.Enum(['text', 'markdown', 'html']),
      title: text(250),
      body: text(32_768),
    }),
    512_000,
  ),
  success: () => ({ status: 200, body: '' }),
};

/** Where people talk. */
export const CHATS: Readonly<Record<string, Service>> = { slack, teams, discord, mattermost, rocketchat, googlechat, telegram, apprise };
