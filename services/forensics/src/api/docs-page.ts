import type { OpenAPIObject } from '@nestjs/swagger';

interface Parameter {
  readonly name: string;
  readonly description?: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}code{background:#eee;padding:0 .2em}td{padding:.1em 1em .1em 0;vertical-align:top}';

/** A page for people with every path and its parameters; the whole contract is in /openapi.json. */
export function docsPage(document: OpenAPIObject): string {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const parameters = (item.get?.parameters ?? []) as readonly Parameter[];
    const rows = parameters.map(
      ({ name, description = '' }) => `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(description)}</td></tr>`,
    );
    return `<h2><code>GET ${escapeHtml(path)}</code></h2><table>${rows.join('')}</table>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>whoran forensics</title><style>${STYLE}</style>
<h1>${escapeHtml(document.info.title)}</h1><p>${escapeHtml(document.info.description ?? '')}
The whole contract is at <a href="/openapi.json">/openapi.json</a>.</p>${paths.join('')}</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
