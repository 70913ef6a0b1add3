import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { encodeJson, parseJson } from '@whoran/contracts';
import { InvariantBroken } from '@whoran/kernel';
import { docsPage } from './docs-page.ts';
import { API_SCHEMAS } from './schemas.ts';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Serves the contract of the API at /openapi.json and the same for people at /docs. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const document = openApiDocument(app);
  const json = JSON.stringify(document);
  const page = docsPage(document);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', (_request, reply) => reply.type('application/json').send(json));
  fastify.get('/docs', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'").send(page),
  );
}

function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('whoran forensics')
    .setDescription('Who ran what: commands, exec sessions and alerts with the Kubernetes user behind them.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth()
    .addGlobalResponse(
      ...[400, 401, 403].map((status) => ({ status, description: 'An error.', schema: { $ref: '#/components/schemas/ApiError' } })),
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  // TypeBox schemas are JSON Schema, which OpenAPI 3.1 takes as it is; writing them out drops TypeBox's own symbols.
  const schemas = parseJson(encodeJson(API_SCHEMAS));
  if (!schemas.ok) throw new InvariantBroken(`the API's schemas are no JSON: ${schemas.error}`);
  return { ...document, components: { ...document.components, schemas: schemas.value as Schemas } };
}
