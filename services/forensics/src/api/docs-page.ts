import type { OpenAPIObject } from '@nestjs/swagger';

interface Parameter {
  readonly name: string;
  readonly description?: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}code{background:#eee;padding:0 .2em}td{padding:.1em 1em .1em 0;vertical-align:top}';

/** A page for people with every path and its parameters; the whole contract is in /openapi.json. */
export function docsPage(document: OpenAPIObject): string {
  const operations = Object.entries(document.paths).flatMap(([path, { get, post }]) => [
    ...(get ? [{ title: `GET ${path}`, parameters: get.parameters }] : []),
    ...(post ? [{ title: `POST ${path}`, parameters: post.parameters }] : []),
  ]);
  const sections = operations.map(({ title, parameters: described = [] }) => {
    const parameters = described as readonly Parameter[];
    const rows = parameters.map(
      ({ name, description = '' }) => `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(description)}</td></tr>`,
    );
    return `<h2><code>${escapeHtml(title)}</code></h2><table>${rows.join('')}</table>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>whoran forensics</title><style>${STYLE}</style>
<h1>${escapeHtml(document.info.title)}</h1><p>${escapeHtml(document.info.description ?? '')}
The whole contract is at <a href="/openapi.json">/openapi.json</a>.</p>${sections.join('')}</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
